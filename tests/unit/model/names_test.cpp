// Names of constraints that their author left unnamed.
#include <algorithm>

#include <doctest/doctest.h>

#include "compiler/model/database.hpp"

using namespace dmc::model;

namespace {

Element on(std::string column) {
  Element element;
  element.column = std::move(column);
  return element;
}

Key key(std::vector<std::string> columns, std::string name = {}) {
  Key made;
  made.name = std::move(name);
  for (auto& column : columns) made.elements.push_back(on(column));
  return made;
}

Check check(std::string expression, std::string name = {}) { return {std::move(name), {std::move(expression)}, {}}; }

ForeignKey foreign(std::vector<std::string> columns, std::string table) {
  ForeignKey made;
  made.columns = std::move(columns);
  made.table = std::move(table);
  return made;
}

Table orders() {
  Table table;
  table.name = "orders";
  return table;
}

std::vector<std::string> check_names(const Table& table) {
  std::vector<std::string> names;
  for (const Check& check : table.checks) names.push_back(check.name);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

TEST_CASE("names follow from what the constraint is") {
  Table table = orders();
  table.primary_key = key({"id"});
  table.uniques = {key({"user_id", "total"})};
  table.checks = {check("total > 0")};
  table.foreign_keys = {foreign({"user_id"}, "users"), foreign({"a", "b"}, "pairs")};
  name_constraints(table);
  CHECK(table.primary_key->name == "orders_pkey");
  CHECK(table.uniques[0].name == "orders_user_id_total_key");
  CHECK(table.checks[0].name == "orders_check");
  CHECK(table.foreign_keys[0].name == "orders_user_id_fkey");
  CHECK(table.foreign_keys[1].name == "orders_a_b_fkey");
}

TEST_CASE("a given name stays") {
  Table table = orders();
  table.checks = {check("total > 0", "positive"), check("total < 9")};
  name_constraints(table);
  CHECK(check_names(table) == std::vector<std::string>{"orders_check", "positive"});
  CHECK(derived_name(table, table.checks[0]) != "positive");
  CHECK(derived_name(table, table.checks[1]) == "orders_check");
}

TEST_CASE("where names would be alike the content tells them apart, whatever the order and the spelling") {
  Table table = orders();
  table.checks = {check("a > 0"), check("b > 0"), check("c > 0")};
  Table other = orders();
  other.checks = {check("c>0"), check("\"a\" > 0 -- why"), check("b > 0")};
  name_constraints(table);
  name_constraints(other);
  const auto names = check_names(table);
  CHECK(names == check_names(other));
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
  for (const auto& name : names) {
    CHECK(name.starts_with("orders_check_"));
    CHECK(name.size() == std::string("orders_check_").size() + 6);
  }
}

TEST_CASE("what was derived is known as derived afterwards") {
  Table table = orders();
  table.primary_key = key({"id"});
  table.uniques = {key({"a"}), key({"b"})};
  table.checks = {check("a > 0"), check("b > 0"), check("c > 0", "mine")};
  table.foreign_keys = {foreign({"a"}, "x"), foreign({"a"}, "y")};
  const Table unnamed = table;
  name_constraints(table);
  CHECK(table.primary_key->name == derived_name(table, *table.primary_key, true));
  for (const auto& unique : table.uniques) CHECK(unique.name == derived_name(table, unique, false));
  for (const auto& each : table.checks) CHECK((each.name == "mine" || each.name == derived_name(table, each)));
  for (const auto& each : table.foreign_keys) CHECK(each.name == derived_name(table, each));
  CHECK(table.foreign_keys[0].name != table.foreign_keys[1].name);
  clear_derived_names(table);
  CHECK(table == unnamed);
}

TEST_CASE("a given name that looks derived makes an unnamed constraint step aside") {
  Table table = orders();
  table.checks = {check("a > 0", "orders_check"), check("b > 0")};
  name_constraints(table);
  CHECK(table.checks[0].name == "orders_check");
  CHECK(table.checks[1].name.starts_with("orders_check_"));
  CHECK(derived_name(table, table.checks[1]) == table.checks[1].name);
  CHECK(derived_name(table, table.checks[0]) != "orders_check");
}

TEST_CASE("after a rename of the table the names follow it") {
  Table table = orders();
  table.primary_key = key({"id"});
  table.checks = {check("a > 0"), check("b > 0", "mine")};
  name_constraints(table);
  clear_derived_names(table);
  table.name = "sales";
  name_constraints(table);
  CHECK(table.primary_key->name == "sales_pkey");
  CHECK(check_names(table) == std::vector<std::string>{"mine", "sales_check"});
}

TEST_CASE("an object is meant by its bare name") {
  const auto provides = [](std::string type, const std::string& name) {
    return Object{
        .type = std::move(type), .name = name, .create = {}, .replace = {}, .drop = {}, .after = {}, .origin = {}}
        .provides();
  };
  CHECK(provides("function", "function audit.touch(a.b, integer)") == "touch");
  CHECK(provides("enum", "enum \"\"\"abc\"\"\".\"a.b\"") == "a.b");
  CHECK(provides("enum", "enum \"a\"\"(b\"") == "a\"(b");
  CHECK(provides("schema", "schema \"abc\"") == "\"abc\"");
  CHECK(provides("operator", "operator +(a, b)") == "+");
  CHECK(provides("row policy", "row policy own on orders").empty());
}
