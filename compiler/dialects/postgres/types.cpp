// The table of types, portable and native, and which of them hold which.
#include "compiler/dialects/postgres/types.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "grammar/diagnostic.hpp"

namespace dmc::dialects::postgres {

namespace {

/// What may stand in the parentheses behind a type.
enum class Takes : std::uint8_t {
  nothing,
  length,     ///< one number, at least 1
  one,        ///< a length, which is 1 when it is left out
  precision,  ///< digits of a second, 0 to 6
  digits,     ///< precision and scale
  bits,       ///< of a float: 1 to 53
  anything    ///< of an extension, which reads it itself
};

struct Mapping {
  std::string_view name;
  std::string_view canonical;  ///< empty: the name itself
  Takes takes = Takes::nothing;
};

constexpr std::array mappings{
    Mapping{"\"char\"", ""},
    Mapping{"bigint", ""},
    Mapping{"bigserial", ""},
    Mapping{"bit", "", Takes::one},
    Mapping{"bit varying", "", Takes::length},
    Mapping{"bool", "boolean"},
    Mapping{"boolean", ""},
    Mapping{"box", ""},
    Mapping{"box2d", ""},
    Mapping{"box3d", ""},
    Mapping{"bpchar", ""},
    Mapping{"bytea", ""},
    Mapping{"bytes", "bytea"},
    Mapping{"char", "character", Takes::one},
    Mapping{"char varying", "character varying", Takes::length},
    Mapping{"character", "", Takes::one},
    Mapping{"character varying", "", Takes::length},
    Mapping{"cid", ""},
    Mapping{"cidr", ""},
    Mapping{"circle", ""},
    Mapping{"citext", ""},
    Mapping{"cube", ""},
    Mapping{"date", ""},
    Mapping{"datemultirange", ""},
    Mapping{"daterange", ""},
    Mapping{"dec", "numeric", Takes::digits},
    Mapping{"decimal", "numeric", Takes::digits},
    Mapping{"double precision", ""},
    Mapping{"ean13", ""},
    Mapping{"float", "double precision", Takes::bits},
    Mapping{"float32", "real"},
    Mapping{"float4", "real"},
    Mapping{"float64", "double precision"},
    Mapping{"float8", "double precision"},
    Mapping{"geography", "", Takes::anything},
    Mapping{"geometry", "", Takes::anything},
    Mapping{"gtsvector", ""},
    Mapping{"halfvec", "", Takes::anything},
    Mapping{"hstore", ""},
    Mapping{"inet", ""},
    Mapping{"int", "integer"},
    Mapping{"int2", "smallint"},
    Mapping{"int2vector", ""},
    Mapping{"int4", "integer"},
    Mapping{"int4multirange", ""},
    Mapping{"int4range", ""},
    Mapping{"int8", "bigint"},
    Mapping{"int8multirange", ""},
    Mapping{"int8range", ""},
    Mapping{"integer", ""},
    Mapping{"interval", "", Takes::precision},
    Mapping{"interval day", ""},
    Mapping{"interval day to hour", ""},
    Mapping{"interval day to minute", ""},
    Mapping{"interval day to second", "", Takes::precision},
    Mapping{"interval hour", ""},
    Mapping{"interval hour to minute", ""},
    Mapping{"interval hour to second", "", Takes::precision},
    Mapping{"interval minute", ""},
    Mapping{"interval minute to second", "", Takes::precision},
    Mapping{"interval month", ""},
    Mapping{"interval second", "", Takes::precision},
    Mapping{"interval year", ""},
    Mapping{"interval year to month", ""},
    Mapping{"isbn", ""},
    Mapping{"isbn13", ""},
    Mapping{"ismn", ""},
    Mapping{"issn", ""},
    Mapping{"json", ""},
    Mapping{"jsonb", ""},
    Mapping{"jsonpath", ""},
    Mapping{"line", ""},
    Mapping{"lo", ""},
    Mapping{"lquery", ""},
    Mapping{"lseg", ""},
    Mapping{"ltree", ""},
    Mapping{"ltxtquery", ""},
    Mapping{"macaddr", ""},
    Mapping{"macaddr8", ""},
    Mapping{"money", ""},
    Mapping{"name", ""},
    Mapping{"national char", "character", Takes::one},
    Mapping{"national char varying", "character varying", Takes::length},
    Mapping{"national character", "character", Takes::one},
    Mapping{"national character varying", "character varying", Takes::length},
    Mapping{"nchar", "character", Takes::one},
    Mapping{"numeric", "", Takes::digits},
    Mapping{"nummultirange", ""},
    Mapping{"numrange", ""},
    Mapping{"oid", ""},
    Mapping{"oidvector", ""},
    Mapping{"path", ""},
    Mapping{"pg_lsn", ""},
    Mapping{"pg_snapshot", ""},
    Mapping{"point", ""},
    Mapping{"polygon", ""},
    Mapping{"query_int", ""},
    Mapping{"raster", ""},
    Mapping{"real", ""},
    Mapping{"refcursor", ""},
    Mapping{"regclass", ""},
    Mapping{"regcollation", ""},
    Mapping{"regconfig", ""},
    Mapping{"regdictionary", ""},
    Mapping{"regnamespace", ""},
    Mapping{"regoper", ""},
    Mapping{"regoperator", ""},
    Mapping{"regproc", ""},
    Mapping{"regprocedure", ""},
    Mapping{"regrole", ""},
    Mapping{"regtype", ""},
    Mapping{"seg", ""},
    Mapping{"serial", ""},
    Mapping{"serial2", "smallserial"},
    Mapping{"serial4", "serial"},
    Mapping{"serial8", "bigserial"},
    Mapping{"smallint", ""},
    Mapping{"smallserial", ""},
    Mapping{"sparsevec", "", Takes::anything},
    Mapping{"text", ""},
    Mapping{"tid", ""},
    Mapping{"time", "time without time zone", Takes::precision},
    Mapping{"time with time zone", "", Takes::precision},
    Mapping{"time without time zone", "", Takes::precision},
    Mapping{"timestamp", "timestamp without time zone", Takes::precision},
    Mapping{"timestamp with time zone", "", Takes::precision},
    Mapping{"timestamp without time zone", "", Takes::precision},
    Mapping{"timestamptz", "timestamp with time zone", Takes::precision},
    Mapping{"timetz", "time with time zone", Takes::precision},
    Mapping{"tinyint", "smallint"},
    Mapping{"tsmultirange", ""},
    Mapping{"tsquery", ""},
    Mapping{"tsrange", ""},
    Mapping{"tstzmultirange", ""},
    Mapping{"tstzrange", ""},
    Mapping{"tsvector", ""},
    Mapping{"txid_snapshot", ""},
    Mapping{"uint16", "integer"},
    Mapping{"uint32", "bigint"},
    Mapping{"uint64", "numeric(20,0)"},
    Mapping{"uint8", "smallint"},
    Mapping{"upc", ""},
    Mapping{"uuid", ""},
    Mapping{"varbit", "bit varying", Takes::length},
    Mapping{"varchar", "character varying", Takes::length},
    Mapping{"vector", "", Takes::anything},
    Mapping{"xid", ""},
    Mapping{"xid8", ""},
    Mapping{"xml", ""},
};
static_assert(std::ranges::is_sorted(mappings, {}, &Mapping::name));

/// Names of other engines, and what PostgreSQL calls the same.
constexpr std::array<std::pair<std::string_view, std::string_view>, 16> foreign{{{"blob", "bytea"},
                                                                                 {"clob", "text"},
                                                                                 {"datetime", "timestamptz"},
                                                                                 {"datetime2", "timestamptz"},
                                                                                 {"double", "double precision"},
                                                                                 {"longblob", "bytea"},
                                                                                 {"longtext", "text"},
                                                                                 {"mediumint", "int"},
                                                                                 {"mediumtext", "text"},
                                                                                 {"number", "numeric"},
                                                                                 {"nvarchar", "varchar"},
                                                                                 {"string", "text"},
                                                                                 {"tinytext", "text"},
                                                                                 {"uniqueidentifier", "uuid"},
                                                                                 {"varbinary", "bytea"},
                                                                                 {"varchar2", "varchar"}}};

const Mapping* mapping_of(std::string_view name) {
  const auto found = std::ranges::lower_bound(mappings, name, {}, &Mapping::name);
  return found != mappings.end() && found->name == name ? &*found : nullptr;
}

/// A number that fits; none for any other text.
std::optional<std::int64_t> number_of(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  constexpr std::size_t longest = 9;
  if (text.empty() || text.size() > longest || !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }))
    return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  return negative ? -value : value;
}

