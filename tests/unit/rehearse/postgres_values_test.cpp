// What rows of PostgreSQL are drawn from; tests/e2e/postgres.sh puts them into tables.
#include "runtime/rehearse/postgres_values.hpp"

#include <algorithm>

#include <doctest/doctest.h>

using namespace dmc;

namespace {

model::Database with(const std::string& type, const std::string& name, const std::string& create) {
  model::Database database;
  model::Object object;
  object.type = type;
  object.name = name;
  object.create.text = create;
  database.objects.push_back(object);
  return database;
}

std::vector<session::Value> all_of(const rehearse::Pool& pool) {
  auto values = pool.plain;
  values.insert(values.end(), pool.edges.begin(), pool.edges.end());
  values.insert(values.end(), pool.said.begin(), pool.said.end());
  for (std::uint64_t n = 0; n < 2000; n += 37) values.push_back(pool.any(n * n));
  return values;
}

bool holds(const std::vector<session::Value>& values, const session::Value& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

}  // namespace

TEST_CASE("an enum has its labels and no others") {
  const auto database = with("enum", "enum state", "create type state as enum ('new', 'it''s')");
  const auto values = all_of(rehearse::postgres_pool(database, "s", "state", {std::string("foreign")}));
  CHECK(holds(values, std::string("it's")));
  for (const auto& value : values) CHECK((value == session::Value("new") || value == session::Value("it's")));
}

TEST_CASE("a domain holds what it stands on, and what its check speaks of") {
  const auto database =
      with("domain", "domain percent", "create domain percent as integer constraint c check (value between 0 and 77)");
  const auto values = all_of(rehearse::postgres_pool(database, "p", "percent", {}));
  CHECK(holds(values, std::int64_t{77}));
  for (const auto& value : values) CHECK(std::holds_alternative<std::int64_t>(value));
}

TEST_CASE("values fit the size of their type") {
  for (const auto& value : all_of(rehearse::postgres_pool({}, "n", "character varying(3)", {std::string("too long")})))
    CHECK(std::get<std::string>(value).size() <= 3);
  for (const auto& value : all_of(rehearse::postgres_pool({}, "n", "numeric(5,2)", {std::int64_t{100000}}))) {
    const auto* real = std::get_if<double>(&value);
    const auto* whole = std::get_if<std::int64_t>(&value);
    CHECK((real ? *real : whole ? static_cast<double>(*whole) : std::stod(std::get<std::string>(value))) < 999.995);
  }
  for (const auto& value : all_of(rehearse::postgres_pool({}, "n", "smallint", {std::int64_t{40000}})))
    CHECK(std::get<std::int64_t>(value) <= 32767);
}

TEST_CASE("lists quote what stands in them") {
  const auto values = all_of(rehearse::postgres_pool({}, "tags", "text[]", {}));
  CHECK(holds(values, std::string("{}")));
  CHECK(holds(values, std::string(R"({"O'Reilly \"quoted\" \\ % _"})")));
}

TEST_CASE("of a type that nobody knows there is only null") {
  const auto pool = rehearse::postgres_pool({}, "shape", "geometry(Point,4326)", {});
  CHECK(pool.plain.empty());
  CHECK(pool.any(7) == session::Value(nullptr));
}
