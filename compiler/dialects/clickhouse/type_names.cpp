// Versions are those of the release notes in which a type could first be used without an experimental setting of its
// own being unknown to the server.
#include "compiler/dialects/clickhouse/type_names.hpp"

#include <algorithm>
#include <array>

namespace dmc::dialects::clickhouse {

namespace {

constexpr std::size_t any = 1000;

constexpr auto names = std::to_array<TypeName>({
    {"AggregateFunction", Arguments::aggregate, 1, any},
    {"Array", Arguments::types, 1, 1},
    {"BFloat16", Arguments::none, 0, 0, {24, 11}},
    {"Bool", Arguments::none, 0, 0, {21, 12}},
    {"Date"},
    {"Date32", Arguments::none, 0, 0, {21, 9}},
    {"DateTime", Arguments::numbers, 0, 1},
    {"DateTime64", Arguments::numbers, 0, 2, {20, 1}},
    {"Decimal", Arguments::numbers, 0, 2},
    {"Decimal128", Arguments::numbers, 1, 1},
    {"Decimal256", Arguments::numbers, 1, 1, {20, 12}},
    {"Decimal32", Arguments::numbers, 1, 1},
    {"Decimal64", Arguments::numbers, 1, 1},
    {"Dynamic", Arguments::options, 0, 1, {24, 5}},
    {"Enum", Arguments::values, 1, any},
    {"Enum16", Arguments::values, 1, any},
    {"Enum8", Arguments::values, 1, any},
    {"FixedString", Arguments::numbers, 1, 1},
    {"Float32"},
    {"Float64"},
    {"Geometry", Arguments::none, 0, 0, {25, 11}},
    {"IPv4", Arguments::none, 0, 0, {19, 1}},
    {"IPv6", Arguments::none, 0, 0, {19, 1}},
    {"Int128", Arguments::none, 0, 0, {20, 12}},
    {"Int16"},
    {"Int256", Arguments::none, 0, 0, {20, 12}},
    {"Int32"},
    {"Int64"},
    {"Int8"},
    {"IntervalDay"},
    {"IntervalHour"},
    {"IntervalMicrosecond", Arguments::none, 0, 0, {22, 6}},
    {"IntervalMillisecond", Arguments::none, 0, 0, {22, 6}},
    {"IntervalMinute"},
    {"IntervalMonth"},
    {"IntervalNanosecond", Arguments::none, 0, 0, {22, 6}},
    {"IntervalQuarter", Arguments::none, 0, 0, {19, 5}},
    {"IntervalSecond"},
    {"IntervalWeek"},
    {"IntervalYear"},
    {"JSON", Arguments::options, 0, any, {24, 8}},
    {"LineString", Arguments::none, 0, 0, {24, 6}},
    {"LowCardinality", Arguments::types, 1, 1, {19, 1}},
    {"Map", Arguments::types, 2, 2, {21, 1}},
    {"MultiLineString", Arguments::none, 0, 0, {24, 7}},
    {"MultiPolygon", Arguments::none, 0, 0, {20, 12}},
    {"Nested", Arguments::elements, 1, any},
    {"Nothing"},
    {"Nullable", Arguments::types, 1, 1},
    {"Object", Arguments::numbers, 1, 2, {22, 3}},
    {"Point", Arguments::none, 0, 0, {20, 12}},
    {"Polygon", Arguments::none, 0, 0, {20, 12}},
    {"QBit", Arguments::options, 2, 2, {25, 10}},
    {"Ring", Arguments::none, 0, 0, {20, 12}},
    {"SimpleAggregateFunction", Arguments::aggregate, 2, any, {19, 8}},
    {"String"},
    {"Time", Arguments::none, 0, 0, {25, 6}},
    {"Time64", Arguments::numbers, 0, 1, {25, 6}},
    {"Tuple", Arguments::elements, 0, any},
    {"UInt128", Arguments::none, 0, 0, {21, 6}},
    {"UInt16"},
    {"UInt256", Arguments::none, 0, 0, {20, 12}},
    {"UInt32"},
    {"UInt64"},
    {"UInt8"},
    {"UUID"},
    {"Variant", Arguments::types, 1, any, {24, 1}},
});
static_assert(std::ranges::is_sorted(names, {}, &TypeName::name));

/// Portable names first of all (language.md); where ClickHouse's own alias would keep less (`timestamp` as seconds,
/// `date` from 1970 on), the portable meaning stands, because a name in ClickHouse's own spelling says the other.
constexpr auto others = std::to_array<OtherName>({
    {"bigint", "Int64"},
    {"bigint signed", "Int64"},
    {"bigint unsigned", "UInt64"},
    {"binary large object", "String"},
    {"blob", "String"},
    {"bool", "Bool"},
    {"boolean", "Bool"},
    {"bytea", "String"},
    {"bytes", "String"},
    {"char", "String"},
    {"char varying", "String"},
    {"character", "String"},
    {"character large object", "String"},
    {"character varying", "String"},
    {"clob", "String"},
    {"date", "Date32"},
    {"datetime", "DateTime", true},
    {"datetime64", "DateTime64", true},
    {"dec", "Decimal", true},
    {"decimal", "Decimal", true},
    {"double", "Float64"},
    {"double precision", "Float64"},
    {"enum", "Enum", true},
    {"fixed", "Decimal", true},
    {"float", "Float32"},
    {"float32", "Float32"},
    {"float64", "Float64"},
    {"inet4", "IPv4"},
    {"inet6", "IPv6"},
    {"int", "Int32"},
    {"int signed", "Int32"},
    {"int unsigned", "UInt32"},
    {"int1", "Int8"},
    {"integer", "Int32"},
    {"integer signed", "Int32"},
    {"integer unsigned", "UInt32"},
    {"json", "String"},
    {"longblob", "String"},
    {"longtext", "String"},
    {"mediumblob", "String"},
    {"mediumint", "Int32"},
    {"mediumtext", "String"},
    {"national char", "String"},
    {"national char varying", "String"},
    {"national character", "String"},
    {"national character varying", "String"},
    {"nchar", "String"},
    {"numeric", "Decimal", true},
    {"nvarchar", "String"},
    {"real", "Float32"},
    {"single", "Float32"},
    {"smallint", "Int16"},
    {"smallint signed", "Int16"},
    {"smallint unsigned", "UInt16"},
    {"text", "String"},
    {"time", "Time64(6)"},
    {"time without time zone", "Time64(6)"},
    {"timestamp", "DateTime64(6)"},
    {"timestamp with time zone", "DateTime64(6, 'UTC')"},
    {"timestamp without time zone", "DateTime64(6)"},
    {"timestamptz", "DateTime64(6, 'UTC')"},
    {"tinyblob", "String"},
    {"tinyint", "Int8"},
    {"tinyint signed", "Int8"},
    {"tinyint unsigned", "UInt8"},
    {"tinytext", "String"},
    {"uint16", "UInt16"},
    {"uint32", "UInt32"},
    {"uint64", "UInt64"},
    {"uint8", "UInt8"},
    {"uuid", "UUID"},
    {"varbinary", "String"},
    {"varchar", "String"},
});
static_assert(std::ranges::is_sorted(others, {}, &OtherName::name));

}  // namespace

const TypeName* type_name(std::string_view name) {
  const auto found = std::ranges::lower_bound(names, name, {}, &TypeName::name);
  return found != names.end() && found->name == name ? &*found : nullptr;
}

std::span<const TypeName> type_names() { return names; }

const OtherName* other_name(std::string_view name) {
  const auto found = std::ranges::lower_bound(others, name, {}, &OtherName::name);
  return found != others.end() && found->name == name ? &*found : nullptr;
}

std::vector<std::string_view> all_type_names() {
  std::vector<std::string_view> all;
  for (const auto& each : names) all.push_back(each.name);
  for (const auto& each : others) all.push_back(each.name);
  return all;
}

}  // namespace dmc::dialects::clickhouse
