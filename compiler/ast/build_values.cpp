// Numbers with and without units, texts, literals: exact, or a diagnostic.
#include <algorithm>
#include <array>
#include <charconv>

#include "compiler/ast/builder.hpp"

namespace dmc::ast {

using grammar::Kind;

namespace {

/// The digits of a number without `_`, its fraction and its unit, as written.
struct Digits {
  std::string_view whole;
  std::string_view fraction;
  std::string_view unit;
  bool negative = false;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view without_underscores(const Builder& builder, std::string_view text) {
  if (text.find('_') == std::string_view::npos) return text;
  std::string result;
  for (const char c : text) {
    if (c != '_') result += c;
  }
  return builder.texts.keep(std::move(result));
}

Digits digits_of(const Builder& builder, std::string_view text) {
  Digits digits;
  std::size_t end = text.size();
  while (end > 0 && !is_digit(text[end - 1])) --end;
  digits.unit = text.substr(end);
  text = without_underscores(builder, text.substr(0, end));
  if (!text.empty() && text.front() == '-') {
    digits.negative = true;
    text.remove_prefix(1);
  }
  const std::size_t point = text.find('.');
  digits.whole = text.substr(0, point);
  if (point != std::string_view::npos) digits.fraction = text.substr(point + 1);
  return digits;
}

std::optional<std::int64_t> parsed(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// `digits × factor` as an integer, or nothing when it would be rounded or does not fit.
std::optional<std::int64_t> scaled(const Digits& digits, std::int64_t factor) {
  std::int64_t result = 0;
  const auto whole = parsed(digits.whole);
  if (!whole || __builtin_mul_overflow(*whole, factor, &result)) return std::nullopt;
  std::string_view fraction = digits.fraction;
  while (!fraction.empty() && fraction.back() == '0') fraction.remove_suffix(1);
  if (fraction.empty()) return result;
  const auto part = parsed(fraction);
  std::int64_t divisor = 1;
  for (std::size_t digit = 0; digit < fraction.size(); ++digit) {
    if (__builtin_mul_overflow(divisor, std::int64_t{10}, &divisor)) return std::nullopt;
  }
  std::int64_t share = 0;
  if (!part || __builtin_mul_overflow(*part, factor, &share) || share % divisor != 0) return std::nullopt;
  if (__builtin_add_overflow(result, share / divisor, &result)) return std::nullopt;
  return result;
}

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

constexpr std::int64_t minute = 60'000;
constexpr std::array duration_units{Unit{"ms", 1}, Unit{"s", 1'000}, Unit{"m", minute}, Unit{"h", 60 * minute},
                                    Unit{"d", 24 * 60 * minute}};
constexpr std::int64_t kibibyte = 1024;
constexpr std::array size_units{Unit{"KiB", kibibyte}, Unit{"MiB", kibibyte* kibibyte},
                                Unit{"GiB", kibibyte* kibibyte* kibibyte}};

/// The number of smallest units that a quantity is; 0 after a diagnostic. The lexer lets no other unit through.
template <std::size_t count>
std::int64_t quantity(const Builder& builder, Node node, const std::array<Unit, count>& units,
                      std::string_view smallest) {
  const Digits digits = digits_of(builder, builder.text(node));
  const auto unit = std::ranges::find(units, digits.unit, &Unit::name);
  const auto value = unit == units.end() ? std::nullopt : scaled(digits, unit->factor);
  if (!value) {
    builder.diagnostics.error("E0152", node.span(), "'" + std::string(builder.text(node)) + "' cannot be kept exactly",
                              "at most 63 bits of " + std::string(smallest) + ", and no part of one");
  } else if (digits.negative) {
    builder.diagnostics.error("E0151", node.span(), "'" + std::string(builder.text(node)) + "' is negative",
                              "expected 0 or more");
  }
  return digits.negative ? 0 : value.value_or(0);
}

void report_kind(const Builder& builder, Node node, std::string_view expected) {
  builder.diagnostics.error("E0155", node.span(),
                            "'" + std::string(builder.text(node)) + "' is a value of another kind",
                            "expected " + std::string(expected));
}

}  // namespace

Text build_text(const Builder& builder, Node node) {
  const bool is_dollar_quoted = builder.text(node).front() == '$' && node.is(Kind::text);
  return {is_dollar_quoted ? build_sql(builder, node).text : build_name(builder, node).text, node.span()};
}

std::optional<Text> build_optional_text(const Builder& builder, Node parent) {
  const auto child = parent.child(Kind::text);
  if (!child) return std::nullopt;
  return build_text(builder, *child);
}

Integer build_integer(const Builder& builder, Node node) {
  const std::string_view text = without_underscores(builder, builder.text(node));
  if (const auto value = parsed(text)) return {*value, node.span()};
  if (text.find('.') != std::string_view::npos) {
    builder.diagnostics.error("E0151", node.span(), "a fraction cannot stand here", "expected a whole number");
  } else {
    builder.diagnostics.error("E0150", node.span(), "'" + std::string(text) + "' does not fit 64 bits",
                              "from -9223372036854775808 to 9223372036854775807");
  }
  return {0, node.span()};
}

Count build_count(const Builder& builder, Node node) {
  if (!node.is(Kind::number)) {
    report_kind(builder, node, "a number");
    return {0, node.span()};
  }
  const Integer integer = build_integer(builder, node);
  if (integer.value >= 0) return {integer.value, integer.span};
  builder.diagnostics.error("E0151", node.span(), "a number of things cannot be negative", "expected 0 or more");
  return {0, node.span()};
}

Duration build_duration(const Builder& builder, Node node) {
  if (node.is(Kind::duration)) return {quantity(builder, node, duration_units, "milliseconds"), node.span()};
  report_kind(builder, node, "a duration: 250ms, 30s, 5m, 24h, 7d");
  return {0, node.span()};
}

Size build_size(const Builder& builder, Node node) {
  if (node.is(Kind::size)) return {quantity(builder, node, size_units, "bytes"), node.span()};
  report_kind(builder, node, "a size: 64MiB");
  return {0, node.span()};
}

Percent build_percent(const Builder& builder, Node node) {
  constexpr std::int64_t millionths = 1'000'000;
  if (!node.is(Kind::percent)) {
    report_kind(builder, node, "a share: 0.1%");
    return {0, node.span()};
  }
  const std::string text(builder.text(node));
  const Digits digits = digits_of(builder, builder.text(node));
  const auto value = scaled(digits, millionths);
  if (!value) {
    builder.diagnostics.error("E0152", node.span(), "'" + text + "' cannot be kept exactly",
                              "at most six digits after the point");
  } else if (digits.negative || *value > 100 * millionths) {
    builder.diagnostics.error("E0151", node.span(), "'" + text + "' is no share of a whole", "from 0% to 100%");
  }
  return {digits.negative ? 0 : value.value_or(0), node.span()};
}

std::variant<Count, Percent> build_tolerance(const Builder& builder, Node parent) {
  const Node value = parent.first().value();
  if (value.is(Kind::percent)) return build_percent(builder, value);
  return build_count(builder, value);
}

Literal build_literal(const Builder& builder, Node node) {
  switch (node.kind()) {
    case Kind::text:
      return build_text(builder, node);
    case Kind::boolean:
      return Boolean{builder.text(node) == "true", node.span()};
    case Kind::null:
      return Null{node.span()};
    case Kind::number: {
      const std::string_view text = without_underscores(builder, builder.text(node));
      if (const auto value = parsed(text)) return Integer{*value, node.span()};
      return Decimal{text, node.span()};
    }
    default:
      report_kind(builder, node, "a text, a number without a unit, true, false or null");
      return Null{node.span()};
  }
}

Environment build_environment(const Builder& builder, Node node) {
  return {build_name(builder, node.child(Kind::name).value())};
}

Setting::Value build_setting_value(const Builder& builder, Node node) {
  switch (node.kind()) {
    case Kind::name:
      return Word{build_name(builder, node).text, node.span()};
    case Kind::env:
      return build_environment(builder, node);
    case Kind::duration:
      return build_duration(builder, node);
    case Kind::size:
      return build_size(builder, node);
    case Kind::percent:
      return build_percent(builder, node);
    default:
      return std::visit([](auto literal) { return Setting::Value(literal); }, build_literal(builder, node));
  }
}

Setting build_setting(const Builder& builder, Node node) {
  return {build_path(builder, node.at(0).value()), build_setting_value(builder, node.at(1).value()), node.span()};
}

std::vector<Setting> build_settings(const Builder& builder, Node node) {
  std::vector<Setting> result;
  result.reserve(node.count());
  for (const Node child : node.children()) {
    if (child.is(Kind::setting)) result.push_back(build_setting(builder, child));
  }
  return result;
}

}  // namespace dmc::ast
