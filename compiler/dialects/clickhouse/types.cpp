// Reads a type by its parts; every part is a name with arguments.
#include "compiler/dialects/clickhouse/types.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/pieces.hpp"
#include "compiler/dialects/clickhouse/text.hpp"
#include "compiler/dialects/clickhouse/type_names.hpp"

namespace dmc::dialects::clickhouse {

namespace {

constexpr int most_digits = 76;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Type literal(std::string text) { return {.name = {}, .text = std::move(text), .label = {}, .arguments = {}}; }

Type plain(std::string_view name) { return {.name = std::string(name), .text = {}, .label = {}, .arguments = {}}; }

/// Why a type could not be read.
struct Refusal {
  TypeAnswer answer;
};

/// Reads types; throws the Refusal that says what is wrong with one. `loosely`: portable names count, too.
class Reader {
 public:
  explicit Reader(bool loosely) : loosely_(loosely) {}

  Type read(std::string_view text) const {
    int depth = 0;
    for (; text.ends_with("[]"); ++depth) text.remove_suffix(2);
    const auto call = call_of(text);
    const bool has_arguments = text.find('(') != std::string_view::npos;
    Type type = named(call, has_arguments);
    for (; depth > 0; --depth) {
      Type array = plain("Array");
      array.arguments.push_back(std::move(type));
      type = std::move(array);
    }
    return type;
  }

 private:
  [[noreturn]] static void malformed(std::string expected) { throw Refusal{MalformedType{std::move(expected)}}; }

  Type named(const Call& call, bool has_arguments) const {
    if (const auto* known = type_name(call.name)) return finished(with_arguments(*known, call, has_arguments));
    if (loosely_)
      if (const auto* other = other_name(lower(call.name))) return portable(*other, call);
    std::vector<std::string> near = grammar::nearest(call.name, all_type_names());
    // Letter case is what is mostly wrong.
    for (const auto& each : type_names())
      if (lower(each.name) == lower(call.name)) near.insert(near.begin(), std::string(each.name));
    near.erase(std::unique(near.begin(), near.end()), near.end());
    throw Refusal{UnknownType{std::move(near)}};
  }

  Type portable(const OtherName& other, const Call& call) const {
    if (other.type == "Decimal") check_decimal(call);
    return read(other.keeps_arguments && !call.arguments.empty() ? std::string(other.type) + "(" + call.arguments + ")"
                                                                 : std::string(other.type));
  }

  static void check_decimal(const Call& call) {
    const auto parts = parts_of(call.arguments);
    if (parts.empty())
      throw Refusal{
          LossyType{"a number without a bound: ClickHouse keeps at most 76 digits, as many behind the point as "
                    "are declared",
                    "Decimal(76, 38)"}};
    if (const auto digits = number(parts[0]); digits && *digits > most_digits)
      throw Refusal{LossyType{fmt::format("the digits behind the 76th of {}", *digits), "String"}};
  }

  Type with_arguments(const TypeName& known, const Call& call, bool has_arguments) const {
    Type type = plain(known.name);
    type.has_arguments = has_arguments;
    auto parts = parts_of(call.arguments);
    if (known.arguments == Arguments::none && has_arguments)
      malformed(fmt::format("'{}' takes no arguments", known.name));
    if (parts.size() < known.least)
      malformed(fmt::format("'{}' takes {} argument{}", known.name, known.least, known.least == 1 ? "" : "s"));
    if (parts.size() > known.most)
      malformed(fmt::format("'{}' takes at most {} argument{}", known.name, known.most, known.most == 1 ? "" : "s"));
    bool is_first = true;
    for (const auto& part : parts) {
      type.arguments.push_back(argument(known.arguments, part, std::exchange(is_first, false)));
    }
    return type;
  }

  Type argument(Arguments kind, const std::string& part, bool is_first) const {
    switch (kind) {
      case Arguments::none:
      case Arguments::numbers:
      case Arguments::values:
        return literal(part);
      case Arguments::types:
        return read(part);
      case Arguments::elements:
        return element(part);
      case Arguments::aggregate:
        return is_first || number(part) ? literal(function(part)) : read(part);
      case Arguments::options:
        return option(part);
    }
    return {};
  }

  /// `quantiles(0.5, 0.9)`.
  static std::string function(const std::string& part) {
    const auto [name, arguments] = call_of(text_of(pieces_of(part)));
    if (arguments.empty()) return name;
    std::string text;
    for (const auto& argument : parts_of(arguments)) text += (text.empty() ? "" : ", ") + argument;
    return name + "(" + text + ")";
  }