std::string joined(const std::vector<std::string>& arguments) {
  std::string text;
  for (const auto& argument : arguments) (text += text.empty() ? "" : ",") += argument;
  return text;
}

/// `timestamp(3) with time zone`: the arguments stand behind the first word there, else at the end.
std::string with_arguments(std::string_view name, std::string_view arguments) {
  std::string text(name);
  if (arguments.empty()) return text;
  const std::string inner = "(" + std::string(arguments) + ")";
  const bool zoned = name.ends_with(" time zone");
  const auto place = zoned ? name.find(' ') : name.size();
  return std::string(name.substr(0, place)) + inner + std::string(name.substr(place));
}

using Arguments = std::vector<std::string>;

/// The canonical text of a known type, or what was expected in its parentheses.
std::variant<std::string, MalformedType> spelled(const Mapping& mapping, const Arguments& arguments) {
  const std::string_view name = mapping.canonical.empty() ? mapping.name : mapping.canonical;
  const auto bad = [](std::string_view expected) { return MalformedType{std::string(expected)}; };
  std::vector<std::int64_t> numbers;
  if (mapping.takes != Takes::anything)
    for (const auto& argument : arguments) {
      const auto number = number_of(argument);
      if (!number) return bad("expected a number in the parentheses");
      numbers.push_back(*number);
    }
  switch (mapping.takes) {
    case Takes::nothing:
      if (!arguments.empty()) return bad("this type takes nothing in parentheses");
      return std::string(name);
    case Takes::one:
    case Takes::length: {
      constexpr std::int64_t most = 10'485'760;
      if (numbers.size() > 1 || (numbers.size() == 1 && (numbers[0] < 1 || numbers[0] > most)))
        return bad("expected one length, from 1 to 10485760");
      if (numbers.empty() && mapping.takes == Takes::length) return std::string(name);
      return with_arguments(name, std::to_string(numbers.empty() ? 1 : numbers[0]));
    }
    case Takes::precision:
      if (numbers.size() > 1 || (numbers.size() == 1 && (numbers[0] < 0 || numbers[0] > 6)))
        return bad("expected the digits behind the second, from 0 to 6");
      return with_arguments(name, numbers.empty() ? std::string() : std::to_string(numbers[0]));
    case Takes::digits: {
      if (numbers.empty()) return std::string(name);
      if (numbers.size() > 2 || numbers[0] < 1 || numbers[0] > 1000 ||
          (numbers.size() == 2 && (numbers[1] < -1000 || numbers[1] > 1000)))
        return bad("expected the number of digits, from 1 to 1000, and how many of them stand behind the point");
      return with_arguments(name,
                            std::to_string(numbers[0]) + "," + std::to_string(numbers.size() == 2 ? numbers[1] : 0));
    }
    case Takes::bits:
      if (numbers.empty()) return std::string(name);
      if (numbers.size() > 1 || numbers[0] < 1 || numbers[0] > 53)
        return bad("expected the number of bits, from 1 to 53");
      return std::string(numbers[0] <= 24 ? "real" : "double precision");
    case Takes::anything:
      return with_arguments(name, joined(arguments));
  }
  return bad("expected a type");
}

