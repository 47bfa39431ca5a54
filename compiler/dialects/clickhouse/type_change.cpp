// The server changes a type without looking: text that is no number leaves a table that cannot be read, and a number
// that is too large becomes another one.
#include "compiler/dialects/clickhouse/type_change.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/step_parts.hpp"
#include "compiler/dialects/clickhouse/types.hpp"
#include "compiler/model/sql_text.hpp"

namespace dmc::dialects::clickhouse {

namespace {

constexpr Version accurate_cast{21, 1};

/// What a type is without `Nullable` and `LowCardinality` around it.
struct Inner {
  std::string type;
  bool nullable = false;
};

Inner inner(std::string_view type) {
  Inner out;
  for (bool stripped = true; stripped;) {
    stripped = false;
    for (const std::string_view wrapper : {"Nullable(", "LowCardinality("})
      if (type.starts_with(wrapper) && type.ends_with(')')) {
        out.nullable = out.nullable || wrapper == "Nullable(";
        type = type.substr(wrapper.size(), type.size() - wrapper.size() - 1);
        stripped = true;
      }
  }
  out.type = type;
  return out;
}

bool is_integer(std::string_view type) { return type.starts_with("Int") || type.starts_with("UInt"); }

/// Name → number of an enumeration; none for another type.
std::optional<std::map<std::string, std::string>> values_of(std::string_view type) {
  if (!type.starts_with("Enum")) return std::nullopt;
  std::map<std::string, std::string> found;
  std::string name;
  for (const auto& token : model::sql_tokens(type)) {
    if (token.kind == model::SqlToken::Kind::string) name = std::string(token.text);
    if (token.kind == model::SqlToken::Kind::number && !name.empty()) found[name] += token.text;
    if (token.text == "-" && !name.empty()) found[name] = "-";
    if (token.text == ",") name.clear();
  }
  return found;
}

std::optional<int> fixed_length(std::string_view type) {
  constexpr std::string_view word = "FixedString(";
  if (!type.starts_with(word)) return std::nullopt;
  int length = 0;
  std::from_chars(type.data() + word.size(), type.data() + type.size(), length);
  return length;
}

bool is_text(std::string_view type) { return type == "String" || type.starts_with("FixedString("); }

/// A condition that holds for the values that do not survive; empty: all do.
std::string broken(Version oldest, const std::string& name, const std::string& from, const std::string& to) {
  if (from == to || (to == "String" && !from.starts_with("FixedString("))) return {};
  if (to == "String") return {};
  if (const auto was = values_of(from), is = values_of(to); was && is) {
    std::vector<std::string> kept;
    for (const auto& [value, number] : *is)
      if (const auto old = was->find(value); old != was->end() && old->second == number) kept.push_back(value);
    if (kept.size() == was->size()) return {};
    return kept.empty() ? "1" : fmt::format("toString({}) not in ({})", name, joined(kept, ", "));
  }
  if (const auto length = fixed_length(to); length && is_text(from)) {
    const auto old = fixed_length(from);
    return old && *old <= *length ? std::string() : fmt::format("length({}) > {}", name, *length);
  }
  if (widens(from, to)) return {};
  // What survives is written again as it was: the way back finds it so.
  const auto again = [&](const std::string& value) {
    return fmt::format("ifNull(toString({}) != toString({}), 1)", value, name);
  };
  if (oldest >= accurate_cast)
    return again(fmt::format("cast(accurateCastOrNull({}, {}), {})", name, text_literal(to),
                             text_literal("Nullable(" + from + ")")));
  // An older server has a function for each type, and none that says when a number is too large for it.
  if (is_text(from)) {
    if (is_integer(to)) return fmt::format("toString(to{}OrZero(toString({}))) != toString({})", to, name, name);
    if (to == "Float32" || to == "Float64" || to == "Date" || to == "DateTime")
      return again(fmt::format("to{}OrNull(toString({}))", to, name));
  }
  return fmt::format("toString(cast(cast({0}, {1}), {2})) != toString({0})", name, text_literal(to),
                     text_literal(from));
}

}  // namespace

bool always_fits(const std::string& from, const std::string& to) {
  const auto was = inner(from), is = inner(to);
  return (is.nullable || !was.nullable) && broken({}, "c", was.type, is.type).empty();
}

bool only_catalog(const std::string& from, const std::string& to) {
  return values_of(from) && values_of(to) && from.substr(0, 5) == to.substr(0, 5) && always_fits(from, to);
}

bool loses_null(const std::string& from, const std::string& to) { return inner(from).nullable && !inner(to).nullable; }

std::vector<plan::QueryCheck> fits(const Lowering& lowering, const std::string& table, const std::string& column,
                                   const std::string& from, const std::string& to) {
  const auto was = inner(from), is = inner(to);
  const auto name = quoted(column);
  std::vector<plan::QueryCheck> checks;
  const auto ask = [&](const std::string& means, const std::string& condition) {
    checks.push_back(no_rows(fmt::format("{} of {} {}", column, table, means),
                             fmt::format("select 1 from {} where {} limit 1", quoted(table), condition),
                             fmt::format("change the rows first:  backfill {} set {} = (…) where ({}) with backup;",
                                         table, column, condition)));
  };
  if (was.nullable && !is.nullable) ask("is nowhere null", fmt::format("isNull({})", name));
  auto condition = broken(lowering.oldest(), was.nullable ? "assumeNotNull(" + name + ")" : name, was.type, is.type);
  if (condition.empty()) return checks;
  if (was.nullable) condition = fmt::format("isNotNull({}) and {}", name, condition);
  ask("holds only what " + to + " can hold", condition);
  return checks;
}

}  // namespace dmc::dialects::clickhouse
