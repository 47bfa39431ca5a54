// The table of types and the affinity rules.
#include "compiler/dialects/sqlite/types.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "tests/unit/dialects/live.hpp"

using namespace dmc;
using dialects::sqlite::canonical_type;
using dialects::sqlite::read_type;
using dialects::sqlite::widens;

namespace {

/// What a type becomes: its native text, or "unknown: …" or "lossy: …".
std::string read(std::string name, std::vector<std::string> arguments = {}, bool strict = false, int depth = 0,
                 bool identity = false) {
  dialects::TypeText type;
  type.text = type.name = std::move(name);
  type.arguments = std::move(arguments);
  type.strict_table = strict;
  type.array_depth = depth;
  type.identity_key = identity;
  const auto answer = read_type(type);
  if (const auto* native = std::get_if<dialects::NativeType>(&answer)) return native->text;
  if (const auto* lossy = std::get_if<dialects::LossyType>(&answer)) return "lossy: " + lossy->instead;
  std::string near = "unknown:";
  for (const auto& word : std::get<dialects::UnknownType>(answer).nearest) near += " " + word;
  return near;
}

std::string native(const std::string& text, bool strict = false) {
  dialects::TypeText type;
  type.text = text;
  type.native = true;
  type.strict_table = strict;
  const auto answer = read_type(type);
  const auto* found = std::get_if<dialects::NativeType>(&answer);
  return found ? found->text : "unknown";
}

}  // namespace

TEST_CASE("SQLite's own names stay, in one spelling") {
  CHECK(read("integer") == "INTEGER");
  CHECK(read("int") == "INT");
  CHECK(read("bigint") == "BIGINT");
  CHECK(read("varchar", {"10"}) == "VARCHAR(10)");
  CHECK(read("decimal", {"10", "2"}) == "DECIMAL(10,2)");
  CHECK(read("double precision") == "DOUBLE PRECISION");
  CHECK(read("character varying", {"5"}) == "CHARACTER VARYING(5)");
  CHECK(read("date") == "DATE");
  CHECK(read("boolean") == "BOOLEAN");
}

TEST_CASE("portable names become what keeps their values") {
  CHECK(read("bool") == "INTEGER");
  CHECK(read("uint8") == "INTEGER");
  CHECK(read("uint32") == "INTEGER");
  CHECK(read("uint64") == "lossy: text");
  CHECK(read("float32") == "REAL");
  CHECK(read("uuid") == "TEXT");
  CHECK(read("json") == "TEXT");
  CHECK(read("timestamp") == "TEXT");
  CHECK(read("timestamptz") == "TEXT");
  CHECK(read("time") == "TEXT");
  CHECK(read("interval") == "TEXT");
  CHECK(read("bytes") == "BLOB");
  CHECK(read("int", {}, false, 2) == "TEXT");
  CHECK(read("bigint", {}, false, 0, true) == "INTEGER");
  CHECK(read("text", {}, false, 0, true) == "TEXT");
}

TEST_CASE("a strict table knows six types, and everything is one of them or refused") {
  CHECK(read("bigint", {}, true) == "INTEGER");
  CHECK(read("int", {}, true) == "INT");
  CHECK(read("varchar", {"10"}, true) == "TEXT");
  CHECK(read("boolean", {}, true) == "INTEGER");
  CHECK(read("date", {}, true) == "TEXT");
  CHECK(read("double", {}, true) == "REAL");
  CHECK(read("decimal", {"10", "2"}, true) == "lossy: text");
  CHECK(read("any", {}, true) == "ANY");
  CHECK(native("geometry", true) == "unknown");
}

TEST_CASE("what nobody knows is offered the nearest names, and what cannot be a type is none") {
  CHECK(read("integr") == "unknown: integer");
  CHECK(read("frobnicate") == "unknown:");
  CHECK(native("geometry( Point )") == "unknown");
  CHECK(native("money ( 10 , -2 )") == "MONEY(10,-2)");
  CHECK(native("") == "");
  CHECK(native("\"my type\"") == "MY TYPE");
  CHECK(native("text default 5") == "unknown");
  CHECK(native("int, evil int") == "unknown");
  CHECK(native("int) ; drop table x; --") == "unknown");
  CHECK(native("int /* x */ -- y") == "INT");
}

TEST_CASE("widening holds every value") {
  CHECK(widens("VARCHAR(10)", "VARCHAR(20)"));
  CHECK(widens("VARCHAR(10)", "TEXT"));
  CHECK_FALSE(widens("TEXT", "VARCHAR(10)"));
  CHECK_FALSE(widens("VARCHAR(20)", "CHAR(10)"));
  CHECK(widens("TINYINT", "BIGINT"));
  CHECK(widens("INT", "INTEGER"));
  CHECK(widens("INTEGEER", "INTEGER"));
  CHECK_FALSE(widens("INTEGEER", "SMALLINT"));
  CHECK_FALSE(widens("BIGINT", "SMALLINT"));
  CHECK(widens("DECIMAL(10,2)", "DECIMAL(12,2)"));
  CHECK_FALSE(widens("DECIMAL(10,2)", "DECIMAL(10,4)"));
  CHECK(widens("DECIMAL(10,2)", "NUMERIC"));
  CHECK(widens("INTEGER", "NUMERIC"));
  CHECK_FALSE(widens("INTEGER", "REAL"));
  CHECK_FALSE(widens("INTEGER", "TEXT"));
  CHECK_FALSE(widens("TEXT", "INTEGER"));
  CHECK(widens("TEXT", "BLOB"));
  CHECK_FALSE(widens("TEXT", "BLOB", true));
  CHECK(widens("TEXT", "ANY", true));
  CHECK(widens("REAL", ""));
  CHECK_FALSE(widens("", "TEXT"));
}

TEST_CASE("what widens is stored unchanged by SQLite itself") {
  const std::vector<std::string> types = {"INT",           "INTEGER", "TINYINT", "BIGINT", "NUMERIC",
                                          "DECIMAL(10,2)", "REAL",    "DOUBLE",  "TEXT",   "VARCHAR(9)",
                                          "BLOB",          "",        "DATE"};
  for (const auto& from : types)
    for (const auto& to : types) {
      if (!widens(from, to)) continue;
      CAPTURE(from);
      CAPTURE(to);
      auto database = tests::live("create table a (v " + from + "); create table b (v " + to +
                                  ");"
                                  "insert into a values (1), (1.0), (1.5), ('1'), ('x'), (x'31'), (null), "
                                  "(9007199254740993), (''), ('1e3'), (-0.0);"
                                  "insert into b select v from a");
      CHECK(database.value("select group_concat(quote(v), ' ') from a") ==
            database.value("select group_concat(quote(v), ' ') from b"));
    }
}