UnknownType unknown(std::string_view name) {
  for (const auto& [theirs, ours] : foreign)
    if (theirs == name) return {{std::string(ours)}};
  std::vector<std::string_view> candidates;
  for (const auto& mapping : mappings)
    if (!mapping.name.starts_with('"')) candidates.push_back(mapping.name);
  return {grammar::nearest(name, candidates)};
}

struct Shape {
  std::string name;
  Arguments arguments;
  bool array = false;
};

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

/// Takes a text apart; a quoted name is no type of this table, so that its letters need no care.
Shape shape_of(std::string_view text) {
  Shape shape;
  text = trimmed(text);
  while (text.ends_with(']')) {
    const auto open = text.rfind('[');
    if (open == std::string_view::npos) break;
    text = trimmed(text.substr(0, open));
    shape.array = true;
  }
  for (const std::string_view schema : {"pg_catalog.", "public."})
    if (text.starts_with(schema)) text.remove_prefix(schema.size());
  const auto open = text.find('(');
  const auto close = text.rfind(')');
  if (text.starts_with('"') || open == std::string_view::npos || close == std::string_view::npos || close < open) {
    shape.name = text.starts_with('"') ? std::string(text) : lower(text);
    return shape;
  }
  shape.name = lower(trimmed(text.substr(0, open)));
  const auto ending = trimmed(text.substr(close + 1));
  if (!ending.empty()) shape.name.append(" ").append(lower(ending));
  std::string_view inner = text.substr(open + 1, close - open - 1);
  for (;;) {
    const auto comma = inner.find(',');
    shape.arguments.emplace_back(trimmed(inner.substr(0, comma)));
    if (comma == std::string_view::npos) break;
    inner.remove_prefix(comma + 1);
  }
  return shape;
}

