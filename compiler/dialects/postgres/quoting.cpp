// Which words PostgreSQL has of its own decides what must be quoted and what needs the default schema.
#include "compiler/dialects/postgres/quoting.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "compiler/model/sql_text.hpp"
#include "compiler/plan/digest.hpp"

namespace dmc::dialects::postgres {

namespace {

// clang-format off
/// Every word that pg_get_keywords() of 15 calls anything but unreserved.
constexpr auto keywords = std::to_array<std::string_view>({
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "authorization", "between", "bigint", "binary", "bit", "boolean", "both", "case", "cast", "char", "character", "check", "coalesce", "collate", "collation", "column", "concurrently", "constraint", "create", "cross", "current_catalog", "current_date", "current_role", "current_schema", "current_time", "current_timestamp", "current_user", "dec", "decimal", "default", "deferrable", "desc", "distinct", "do", "else", "end", "except", "exists", "extract", "false", "fetch", "float", "for", "foreign", "freeze", "from", "full", "grant", "greatest", "group", "grouping", "having", "ilike", "in", "initially", "inner", "inout", "int", "integer", "intersect", "interval", "into", "is", "isnull", "join", "lateral", "leading", "least", "left", "like", "limit", "localtime", "localtimestamp", "national", "natural", "nchar", "none", "normalize", "not", "notnull", "null", "nullif", "numeric", "offset", "on", "only", "or", "order", "out", "outer", "overlaps", "overlay", "placing", "position", "precision", "primary", "real", "references", "returning", "right", "row", "select", "session_user", "setof", "similar", "smallint", "some", "substring", "symmetric", "table", "tablesample", "then", "time", "timestamp", "to", "trailing", "treat", "trim", "true", "union", "unique", "user", "using", "values", "varchar", "variadic", "verbose", "when", "where", "window", "with", "xmlattributes", "xmlconcat", "xmlelement", "xmlexists", "xmlforest", "xmlnamespaces", "xmlparse", "xmlpi", "xmlroot", "xmlserialize", "xmltable"});

/// Functions, types and words of the grammar that texts use most.
constexpr auto built_in = std::to_array<std::string_view>({
    "abs", "array_length", "array_position", "array_to_string", "at", "bool", "btrim", "bytea", "cache", "cardinality", "ceil", "cidr", "clock_timestamp",
    "concat", "concat_ws", "current", "current_setting", "cycle", "date", "date_part", "date_trunc", "day", "domain", "double", "float4",
    "float8", "floor", "format", "hour", "increment", "inet", "int2", "int4", "int8", "json", "json_typeof",
    "jsonb", "jsonb_array_length", "jsonb_typeof", "key", "length", "lower", "ltrim", "macaddr", "maxvalue", "md5", "minute", "minvalue",
    "mod", "money", "month", "name", "no", "now", "nulls", "octet_length", "oid", "over", "partition", "pi", "random",
    "regexp_replace", "replace", "round", "rtrim", "second", "sha256", "split_part", "sqrt", "start", "starts_with",
    "statement_timestamp", "strpos", "text", "timeofday", "timestamptz", "timetz", "timezone", "to_char", "to_date", "to_number",
    "to_timestamp", "to_tsvector", "transaction_timestamp", "trunc", "tsquery", "tsvector", "type", "upper", "utc", "uuid", "value", "varying",
    "without", "xml", "year", "zone"});
// clang-format on
static_assert(std::ranges::is_sorted(keywords) && std::ranges::is_sorted(built_in));

/// At most so many bytes, never half a character.
std::string_view cut(std::string_view text, std::size_t length) {
  if (text.size() <= length) return text;
  while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) --length;
  return text.substr(0, length);
}

}  // namespace

std::string quoted(std::string_view name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  const auto inside = [&](char c) { return plain(c) || (c >= '0' && c <= '9'); };
  if (!name.empty() && plain(name.front()) && std::ranges::all_of(name, inside) &&
      !std::ranges::binary_search(keywords, name))
    return std::string(name);
  std::string out = "\"";
  for (const char c : name) out.append(c == '"' ? 2 : 1, c);
  return out + '"';
}

std::string quoted_list(const std::vector<std::string>& names) {
  std::vector<std::string> parts;
  for (const auto& name : names) parts.push_back(quoted(name));
  return joined(parts, ", ");
}

std::string text_literal(std::string_view text) {
  const bool escapes = text.find('\\') != std::string_view::npos;
  std::string out = escapes ? "E'" : "'";
  for (const char c : text) out.append(c == '\'' || c == '\\' ? 2 : 1, c);
  return out + '\'';
}

std::string full(std::string_view schema, std::string_view name) {
  return quoted(schema.empty() ? "public" : schema) + "." + quoted(name);
}
std::string full(const model::Table& table) { return full(table.schema, table.name); }
std::string full(const model::View& view) { return full(view.schema, view.name); }
std::string full(const model::Partition& partition) { return full(partition.schema, partition.name); }

std::string full_path(std::string_view path, const model::Database& database) {
  if (const auto* table = database.table(path)) return full(*table);
  if (const auto* view = database.view(path)) return full(*view);
  const auto dot = path.find('.');
  return dot == std::string_view::npos ? full("", path) : full(path.substr(0, dot), path.substr(dot + 1));
}

std::string own_name(std::string_view purpose, std::string_view serves) {
  return "_dmc_" + std::string(purpose) + "_" +
         plan::short_digest(plan::digest(std::string(purpose) + '\x1f' + std::string(serves)));
}

namespace {

// Of ASCII the last one that is seen.
constexpr std::string_view last_letter = "~";

}  // namespace

std::string last_to_fire(std::string_view own_name) { return std::string(last_letter).append(own_name); }

bool is_own_trigger(std::string_view name) {
  if (name.starts_with(last_letter)) name.remove_prefix(last_letter.size());
  return name.starts_with("_dmc_");
}

std::string is_own_trigger_sql(std::string_view name) {
  return fmt::format("left(ltrim({}::text, '{}'), 5) = '_dmc_'", name, last_letter);
}

bool fires_behind_own(std::string_view name) { return name > last_to_fire("_dmc_") && !is_own_trigger(name); }

bool text_names(std::string_view text, std::string_view name) {
  // Between quotes, those of the name itself stand twice.
  std::string doubled;
  for (const char c : name) doubled.append(c == '"' ? 2 : 1, c);
  return model::says(text, doubled);
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i) out += i + 1 == names.size() ? " and " : ", ";
    out += names[i];
  }
  return out;
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i) out += separator;
    out += parts[i];
  }
  return out;
}

std::string made_up_name(std::string_view first, std::string_view second, std::string_view label) {
  const std::size_t overhead = (second.empty() ? 0 : 1) + (label.empty() ? 0 : label.size() + 1);
  std::size_t one = first.size(), two = second.size();
  while (one + two > longest_name - overhead) --(one > two ? one : two);
  std::string name(cut(first, one));
  if (!second.empty()) name.append("_").append(cut(second, two));
  if (!label.empty()) name.append("_").append(label);
  return name;
}

bool names_more(std::string_view text, const std::vector<std::string_view>& own) {
  for (const auto& token : model::sql_tokens(text)) {
    if (token.kind == model::SqlToken::Kind::body) return true;
    if (token.kind != model::SqlToken::Kind::word && token.kind != model::SqlToken::Kind::quoted_name) continue;
    std::string word(token.text);
    for (char& c : word)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (std::ranges::binary_search(keywords, word) || std::ranges::binary_search(built_in, word)) continue;
    if (std::ranges::find(own, token.text) == own.end()) return true;
  }
  return false;
}

}  // namespace dmc::dialects::postgres