  /// `a Int8` or `Int8`.
  Type element(const std::string& part) const {
    const auto pieces = pieces_of(part);
    const bool has_label = pieces.size() > 1 && pieces[0].is_name() && pieces[1].is_name() &&
                           !(loosely_ && other_name(lower(call_of(part).name)));
    if (!has_label) return read(part);
    Type type = read(text_of(Pieces(pieces.begin() + 1, pieces.end())));
    type.label = pieces[0].text;
    return type;
  }

  /// `max_dynamic_paths = 8`, `a.b UInt8`, `SKIP a.c`, and the plain arguments of QBit.
  Type option(const std::string& part) const {
    const auto pieces = pieces_of(part);
    if (std::ranges::any_of(pieces, [](const Piece& piece) { return piece.is("="); })) {
      std::string text;
      for (const auto& piece : pieces) text += piece.is("=") ? " = " : piece.text;
      return literal(std::move(text));
    }
    if (pieces.front().is_word("SKIP") || pieces.size() == 1) return literal(text_of(pieces));
    std::size_t at = 1;
    while (at + 1 < pieces.size() && pieces[at].is(".")) at += 2;
    std::string path;
    for (std::size_t i = 0; i < at; ++i)
      path += pieces[i].text.starts_with('`') ? pieces[i].text.substr(1, pieces[i].text.size() - 2) : pieces[i].text;
    if (at >= pieces.size()) malformed("expected a path and its type: a.b UInt32");
    Type type = read(text_of(Pieces(pieces.begin() + static_cast<std::ptrdiff_t>(at), pieces.end())));
    type.label = model_name(path);
    return type;
  }
  /// The server quotes a path that has more than one part.
  static std::string model_name(const std::string& path) { return name_text(path); }

  Type finished(Type type) const {
    if (type.name.starts_with("Decimal")) return decimal(std::move(type));
    if (type.name.starts_with("Enum")) return enumeration(std::move(type));
    if (type.name == "DateTime64" && type.arguments.empty()) type.arguments.push_back(literal("3"));
    if (type.name == "Time64" && type.arguments.empty()) type.arguments.push_back(literal("3"));
    if (type.name == "DateTime64" || type.name == "Time64" || type.name == "FixedString") {
      const auto size = number(type.arguments[0].text);
      if (!size || *size < 0 || (type.name == "FixedString" ? *size == 0 : *size > 9))
        malformed(type.name == "FixedString" ? "expected a number of bytes: FixedString(16)"
                                             : "expected how many digits of a second are kept, 0 to 9: DateTime64(6)");
    }
    if (type.name == "Nullable" && type.arguments[0].name == "LowCardinality") {
      Type outer = std::move(type.arguments[0]);
      type.arguments[0] = std::move(outer.arguments[0]);
      if (type.arguments[0].name == "Nullable") type = std::move(type.arguments[0]);
      outer.arguments = {std::move(type)};
      return outer;
    }
    if (type.name == "Nullable") check_nullable(type.arguments[0]);
    if (type.name == "Variant" || type.name == "JSON")
      std::ranges::stable_sort(type.arguments, {},
                               [](const Type& each) { return std::pair(each.name.empty() ? 0 : 1, text_of(each)); });
    return type;
  }

  static void check_nullable(const Type& inside) {
    constexpr auto refused = std::to_array<std::string_view>(
        {"Array", "Map", "Nested", "Nullable", "AggregateFunction", "Variant", "Dynamic"});
    if (std::ranges::count(refused, std::string_view(inside.name)) > 0)
      malformed(fmt::format("a value of '{}' cannot be null; an empty one says the same", text_of(inside)));
  }

  Type decimal(Type type) const {
    int digits = 10, scale = 0;
    const auto given = [&](std::size_t at) {
      const auto value = number(type.arguments[at].text);
      if (!value || *value < 0)
        malformed("expected how many digits there are, and how many behind the point: Decimal(12, 2)");
      return *value;
    };
    if (type.name == "Decimal") {
      if (!type.arguments.empty()) digits = given(0);
      if (type.arguments.size() > 1) scale = given(1);
    } else {
      digits = type.name == "Decimal32"    ? 9
               : type.name == "Decimal64"  ? 18
               : type.name == "Decimal128" ? 38
                                           : most_digits;
      scale = given(0);
    }
    if (digits < 1 || digits > most_digits || scale > digits)
      malformed("expected 1 to 76 digits, of which at most as many stand behind the point");
    Type result = plain("Decimal");
    result.arguments = {literal(std::to_string(digits)), literal(std::to_string(scale))};
    return result;
  }

