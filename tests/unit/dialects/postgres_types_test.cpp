// The table of PostgreSQL's types, and which of them hold the values of which.
#include <doctest/doctest.h>

#include "compiler/dialects/postgres/types.hpp"

using namespace dmc;
using dialects::postgres::canonical_type;
using dialects::postgres::read_type;
using dialects::postgres::widens;

namespace {

/// What a type becomes: its native text, "unknown: …" or "malformed".
std::string read(std::string name, std::vector<std::string> arguments = {}, int depth = 0) {
  dialects::TypeText type;
  type.text = type.name = std::move(name);
  type.arguments = std::move(arguments);
  type.array_depth = depth;
  const auto answer = read_type(type);
  if (const auto* native = std::get_if<dialects::NativeType>(&answer)) return native->text;
  if (std::holds_alternative<dialects::MalformedType>(answer)) return "malformed";
  std::string near = "unknown:";
  for (const auto& word : std::get<dialects::UnknownType>(answer).nearest) near += " " + word;
  return near;
}

}  // namespace

TEST_CASE("a type is spelled as the server prints it") {
  CHECK(read("int") == "integer");
  CHECK(read("int8") == "bigint");
  CHECK(read("varchar", {"20"}) == "character varying(20)");
  CHECK(read("varchar") == "character varying");
  CHECK(read("char") == "character(1)");
  CHECK(read("decimal", {"12", "2"}) == "numeric(12,2)");
  CHECK(read("numeric", {"12"}) == "numeric(12,0)");
  CHECK(read("numeric") == "numeric");
  CHECK(read("timestamptz") == "timestamp with time zone");
  CHECK(read("timestamp", {"3"}) == "timestamp(3) without time zone");
  CHECK(read("timestamp with time zone", {"0"}) == "timestamp(0) with time zone");
  CHECK(read("float", {"24"}) == "real");
  CHECK(read("float", {"25"}) == "double precision");
  CHECK(read("int", {}, 2) == "integer[]");
  CHECK(read("pg_catalog.int4") == "integer");
  CHECK(read("interval day to second", {"3"}) == "interval day to second(3)");
  CHECK(read("serial") == "serial");
  CHECK(read("geometry", {"Point", "4326"}) == "geometry(Point,4326)");
}

TEST_CASE("a portable type becomes one that holds all its values") {
  CHECK(read("uint8") == "smallint");
  CHECK(read("uint16") == "integer");
  CHECK(read("uint32") == "bigint");
  CHECK(read("uint64") == "numeric(20,0)");
  CHECK(read("float64") == "double precision");
  CHECK(read("bytes") == "bytea");
  CHECK(read("bool") == "boolean");
}

TEST_CASE("what is no type is told with what is meant") {
  CHECK(read("datetime") == "unknown: timestamptz");
  CHECK(read("blob") == "unknown: bytea");
  CHECK(read("intger").starts_with("unknown: integer"));
  CHECK(read("varchar", {"0"}) == "malformed");
  CHECK(read("varchar", {"x"}) == "malformed");
  CHECK(read("numeric", {"2000"}) == "malformed");
  CHECK(read("timestamp", {"9"}) == "malformed");
  CHECK(read("integer", {"4"}) == "malformed");
  CHECK(read("serial", {}, 1) == "malformed");
}

TEST_CASE("a type in an SQL text gets the same spelling") {
  CHECK(canonical_type("int4") == "integer");
  CHECK(canonical_type("VARCHAR(20)[]") == "character varying(20)[]");
  CHECK(canonical_type("timestamp(3) with time zone") == "timestamp(3) with time zone");
  CHECK(canonical_type("public.order_state") == "order_state");
  CHECK(canonical_type("audit.level[]") == "audit.level[]");
  CHECK(canonical_type("public.\"Order State\"") == "\"Order State\"");
  for (const auto* type : {"integer", "numeric(12,2)", "character varying(3)", "timestamp without time zone", "text[]"})
    CHECK(canonical_type(type) == type);
}

TEST_CASE("widening keeps every value") {
  CHECK(widens("integer", "bigint"));
  CHECK(!widens("bigint", "integer"));
  CHECK(widens("integer", "numeric"));
  CHECK(widens("integer", "numeric(10,0)"));
  CHECK(!widens("integer", "numeric(9,0)"));
  CHECK(widens("integer", "double precision"));
  CHECK(!widens("bigint", "double precision"));
  CHECK(widens("character varying(20)", "character varying(50)"));
  CHECK(widens("character varying(20)", "text"));
  CHECK(!widens("text", "character varying(20)"));
  CHECK(!widens("character(3)", "character(5)"));
  CHECK(widens("numeric(12,2)", "numeric(14,2)"));
  CHECK(!widens("numeric(12,2)", "numeric(12,4)"));
  CHECK(widens("numeric(12,2)", "numeric"));
  CHECK(widens("timestamp(3) without time zone", "timestamp without time zone"));
  CHECK(!widens("timestamp without time zone", "timestamp(0) without time zone"));
  CHECK(!widens("integer", "integer[]"));
  CHECK(widens("cidr", "inet"));
}
