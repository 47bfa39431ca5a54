// ClickHouse's types: spelling, portable names, versions, widening.
#include <doctest/doctest.h>

#include "compiler/dialects/clickhouse/types.hpp"

using namespace dmc::dialects;
using clickhouse::canonical_type;
using clickhouse::widens;

namespace {

/// What a type becomes: its native text, or why it is none.
std::string read(std::string text, std::string name = {}, bool native = false) {
  TypeText type;
  type.text = text;
  type.name = name.empty() ? text.substr(0, text.find('(')) : std::move(name);
  for (char& c : type.name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  type.native = native;
  if (const auto open = text.find('('); open != std::string::npos && text.ends_with(')'))
    type.arguments = {text.substr(open + 1, text.size() - open - 2)};
  if (text.ends_with("[]")) type.array_depth = 1;
  const auto answer = clickhouse::read_type(type);
  if (const auto* found = std::get_if<NativeType>(&answer)) return found->text;
  if (const auto* lossy = std::get_if<LossyType>(&answer)) return "lossy: " + lossy->instead;
  if (const auto* malformed = std::get_if<MalformedType>(&answer)) return "malformed: " + malformed->expected;
  std::string near = "unknown:";
  for (const auto& word : std::get<UnknownType>(answer).nearest) near += " " + word;
  return near;
}

std::string since(std::string_view type) {
  const auto newest = clickhouse::since(*clickhouse::type_of(type));
  return newest.name + " " + std::to_string(newest.version.major) + "." + std::to_string(newest.version.minor);
}

}  // namespace

TEST_CASE("ClickHouse's own names come out as the server prints them") {
  CHECK(read("UInt64") == "UInt64");
  CHECK(read("Decimal(10,2)") == "Decimal(10, 2)");
  CHECK(read("Decimal64(4)") == "Decimal(18, 4)");
  CHECK(read("Decimal") == "Decimal(10, 0)");
  CHECK(read("DateTime64") == "DateTime64(3)");
  CHECK(read("DateTime64(6,'UTC')") == "DateTime64(6, 'UTC')");
  CHECK(read("Enum('b'=3,'a')") == "Enum8('b' = 3, 'a' = 4)");
  CHECK(read("Enum('a'=1000)") == "Enum16('a' = 1000)");
  CHECK(read("Enum8('x'=2,'a'=-1)") == "Enum8('a' = -1, 'x' = 2)");
  CHECK(read("Array(Tuple(a Int8,String))") == "Array(Tuple(a Int8, String))");
  CHECK(read("Map(String,Array(UInt8))") == "Map(String, Array(UInt8))");
  CHECK(read("Nullable(LowCardinality(String))") == "LowCardinality(Nullable(String))");
  CHECK(read("Variant(UInt8,String)") == "Variant(String, UInt8)");
  CHECK(read("AggregateFunction(quantiles(0.5, 0.9), UInt64)") == "AggregateFunction(quantiles(0.5, 0.9), UInt64)");
  CHECK(read("JSON(a.b UInt8, max_dynamic_paths=8)") == "JSON(max_dynamic_paths = 8, `a.b` UInt8)");
  CHECK(read("geometry", {}, true) == "geometry");
}

TEST_CASE("portable names become what keeps their values") {
  CHECK(read("bool") == "Bool");
  CHECK(read("bigint") == "Int64");
  CHECK(read("text") == "String");
  CHECK(read("varchar(10)") == "String");
  CHECK(read("date") == "Date32");
  CHECK(read("Date") == "Date");
  CHECK(read("timestamp") == "DateTime64(6)");
  CHECK(read("timestamptz") == "DateTime64(6, 'UTC')");
  CHECK(read("timestamp with time zone") == "DateTime64(6, 'UTC')");
  CHECK(read("decimal(12,2)") == "Decimal(12, 2)");
  CHECK(read("json") == "String");
  CHECK(read("JSON") == "JSON");
  CHECK(read("int[]", "int") == "Array(Int32)");
  CHECK(read("Array(int)") == "Array(Int32)");
  CHECK(read("decimal") == "lossy: Decimal(76, 38)");
  CHECK(read("decimal(80,2)") == "lossy: String");
  CHECK(read("interval") == "lossy: String");
}

TEST_CASE("what is no type is met with those that may be meant") {
  CHECK(read("Sting") == "unknown: String");
  CHECK(read("string") == "unknown: String Ring");
  CHECK(read("Array(Strnig)").starts_with("unknown: String"));
  CHECK(read("FixedString") == "malformed: 'FixedString' takes 1 argument");
  CHECK(read("Nullable(Array(Int8))").starts_with("malformed: a value of 'Array(Int8)' cannot be null"));
  CHECK(read("Enum8('a'=1,'a'=2)").starts_with("malformed: each text"));
  CHECK(read("Enum8('a'=300)").starts_with("malformed: expected numbers from -128"));
  CHECK(read("Decimal(77, 0)").starts_with("malformed:"));
}

TEST_CASE("a type is as new as its newest part") {
  CHECK(since("Array(Map(String, DateTime64(3)))") == "Map 21.1");
  CHECK(since("Nullable(Bool)") == "Bool 21.12");
  CHECK(since("Decimal(76, 2)") == "Decimal 20.12");
  CHECK(since("Array(UInt8)") == "Array 18.16");
}

TEST_CASE("what widens keeps every value") {
  CHECK(widens("UInt8", "Int16"));
  CHECK(widens("UInt32", "Int64"));
  CHECK_FALSE(widens("UInt32", "Int32"));
  CHECK_FALSE(widens("Int8", "UInt64"));
  CHECK(widens("Int32", "Float64"));
  CHECK_FALSE(widens("Int64", "Float64"));
  CHECK(widens("Int8", "Nullable(Int16)"));
  CHECK_FALSE(widens("Nullable(Int8)", "Int8"));
  CHECK(widens("String", "LowCardinality(String)"));
  CHECK(widens("Enum8('a' = 1)", "Enum8('a' = 1, 'b' = 2)"));
  CHECK_FALSE(widens("Enum8('a' = 1)", "Enum8('a' = 2)"));
  CHECK(widens("Decimal(10, 2)", "Decimal(12, 3)"));
  CHECK_FALSE(widens("Decimal(10, 2)", "Decimal(10, 3)"));
  CHECK(widens("Array(UInt8)", "Array(UInt16)"));
  CHECK(widens("Date", "Date32"));
  CHECK(widens("DateTime('UTC')", "DateTime64(3, 'UTC')"));
  CHECK_FALSE(widens("DateTime('UTC')", "DateTime64(3)"));
  CHECK_FALSE(widens("DateTime64(3)", "DateTime64(9)"));
  CHECK_FALSE(widens("String", "FixedString(4)"));
}