  /// The server gives the values that have none the number behind the one before, and shows them by number.
  Type enumeration(Type type) const {
    std::vector<std::pair<int, std::string>> values;
    int next = 1;
    for (const auto& argument : type.arguments) {
      const auto pieces = pieces_of(argument.text);
      if (pieces.empty() || pieces[0].kind != Piece::Kind::string)
        malformed("expected texts and their numbers: Enum8('new' = 1)");
      if (pieces.size() > 2 && pieces[1].is("=")) {
        std::string digits;
        for (std::size_t at = 2; at < pieces.size(); ++at) digits += pieces[at].text;
        const auto value = number(digits);
        if (!value) malformed("expected texts and their numbers: Enum8('new' = 1)");
        next = *value;
      }
      const bool is_taken = std::ranges::any_of(
          values, [&](const auto& other) { return other.first == next || other.second == pieces[0].text; });
      if (is_taken) malformed("each text and each number of an enum stands once");
      values.emplace_back(next++, pieces[0].text);
    }
    std::ranges::sort(values);
    const bool fits = values.front().first >= -128 && values.back().first <= 127;
    if (!fits && type.name == "Enum8") malformed("expected numbers from -128 to 127; Enum16 holds more");
    if (values.front().first < -32768 || values.back().first > 32767)
      malformed("expected numbers from -32768 to 32767");
    Type result = plain(type.name != "Enum" ? type.name : fits ? "Enum8" : "Enum16");
    for (const auto& [value, text] : values) result.arguments.push_back(literal(text + " = " + std::to_string(value)));
    return result;
  }

  bool loosely_;
};

TypeAnswer answer(std::string_view text, bool loosely) {
  try {
    return NativeType{text_of(Reader(loosely).read(text))};
  } catch (const Refusal& refusal) {
    return refusal.answer;
  }
}

}  // namespace

std::string text_of(const Type& type) {
  std::string text = type.label.empty() ? "" : type.label + " ";
  text += type.name.empty() ? type.text : type.name;
  if (type.arguments.empty()) return type.name == "Tuple" && type.has_arguments ? text + "()" : text;
  text += "(";
  for (std::size_t at = 0; at < type.arguments.size(); ++at) text += (at ? ", " : "") + text_of(type.arguments[at]);
  return text + ")";
}

std::optional<Type> type_of(std::string_view text) {
  try {
    return Reader(false).read(readable(text));
  } catch (const Refusal&) {
    return std::nullopt;
  }
}

std::optional<std::string> canonical_type(std::string_view text) {
  const auto type = type_of(text);
  return type ? std::optional(text_of(*type)) : std::nullopt;
}

TypeAnswer read_type(const TypeText& type) {
  const std::string text = readable(type.text);
  if (type.native) {
    auto native = answer(text, false);
    return std::holds_alternative<NativeType>(native) ? std::move(native) : NativeType{text};
  }
  const bool is_own = type_name(call_of(text).name) != nullptr;
  // Words behind the parentheses, `timestamp(3) with time zone`, are in the name alone.
  if (is_own || type.array_depth > 0 || !other_name(type.name)) {
    if (type.name == "interval")
      return LossyType{"months, days and microseconds of a span of time: ClickHouse has no type that keeps the three",
                       "String"};
    return answer(text, true);
  }
  std::string portable = type.name;
  if (other_name(type.name)->keeps_arguments && !type.arguments.empty()) {
    portable += "(";
    for (const auto& argument : type.arguments) portable += (portable.ends_with('(') ? "" : ", ") + argument;
    portable += ")";
  }
  return answer(portable, true);
}

bool is_nullable(const Type& type) {
  return type.name == "Nullable" || (type.name == "LowCardinality" && is_nullable(type.arguments[0]));
}

const Type& bare(const Type& type) {
  return type.name == "Nullable" || type.name == "LowCardinality" ? bare(type.arguments[0]) : type;
}

Since since(const Type& type) {
  Since newest{type.name, oldest_supported};
  if (const auto* known = type_name(type.name)) newest.version = known->since;
  if (type.name == "Decimal" && number(type.arguments[0].text).value_or(0) > 38) newest.version = {20, 12};
  for (const auto& argument : type.arguments) {
    if (argument.name.empty()) continue;
    if (auto inner = since(argument); inner.version > newest.version) newest = std::move(inner);
  }
  return newest;
}

}  // namespace dmc::dialects::clickhouse