std::string text_of(const Shape& shape) {
  return with_arguments(shape.name, joined(shape.arguments)) + (shape.array ? "[]" : "");
}

/// What a whole number may have, in decimal digits and in bits; none for other types.
struct Whole {
  int bits;
  std::int64_t digits;
};
std::optional<Whole> whole(std::string_view name) {
  if (name == "smallint") return Whole{16, 5};
  if (name == "integer") return Whole{32, 10};
  if (name == "bigint") return Whole{64, 19};
  return std::nullopt;
}

bool is_unbounded_text(const Shape& shape) {
  return shape.name == "text" || (shape.name == "character varying" && shape.arguments.empty());
}

bool numbers_hold(const Arguments& from, const Arguments& to) {
  if (to.empty()) return true;
  if (from.size() != 2 || to.size() != 2) return false;
  const auto p = number_of(from[0]), s = number_of(from[1]), q = number_of(to[0]), t = number_of(to[1]);
  return p && s && q && t && *t >= *s && *q - *t >= *p - *s;
}

/// Of lengths and of digits of a second: none means the most.
bool at_least(const Arguments& from, const Arguments& to) {
  if (to.empty()) return true;
  if (from.size() != 1 || to.size() != 1) return false;
  const auto was = number_of(from[0]), is = number_of(to[0]);
  return was && is && *is >= *was;
}

}  // namespace

std::vector<std::string_view> type_names() {
  std::vector<std::string_view> names;
  for (const auto& mapping : mappings) names.push_back(mapping.name);
  return names;
}

TypeAnswer read_type(const TypeText& type) {
  if (type.native) return NativeType{canonical_type(type.text)};
  std::string_view name = type.name;
  const bool own = name.starts_with("pg_catalog.");
  if (own) name.remove_prefix(std::string_view("pg_catalog.").size());
  if (name.starts_with("public.")) name.remove_prefix(std::string_view("public.").size());
  if (type.text.starts_with("\"char\"")) name = "\"char\"";
  const auto* mapping = mapping_of(name);
  if (!mapping) return unknown(name);
  auto answer = spelled(*mapping, type.arguments);
  if (auto* malformed = std::get_if<MalformedType>(&answer)) return *malformed;
  auto& text = std::get<std::string>(answer);
  if (type.array_depth == 0) return NativeType{text};
  if (counted_type(text)) return MalformedType{"an array cannot count by itself"};
  return NativeType{text + "[]"};
}

std::string canonical_type(std::string_view text) {
  const auto shape = shape_of(text);
  const auto* mapping = mapping_of(shape.name);
  if (!mapping) return text_of(shape);
  const auto answer = spelled(*mapping, shape.arguments);
  const auto* canonical = std::get_if<std::string>(&answer);
  if (!canonical) return text_of(shape);
  return *canonical + (shape.array ? "[]" : "");
}

bool widens(std::string_view from, std::string_view to) {
  if (from == to) return true;
  const auto was = shape_of(from), is = shape_of(to);
  if (was.array != is.array) return false;
  if (was.name == is.name) {
    if (was.name == "numeric") return numbers_hold(was.arguments, is.arguments);
    if (was.name == "character" || was.name == "bit") return false;  // padded, or refused
    return at_least(was.arguments, is.arguments);
  }
  const auto small = whole(was.name), large = whole(is.name);
  if (small && large) return large->bits >= small->bits;
  if (small && is.name == "numeric") {
    return is.arguments.empty() || numbers_hold({std::to_string(small->digits), std::to_string(0)}, is.arguments);
  }
  if (small && is.name == "double precision") return small->bits <= 32;
  if (small && is.name == "real") return small->bits <= 16;
  if (was.name == "real" && is.name == "double precision") return true;
  if (was.name == "character varying" && is_unbounded_text(is)) return true;
  if (was.name == "text" && is_unbounded_text(is)) return true;
  if (was.name == "bit" && is.name == "bit varying") return at_least(was.arguments, is.arguments);
  if (was.name == "cidr" && is.name == "inet") return true;
  if (was.name == "date" && is.name.starts_with("timestamp")) return false;  // a date may lie further away
  return false;
}

std::optional<std::string_view> counted_type(std::string_view type) {
  if (type == "serial") return "integer";
  if (type == "bigserial") return "bigint";
  if (type == "smallserial") return "smallint";
  return std::nullopt;
}

bool is_integer(std::string_view type) { return whole(type).has_value(); }

}  // namespace dmc::dialects::postgres
