// The table of types, portable and native, and the affinity rules.
#include "compiler/dialects/sqlite/types.hpp"

#include <algorithm>
#include <array>

#include "compiler/dialects/sqlite/names.hpp"
#include "compiler/dialects/sqlite/tokens.hpp"

namespace dmc::dialects::sqlite {

namespace {

/// What is done with a type's name: kept as SQLite's own, or stored as something else; and what a STRICT table makes of
/// it.
struct Mapping {
  std::string_view name;
  std::string_view plain;   ///< empty: the name itself, with its arguments
  std::string_view strict;  ///< empty: lossy there
};

/// SQLite's own names (those its documentation lists, and their SQL spellings) and the portable ones.
constexpr std::array mappings{
    Mapping{"any", "", "ANY"},
    Mapping{"bigint", "", "INTEGER"},
    Mapping{"blob", "", "BLOB"},
    Mapping{"bool", "INTEGER", "INTEGER"},
    Mapping{"boolean", "", "INTEGER"},
    Mapping{"bytes", "BLOB", "BLOB"},
    Mapping{"char", "", "TEXT"},
    Mapping{"char varying", "", "TEXT"},
    Mapping{"character", "", "TEXT"},
    Mapping{"character varying", "", "TEXT"},
    Mapping{"clob", "", "TEXT"},
    Mapping{"date", "", "TEXT"},
    Mapping{"datetime", "", "TEXT"},
    Mapping{"decimal", "", ""},
    Mapping{"double", "", "REAL"},
    Mapping{"double precision", "", "REAL"},
    Mapping{"float", "", "REAL"},
    Mapping{"float32", "REAL", "REAL"},
    Mapping{"float64", "REAL", "REAL"},
    Mapping{"int", "", "INT"},
    Mapping{"int2", "", "INTEGER"},
    Mapping{"int8", "", "INTEGER"},
    Mapping{"integer", "", "INTEGER"},
    Mapping{"interval", "TEXT", "TEXT"},
    Mapping{"json", "TEXT", "TEXT"},
    Mapping{"mediumint", "", "INTEGER"},
    Mapping{"national char", "", "TEXT"},
    Mapping{"national char varying", "", "TEXT"},
    Mapping{"national character", "", "TEXT"},
    Mapping{"national character varying", "", "TEXT"},
    Mapping{"native character", "", "TEXT"},
    Mapping{"nchar", "", "TEXT"},
    Mapping{"numeric", "", ""},
    Mapping{"nvarchar", "", "TEXT"},
    Mapping{"real", "", "REAL"},
    Mapping{"smallint", "", "INTEGER"},
    Mapping{"text", "", "TEXT"},
    Mapping{"time", "TEXT", "TEXT"},
    Mapping{"timestamp", "TEXT", "TEXT"},
    Mapping{"timestamp with time zone", "TEXT", "TEXT"},
    Mapping{"timestamptz", "TEXT", "TEXT"},
    Mapping{"tinyint", "", "INTEGER"},
    Mapping{"uint16", "INTEGER", "INTEGER"},
    Mapping{"uint32", "INTEGER", "INTEGER"},
    Mapping{"uint8", "INTEGER", "INTEGER"},
    Mapping{"unsigned big int", "", "INTEGER"},
    Mapping{"uuid", "TEXT", "TEXT"},
    Mapping{"varchar", "", "TEXT"},
    Mapping{"varying character", "", "TEXT"},
};
static_assert(std::ranges::is_sorted(mappings, {}, &Mapping::name));

constexpr std::array<std::string_view, 6> strict_types{"ANY", "BLOB", "INT", "INTEGER", "REAL", "TEXT"};

const Mapping* mapping_of(std::string_view name) {
  const auto found = std::ranges::lower_bound(mappings, name, {}, &Mapping::name);
  return found != mappings.end() && found->name == name ? &*found : nullptr;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

/// Words that end a type because a constraint begins with them.
bool ends_type(std::string_view word) {
  constexpr std::array<std::string_view, 12> words{"as",      "check",      "collate",    "constraint",
                                                   "default", "deferrable", "generated",  "not",
                                                   "null",    "primary",    "references", "unique"};
  return std::ranges::binary_search(words, std::string_view(folded(word)));
}

struct Shape {
  std::string name;  ///< upper case
  std::vector<std::string> arguments;
};

std::optional<Shape> shape_of(std::string_view text) {
  Shape shape;
  const auto tokens = tokens_of(text);
  std::size_t i = 0;
  for (; i < tokens.size() && tokens[i].can_be_name(); ++i) {
    const auto word = tokens[i].name();
    const auto inner = tokens_of(word);
    for (const auto& part : inner)
      if (part.kind != Token::Kind::word || ends_type(part.text)) return std::nullopt;
    for (const auto& part : inner) {
      if (!shape.name.empty()) shape.name += ' ';
      shape.name += upper(part.text);
    }
  }
  if (i == tokens.size()) return shape;
  if (shape.name.empty() || !tokens[i].is_sign("(") || !tokens.back().is_sign(")")) return std::nullopt;
  for (++i; i + 1 < tokens.size(); ++i) {
    std::string number;
    if (tokens[i].is_sign("-") || tokens[i].is_sign("+")) number = tokens[i++].text == "-" ? "-" : "";
    if (i + 1 >= tokens.size() || tokens[i].kind != Token::Kind::number) return std::nullopt;
    shape.arguments.push_back(number.append(tokens[i].text));
    if (i + 2 < tokens.size() && !tokens[++i].is_sign(",")) return std::nullopt;
  }
  if (shape.arguments.empty() || shape.arguments.size() > 2) return std::nullopt;
  return shape;
}

std::string text_of(const Shape& shape) {
  return shape.arguments.empty() ? shape.name : shape.name + "(" + joined(shape.arguments, ",") + ")";
}

/// How many bits an integer type is meant to hold; none for other types.
std::optional<int> bits_of(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, int>, 10> widths{{{"BOOLEAN", 1},
                                                                     {"TINYINT", 8},
                                                                     {"SMALLINT", 16},
                                                                     {"INT2", 16},
                                                                     {"MEDIUMINT", 24},
                                                                     {"INT", 64},
                                                                     {"INTEGER", 64},
                                                                     {"BIGINT", 64},
                                                                     {"INT8", 64},
                                                                     {"UNSIGNED BIG INT", 64}}};
  for (const auto& [candidate, bits] : widths)
    if (candidate == name) return bits;
  // A name that nobody gave a size holds whatever SQLite's integers hold.
  return affinity_of(name) == Affinity::integer ? std::optional(64) : std::nullopt;
}

bool arguments_hold(const std::vector<std::string>& from, const std::vector<std::string>& to) {
  const auto number = [](const std::string& text) {
    std::int64_t value = 0;
    for (const char c : text)
      if (c >= '0' && c <= '9' && value < 1'000'000'000'000) value = value * 10 + (c - '0');
    return text.starts_with('-') ? -value : value;
  };
  if (to.empty()) return true;
  if (from.size() != to.size())
    return from.size() == 1 && to.size() == 2 && number(to[0]) - number(to[1]) >= number(from[0]);
  if (to.size() == 1) return number(to[0]) >= number(from[0]);
  return number(to[1]) >= number(from[1]) && number(to[0]) - number(to[1]) >= number(from[0]) - number(from[1]);
}

/// What SQLite's grammar has room for behind a type.
bool takes(const std::vector<std::string>& arguments) {
  constexpr std::size_t most = 2;
  return arguments.size() <= most && std::ranges::all_of(arguments, [](const std::string& argument) {
           const auto tokens = tokens_of(argument);
           const bool is_signed = tokens.size() == 2 && (tokens[0].is_sign("-") || tokens[0].is_sign("+"));
           return (is_signed || tokens.size() == 1) && tokens.back().kind == Token::Kind::number;
         });
}

UnknownType unknown(std::string_view name) {
  std::vector<std::string_view> candidates;
  for (const auto& mapping : mappings) candidates.push_back(mapping.name);
  return {grammar::nearest(name, candidates)};
}

LossyType lossy_decimal() {
  return {"a STRICT table has no decimal type: REAL keeps about 15 digits and no scale, so 1.10 comes back as 1.1",
          "text"};
}

}  // namespace

std::vector<std::string_view> type_names() {
  std::vector<std::string_view> names;
  for (const auto& mapping : mappings) names.push_back(mapping.name);
  return names;
}

Affinity affinity_of(std::string_view type, bool strict) {
  const auto name = upper(type);
  const auto has = [&](std::string_view part) { return name.find(part) != std::string::npos; };
  if (strict && name == "ANY") return Affinity::blob;
  if (has("INT")) return Affinity::integer;
  if (has("CHAR") || has("CLOB") || has("TEXT")) return Affinity::text;
  if (has("BLOB") || name.empty()) return Affinity::blob;
  if (has("REAL") || has("FLOA") || has("DOUB")) return Affinity::real;
  return Affinity::numeric;
}

std::string_view cast_name(Affinity affinity) {
  switch (affinity) {
    case Affinity::integer:
      return "integer";
    case Affinity::text:
      return "text";
    case Affinity::blob:
      return "blob";
    case Affinity::real:
      return "real";
    case Affinity::numeric:
      return "numeric";
  }
  return "blob";
}

std::optional<std::string> canonical_type(std::string_view text) {
  const auto shape = shape_of(text);
  if (!shape) return std::nullopt;
  return text_of(*shape);
}

bool is_strict_type(std::string_view type) { return std::ranges::binary_search(strict_types, type); }

TypeAnswer read_type(const TypeText& type) {
  if (type.native) {
    const auto canonical = canonical_type(type.text);
    if (!canonical)
      return MalformedType{"expected words that begin no constraint, and at most two numbers behind them"};
    if (type.strict_table && !is_strict_type(*canonical)) return UnknownType{{"integer", "text", "any"}};
    return NativeType{*canonical};
  }
  if (type.name == "uint64")
    return LossyType{"SQLite's integers end at 9223372036854775807: larger values become REAL and keep 15 digits",
                     "text"};
  const auto* mapping = mapping_of(type.name);
  if (!mapping) return unknown(type.name);
  if (!takes(type.arguments)) return MalformedType{"expected one or two numbers in the parentheses"};
  if (type.array_depth > 0) return NativeType{"TEXT"};
  if (type.identity_key && affinity_of(mapping->plain.empty() ? mapping->name : mapping->plain) == Affinity::integer)
    return NativeType{"INTEGER"};
  if (type.strict_table) {
    if (mapping->strict.empty()) return lossy_decimal();
    return NativeType{std::string(mapping->strict)};
  }
  if (!mapping->plain.empty()) return NativeType{std::string(mapping->plain)};
  return NativeType{text_of({upper(type.name), type.arguments})};
}

bool widens(std::string_view from, std::string_view to, bool strict) {
  const auto before = shape_of(from), after = shape_of(to);
  if (!before || !after) return from == to;
  if (before->name == after->name) return arguments_hold(before->arguments, after->arguments);
  const auto old_affinity = affinity_of(from, strict), new_affinity = affinity_of(to, strict);
  if (new_affinity == Affinity::blob) return !strict || to == "ANY";  // no affinity: nothing is converted
  if (old_affinity == Affinity::text && new_affinity == Affinity::text)
    return arguments_hold(before->arguments, after->arguments);
  const auto old_bits = bits_of(before->name), new_bits = bits_of(after->name);
  if (old_bits && new_bits) return *new_bits >= *old_bits;
  if (old_affinity == Affinity::integer && new_affinity == Affinity::numeric && !new_bits)
    return after->arguments.empty();
  if (old_affinity == Affinity::numeric && new_affinity == Affinity::numeric && !old_bits && !new_bits)
    return arguments_hold(before->arguments, after->arguments);
  return old_affinity == Affinity::real && new_affinity == Affinity::real;
}

}  // namespace dmc::dialects::sqlite
