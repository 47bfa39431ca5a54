// Values of ClickHouse's types: edges and all, they are of the type, and what has no text is not drawn.
#include "runtime/rehearse/clickhouse_values.hpp"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

using namespace dmc;

namespace {

std::vector<session::Value> values_of(const std::string& type, const std::vector<session::Value>& literals = {},
                                      const std::string& name = "c") {
  const auto pool = rehearse::clickhouse_pool(name, type, literals).value();
  auto values = pool.plain;
  values.insert(values.end(), pool.edges.begin(), pool.edges.end());
  values.insert(values.end(), pool.said.begin(), pool.said.end());
  for (std::uint64_t n = 0; n < 50; ++n) values.push_back(pool.any(n * 977));
  return values;
}

bool is_among(const std::vector<session::Value>& values, const session::Value& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

}  // namespace

TEST_CASE("whole numbers keep to their bounds and reach them") {
  for (const auto& value : values_of("UInt8", {std::int64_t{300}, std::int64_t{17}, std::int64_t{-1}})) {
    CHECK(std::get<std::int64_t>(value) >= 0);
    CHECK(std::get<std::int64_t>(value) <= 255);
  }
  CHECK(is_among(values_of("UInt8", {std::int64_t{17}}), std::int64_t{17}));
  CHECK(is_among(values_of("Int8"), std::int64_t{-128}));
  CHECK(is_among(values_of("UInt64"), "18446744073709551615"));
}

TEST_CASE("decimals have no more digits than their type") {
  for (const char* type : {"Decimal(5, 2)", "Decimal32(7)", "Decimal(9, 9)", "Decimal(4, 0)"})
    for (const auto& value : values_of(type, {std::int64_t{100000}, 0.5})) {
      const auto text = std::get<std::string>(value);
      const auto digits = std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
      INFO(type, " ", text);
      CHECK(digits <= (std::string(type) == "Decimal(4, 0)" ? 4 : std::string(type) == "Decimal(5, 2)" ? 5 : 10));
    }
  CHECK(is_among(values_of("Decimal(5, 2)"), "-999.99"));
}

TEST_CASE("an enumeration has its labels and no others") {
  for (const auto& value : values_of("Enum8('new' = 1, 'it''s' = 2)", {"foreign"}))
    CHECK((std::get<std::string>(value) == "new" || std::get<std::string>(value) == "it's"));
}

TEST_CASE("what wraps a type holds its values, and null where it may") {
  CHECK(is_among(values_of("Nullable(Int8)"), nullptr));
  CHECK(is_among(values_of("LowCardinality(Nullable(String))"), nullptr));
  CHECK(!is_among(values_of("LowCardinality(String)"), nullptr));
  CHECK(is_among(values_of("SimpleAggregateFunction(max, Int8)"), std::int64_t{-128}));
}

TEST_CASE("lists, groups and maps are texts that quote what stands in them") {
  CHECK(is_among(values_of("Array(Nullable(Int8))"), "[NULL]"));
  CHECK(is_among(values_of("Array(String)"), "['O\\'Reilly \"quoted\" \\\\ % _']"));
  const auto pairs = values_of("Array(Tuple(UInt8, String))");
  CHECK(std::get<std::string>(pairs.front()).starts_with("[("));
  CHECK(std::get<std::string>(values_of("Map(String, UInt8)").front()).starts_with("{'"));
  for (const auto& value : values_of("Array(Int8)", {}, "lines.pieces"))
    CHECK(std::ranges::count(std::get<std::string>(value), ',') == 1);
}

TEST_CASE("a fixed text fits in its bytes") {
  for (const auto& value : values_of("FixedString(3)", {"too long"})) CHECK(std::get<std::string>(value).size() <= 3);
}

TEST_CASE("states of aggregate functions are not drawn") {
  CHECK(!rehearse::clickhouse_pool("c", "AggregateFunction(sum, Int64)", {}).has_value());
  CHECK(!rehearse::clickhouse_pool("c", "Array(AggregateFunction(sum, Int64))", {}).has_value());
}
