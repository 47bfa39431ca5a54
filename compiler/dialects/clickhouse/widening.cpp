// Which types hold every value of which others, unchanged.
#include <algorithm>
#include <charconv>
#include <optional>

#include "compiler/dialects/clickhouse/types.hpp"

namespace dmc::dialects::clickhouse {

namespace {

struct WholeNumber {
  int bits = 0;
  bool has_sign = false;
};

int number(std::string_view text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::optional<WholeNumber> whole_number(const Type& type) {
  if (type.name == "Bool") return WholeNumber{1, false};
  const bool has_sign = type.name.starts_with("Int") && !type.name.starts_with("Interval");
  if (!has_sign && !type.name.starts_with("UInt")) return std::nullopt;
  return WholeNumber{number(std::string_view(type.name).substr(has_sign ? 3 : 4)), has_sign};
}

/// Digits before and behind the point.
std::pair<int, int> digits(const Type& type) {
  const int scale = number(type.arguments[1].text);
  return {number(type.arguments[0].text) - scale, scale};
}

bool holds(const Type& from, const Type& to);

bool holds_all(const Type& from, const Type& to) {
  return std::ranges::equal(from.arguments, to.arguments, [](const Type& one, const Type& other) {
    return one.label == other.label && holds(one, other);
  });
}

bool is_enum(const Type& type) { return type.name == "Enum8" || type.name == "Enum16"; }

bool integer_fits(const WholeNumber& from, const Type& to) {
  if (const auto target = whole_number(to)) {
    if (target->bits == 1) return from.bits == 1;
    if (from.has_sign && !target->has_sign) return false;
    return target->bits > from.bits || (target->bits == from.bits && target->has_sign == from.has_sign);
  }
  constexpr int exact_in_float32 = 16, exact_in_float64 = 32;
  return from.bits > 1 && ((to.name == "Float32" && from.bits <= exact_in_float32) ||
                           (to.name == "Float64" && from.bits <= exact_in_float64));
}

bool holds(const Type& from, const Type& to) {
  if (from == to) return true;
  if (to.name == "LowCardinality") return holds(from, to.arguments[0]);
  if (from.name == "LowCardinality") return holds(from.arguments[0], to);
  if (to.name == "Nullable") return holds(from.name == "Nullable" ? from.arguments[0] : from, to.arguments[0]);
  if (from.name == "Nullable") return false;
  if (const auto number = whole_number(from)) return integer_fits(*number, to);
  if (is_enum(from) && is_enum(to))
    return std::ranges::all_of(from.arguments,
                               [&](const Type& value) { return std::ranges::count(to.arguments, value) > 0; });
  if (is_enum(from) && to.name == "String") return true;
  if (from.name == "Float32" || from.name == "BFloat16")
    return to.name == "Float64" || (from.name == "BFloat16" && to.name == "Float32");
  if (from.name == "Decimal" && to.name == "Decimal")
    return digits(to).first >= digits(from).first && digits(to).second >= digits(from).second;
  if (from.name == "Date" && to.name == "Date32") return true;
  constexpr int full_range = 8;  // of a nanosecond, the years from 1900 to 2262 alone
  if (from.name == "DateTime64" && to.name == "DateTime64") {
    const int before = number(from.arguments[0].text), after = number(to.arguments[0].text);
    return std::equal(from.arguments.begin() + 1, from.arguments.end(), to.arguments.begin() + 1, to.arguments.end()) &&
           after >= before && after <= full_range;
  }
  if (from.name == "DateTime" && to.name == "DateTime64")
    return std::equal(from.arguments.begin(), from.arguments.end(), to.arguments.begin() + 1, to.arguments.end());
  const bool has_parts = from.name == "Array" || from.name == "Map" || from.name == "Tuple";
  return has_parts && from.name == to.name && holds_all(from, to);
}

}  // namespace

bool widens(std::string_view from, std::string_view to) {
  const auto before = type_of(from), after = type_of(to);
  return before && after ? holds(*before, *after) : from == to;
}

}  // namespace dmc::dialects::clickhouse
