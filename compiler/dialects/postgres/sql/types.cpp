#include "compiler/dialects/postgres/sql/types.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace dmc::dialects::postgres::sql {

namespace {

constexpr std::array<std::string_view, 95> builtin{"aclitem",
                                                   "any",
                                                   "anyarray",
                                                   "anycompatible",
                                                   "anycompatiblearray",
                                                   "anycompatiblemultirange",
                                                   "anycompatiblenonarray",
                                                   "anycompatiblerange",
                                                   "anyelement",
                                                   "anyenum",
                                                   "anymultirange",
                                                   "anynonarray",
                                                   "anyrange",
                                                   "bit",
                                                   "bool",
                                                   "box",
                                                   "bpchar",
                                                   "bytea",
                                                   "char",
                                                   "cid",
                                                   "cidr",
                                                   "circle",
                                                   "cstring",
                                                   "date",
                                                   "datemultirange",
                                                   "daterange",
                                                   "event_trigger",
                                                   "float4",
                                                   "float8",
                                                   "inet",
                                                   "int2",
                                                   "int2vector",
                                                   "int4",
                                                   "int4multirange",
                                                   "int4range",
                                                   "int8",
                                                   "int8multirange",
                                                   "int8range",
                                                   "internal",
                                                   "interval",
                                                   "json",
                                                   "jsonb",
                                                   "jsonpath",
                                                   "line",
                                                   "lseg",
                                                   "macaddr",
                                                   "macaddr8",
                                                   "money",
                                                   "name",
                                                   "numeric",
                                                   "nummultirange",
                                                   "numrange",
                                                   "oid",
                                                   "oidvector",
                                                   "path",
                                                   "pg_lsn",
                                                   "pg_node_tree",
                                                   "pg_snapshot",
                                                   "point",
                                                   "polygon",
                                                   "record",
                                                   "refcursor",
                                                   "regclass",
                                                   "regcollation",
                                                   "regconfig",
                                                   "regdictionary",
                                                   "regnamespace",
                                                   "regoper",
                                                   "regoperator",
                                                   "regproc",
                                                   "regprocedure",
                                                   "regrole",
                                                   "regtype",
                                                   "text",
                                                   "tid",
                                                   "time",
                                                   "timestamp",
                                                   "timestamptz",
                                                   "timetz",
                                                   "trigger",
                                                   "tsmultirange",
                                                   "tsquery",
                                                   "tsrange",
                                                   "tstzmultirange",
                                                   "tstzrange",
                                                   "tsvector",
                                                   "txid_snapshot",
                                                   "unknown",
                                                   "uuid",
                                                   "varbit",
                                                   "varchar",
                                                   "void",
                                                   "xid",
                                                   "xid8",
                                                   "xml"};
static_assert(std::ranges::is_sorted(builtin));

/// Those that the grammar itself qualifies with pg_catalog, because it has a keyword for them.
constexpr std::array<std::string_view, 16> by_keyword{
    "bit",      "bool",    "bpchar", "float4",    "float8",      "int2",   "int4",   "int8",
    "interval", "numeric", "time",   "timestamp", "timestamptz", "timetz", "varbit", "varchar"};
static_assert(std::ranges::is_sorted(by_keyword));

constexpr std::array<std::pair<std::string_view, std::string_view>, 24> spellings{{
    {"bigint", "int8"},
    {"bit varying", "varbit"},
    {"boolean", "bool"},
    {"char", "bpchar"},
    {"character", "bpchar"},
    {"character varying", "varchar"},
    {"dec", "numeric"},
    {"decimal", "numeric"},
    {"double precision", "float8"},
    {"float", "float8"},
    {"int", "int4"},
    {"integer", "int4"},
    {"national character", "bpchar"},
    {"nchar", "bpchar"},
    {"real", "float4"},
    {"smallint", "int2"},
    {"time with time zone", "timetz"},
    {"time without time zone", "time"},
    {"timestamp with time zone", "timestamptz"},
    {"timestamp without time zone", "timestamp"},
    {"bigserial", "int8"},
    {"serial", "int4"},
    {"smallserial", "int2"},
    {"\"char\"", "char"},
}};

std::string folded(std::string_view text) {
  std::string out;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    const bool blank = c == ' ' || c == '\t' || c == '\n';
    if (!quoted && blank && (out.empty() || out.back() == ' ')) continue;
    out += quoted ? c : blank ? ' ' : c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string unquoted(std::string_view name) {
  if (name.size() < 2 || name.front() != '"') return std::string(name);
  std::string out;
  for (std::size_t i = 1; i + 1 < name.size(); ++i) {
    out += name[i];
    if (name[i] == '"') ++i;
  }
  return out;
}

/// `numeric(12)` is `numeric(12,0)`.
std::string modifier_of(const Node& type_name, std::string_view name) {
  const auto& modifiers = type_name.list("typmods");
  if (modifiers.empty()) return {};
  std::string text = "(";
  for (const Node& modifier : modifiers) {
    if (text.size() > 1) text += ',';
    const auto* integer = modifier.child("ival");
    const auto* word = modifier.child("fields");
    text += integer ? std::to_string(integer->number("ival")) : word ? std::string(name_of(*word)) : "?";
  }
  if (name == "numeric" && modifiers.size() == 1) text += ",0";
  return text + ")";
}

Node integer(std::int64_t value) {
  Node number{"Integer", {}};
  if (value != 0) number.set_number("ival", value);
  Node constant{"AConst", {}};
  constant.set("ival", std::move(number));
  return constant;
}

}  // namespace

bool is_builtin_type(std::string_view name) { return std::ranges::binary_search(builtin, name); }

Type type_of_text(std::string_view text, std::string_view schema) {
  std::string rest = folded(text);
  Type type;
  while (rest.ends_with("]")) {
    const auto open = rest.rfind('[');
    if (open == std::string::npos) return {};
    rest.resize(open);
    type.array = true;
  }
  if (const auto open = rest.find('('); open != std::string::npos && !rest.starts_with('"')) {
    const auto close = rest.find(')', open);
    if (close == std::string::npos) return {};
    for (const char c : std::string_view(rest).substr(open, close + 1 - open))
      if (c != ' ') type.modifier += c;
    rest.erase(open, close + 1 - open);
    rest = folded(rest);
  }
  for (const auto& [spelling, name] : spellings)
    if (rest == spelling) {
      type.name = name;
      break;
    }
  if (type.name.empty()) {
    const std::string_view name = rest;
    const auto dot = name.starts_with('"') ? name.find("\".") : name.find('.');
    if (dot == std::string_view::npos) {
      type.name = unquoted(name);
    } else {
      const auto end = dot + (name.starts_with('"') ? 1 : 0);
      const auto from = unquoted(name.substr(0, end));
      const auto last = unquoted(name.substr(end + 1));
      const bool drops = from == "pg_catalog" || (from == schema && !is_builtin_type(last));
      type.name = drops ? last : from + "." + last;
    }
  }
  if (type.name == "numeric" && !type.modifier.empty() && type.modifier.find(',') == std::string::npos)
    type.modifier.replace(type.modifier.size() - 1, 1, ",0)");
  if (rest == "char" || rest == "character")
    if (type.modifier.empty()) type.modifier = "(1)";
  return type;
}

Type normalise_type(Node& type_name, std::string_view schema) {
  auto* names = type_name.nodes("names");
  if (!names || names->empty()) return {};
  const std::string last(last_name(*names));
  const std::string from(qualifier(*names));
  const bool builtin_one = is_builtin_type(last) && (from.empty() || from == "pg_catalog");
  if (builtin_one || (from == schema && !is_builtin_type(last))) {
    names->erase(names->begin(), names->end() - 1);
    // A bare `char` or `bit` would be read as one of length 1.
    const bool needs_length = (last == "bpchar" || last == "bit") && type_name.list("typmods").empty();
    if (builtin_one && !needs_length && std::ranges::binary_search(by_keyword, last))
      names->insert(names->begin(), name_node("pg_catalog"));
  }
  if (auto* modifiers = type_name.nodes("typmods"); modifiers && last == "numeric" && modifiers->size() == 1)
    modifiers->push_back(integer(0));
  // Sizes of arrays and their number of dimensions mean nothing to the server.
  if (auto* bounds = type_name.nodes("array_bounds")) {
    Node any{"Integer", {}};
    any.set_number("ival", -1);
    *bounds = {any};
  }
  Type type;
  const bool plain = builtin_one || from.empty() || from == schema;
  type.name = plain && !(from == schema && is_builtin_type(last)) ? last : from + "." + last;
  type.array = !type_name.list("array_bounds").empty();
  type.modifier = modifier_of(type_name, last);
  return type;
}

Node type_node(const Type& type) {
  Node node{"TypeName", {}};
  std::vector<Node> names;
  const auto dot = type.name.find('.');
  if (dot != std::string::npos) {
    names.push_back(name_node(std::string_view(type.name).substr(0, dot)));
    names.push_back(name_node(std::string_view(type.name).substr(dot + 1)));
  } else {
    const bool needs_length = type.name == "bpchar" || type.name == "bit";
    if (!needs_length && std::ranges::binary_search(by_keyword, std::string_view(type.name)))
      names.push_back(name_node("pg_catalog"));
    names.push_back(name_node(type.name));
  }
  node.set("names", std::move(names));
  node.set_number("typemod", -1);
  if (type.array) {
    Node any{"Integer", {}};
    any.set_number("ival", -1);
    node.set("array_bounds", std::move(any));
  }
  return node;
}

int numeric_rank(const Type& type) {
  constexpr std::array<std::string_view, 6> ranks{"int2", "int4", "int8", "numeric", "float4", "float8"};
  if (type.array) return 0;
  const auto found = std::ranges::find(ranks, std::string_view(type.name));
  return found == ranks.end() ? 0 : static_cast<int>(found - ranks.begin()) + 1;
}

bool is_text(const Type& type) { return type.is("text") || type.is("varchar"); }

}  // namespace dmc::dialects::postgres::sql
