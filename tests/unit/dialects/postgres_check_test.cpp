// What PostgreSQL refuses or cannot keep is said before anything runs, and what it adds by itself is added.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <doctest/doctest.h>

#include "compiler/dialects/postgres/check.hpp"
#include "compiler/dialects/postgres/rename.hpp"

using namespace dmc;

namespace {

std::string findings(model::Database& database) {
  grammar::Diagnostics diagnostics;
  dialects::postgres::check(database, diagnostics);
  std::string out;
  for (const auto& found : diagnostics.sorted()) out += found.code + " " + found.message + " | " + found.label + "\n";
  return out;
}

model::Column column(const std::string& name, const std::string& type = "integer") {
  model::Column made;
  made.name = name;
  made.type = type;
  return made;
}

model::Element element(const std::string& name) {
  model::Element made;
  made.column = name;
  return made;
}

model::Element expression(const std::string& text) {
  model::Element made;
  made.expression = model::Sql{text};
  return made;
}

model::Database with(const std::vector<model::Table>& tables, const std::string& version = "15") {
  model::Database database;
  database.name = "d";
  database.engine = "postgres";
  database.oldest_version = version;
  database.tables = tables;
  return database;
}

model::Table table(std::vector<model::Column> columns, const std::string& name = "t") {
  model::Table made;
  made.name = name;
  made.columns = std::move(columns);
  return made;
}

model::Key key(const std::vector<std::string>& columns) {
  model::Key made;
  for (const auto& name : columns) made.elements.push_back(element(name));
  return made;
}

model::Index index(const std::string& name, std::vector<model::Element> elements) {
  model::Index made;
  made.name = name;
  made.elements = std::move(elements);
  return made;
}

/// Everything that is refused, each with what it says: one bad database for each line of the expected text.
std::vector<std::pair<std::string, model::Database>> bad() {
  std::vector<std::pair<std::string, model::Database>> all;
  const auto add = [&](const std::string& title, model::Database database) {
    all.emplace_back(title, std::move(database));
  };
  add("own name", with({table({column("a")}, "_dmc_t")}));
  add("system column", with({table({column("xmin")})}));
  {
    auto one = table({column("a")});
    one.indexes = {index("t", {element("a")})};
    add("index named like its table", with({one}));
  }
  {
    auto one = table({column("a"), column("b")});
    one.columns[1].generated = model::Generated{{"a + 1"}, false};
    add("virtual column", with({one}));
    one.columns[1].generated = model::Generated{{"a + random()"}, true};
    add("random column", with({one}));
    one.columns[1].generated = model::Generated{{"b + 1"}, true};
    add("column of itself", with({one}));
    one.columns[1].generated = model::Generated{{"a +"}, true};
    add("no expression", with({one}));
  }
  {
    auto one = table({column("a", "text")});
    one.columns[0].identity = model::Identity::always;
    add("identity of a text", with({one}));
    one.columns[0].type = "bigint";
    one.columns[0].default_value = model::Sql{"1"};
    add("identity with a default", with({one}));
  }
  {
    auto one = table({column("id"), column("at", "date")});
    one.primary_key = key({"id"});
    one.partitioned = model::Partitioning{"range", {"at"}, {}};
    add("key without the partition column", with({one}));
    one.partitioned->by.text = "(at + 1)";
    add("key and a partition expression", with({one}));
  }
  {
    auto one = table({column("a"), column("b")});
    one.columns[1].default_value = model::Sql{"a + 1"};
    add("default reads a column", with({one}));
    one.columns[1].default_value = model::Sql{"(select 1)"};
    add("default with a subquery", with({one}));
  }
  {
    auto one = table({column("a", "timestamp with time zone")});
    one.indexes = {index("i", {expression("a > now()")})};
    add("index of now", with({one}));
    one.indexes = {index("i", {element("a")})};
    one.indexes[0].unique = true;
    one.indexes[0].method = "gin";
    add("unique gin", with({one}));
    one.indexes[0].unique = false;
    one.indexes[0].nulls_not_distinct = true;
    one.indexes[0].method = "btree";
    add("nulls not distinct on 14", with({one}, "14"));
  }
  {
    auto one = table({column("a")});
    one.settings = {{"filfactor", "70"}};
    add("unknown setting", with({one}));
    one.settings = {{"row_security", "sometimes"}};
    add("value of a setting", with({one}));
  }
  {
    auto parent = table({column("id")}, "p"), child = table({column("p_id", "text")}, "c");
    parent.primary_key = key({"id"});
    model::ForeignKey reference;
    reference.columns = {"p_id"};
    reference.table = "p";
    child.foreign_keys = {reference};
    add("text references a number", with({parent, child}));
  }
  {
    auto database = with({table({column("a")})});
    model::View view;
    view.name = "v";
    view.query.text = "select a frm t";
    database.views = {view};
    add("query", database);
    database.views[0].query.text = "delete from t";
    add("no query", database);
    database.views[0].query.text = "select a from t";
    database.views[0].settings = {{"check_option", "local"}, {"security_barrier", "true"}};
    add("setting of a view", database);
    database.oldest_version = "14";
    database.views[0].settings = {{"security_invoker", "true"}};
    add("security invoker on 14", database);
  }
  {
    auto database = with({table({column("a")})});
    model::Trigger trigger;
    trigger.name = "g";
    trigger.table = "t";
    trigger.of_table = true;
    trigger.timing = "after";
    trigger.events = {"truncate"};
    trigger.execute = "f()";
    database.triggers = {trigger};
    add("truncate for each row", database);
    database.triggers[0].events = {"insert"};
    database.triggers[0].execute.reset();
    database.triggers[0].body = model::Sql{"begin end"};
    add("body", database);
    model::View view;
    view.name = "v";
    view.query.text = "select a from t";
    database.views = {view};
    database.triggers[0].body.reset();
    database.triggers[0].execute = "f()";
    database.triggers[0].table = "v";
    database.triggers[0].timing = "instead of";
    database.triggers[0].enabled = "disabled";
    add("trigger of a view switched off", database);
  }
  {
    std::vector<model::Column> columns;
    for (int i = 0; i < 1601; ++i) columns.push_back(column("c" + std::to_string(i)));
    add("too many columns", with({table(columns)}));
  }
  return all;
}

}  // namespace

TEST_CASE("what PostgreSQL cannot hold is refused in its words") {
  const std::filesystem::path expected = DMC_SOURCE_DIR "/tests/unit/dialects/postgres/refused.txt";
  std::ostringstream out;
  for (auto& [title, database] : bad()) out << title << ":\n  " << findings(database) << "\n";
  if (std::getenv("DMC_ACCEPT")) std::ofstream(expected) << out.str();
  std::ifstream in(expected);
  CHECK(out.str() == std::string(std::istreambuf_iterator<char>(in), {}));
}

TEST_CASE("what the server adds by itself is added") {
  auto one = table({column("id", "bigserial"), column("a", "text"), column("b", "integer")}, "users");
  one.primary_key = key({"id"});
  one.uniques = {key({"a", "b"})};
  model::Check first, second, both;
  first.expression.text = "b>0";
  second.expression.text = "b < 10";
  both.expression.text = "b > length(a)";
  one.checks = {first, second, both};
  one.indexes = {index("", {expression("lower(a)")}), index("", {element("b")})};
  one.indexes[1].method = "btree";
  one.columns[1].default_value = model::Sql{"null"};
  auto database = with({one});
  CHECK(findings(database).empty());
  const auto& made = database.tables[0];
  CHECK(made.columns[0].type == "bigint");
  CHECK(made.columns[0].identity == model::Identity::serial);
  CHECK(made.columns[0].not_null);
  CHECK(!made.columns[1].default_value);
  CHECK(made.primary_key->name == "users_pkey");
  CHECK(made.uniques[0].name == "users_a_b_key");
  std::set<std::string> checks, indexes;
  for (const auto& each : made.checks) checks.insert(each.name);
  for (const auto& each : made.indexes) indexes.insert(each.name);
  CHECK(checks == std::set<std::string>{"users_b_check", "users_b_check1", "users_check"});
  CHECK(indexes == std::set<std::string>{"users_b_idx", "users_lower_idx"});
  CHECK(!made.indexes[0].method);
}

TEST_CASE("a derived name keeps within 63 bytes") {
  auto one = table({column("a_column_with_a_name_that_goes_on_and_on")}, "a_table_with_a_name_that_goes_on_and_on");
  one.uniques = {key({"a_column_with_a_name_that_goes_on_and_on"})};
  auto database = with({one});
  CHECK(findings(database).empty());
  const std::string kept = "a_table_with_a_name_that_goes_a_column_with_a_name_that_goe_key";
  CHECK(database.tables[0].uniques[0].name == kept);
  // The language derives names for every engine alike; one that this server would cut is made up anew.
  one.uniques[0].name = one.name + "_" + one.columns[0].name + "_key";
  database = with({one});
  CHECK(findings(database).empty());
  CHECK(database.tables[0].uniques[0].name == kept);
}

TEST_CASE("the function of a trigger is called as the server calls it") {
  const auto made = [](const std::string& call) {
    auto database = with({table({column("a")})});
    model::Trigger trigger;
    trigger.name = "g";
    trigger.table = "t";
    trigger.of_table = trigger.for_each_row = true;
    trigger.timing = "after";
    trigger.events = {"insert"};
    trigger.execute = call;
    database.triggers = {trigger};
    CHECK(findings(database).empty());
    return *database.triggers[0].execute;
  };
  CHECK(made("touch()") == "touch()");
  CHECK(made("public.\"touch\"(5, 'it''s', '')") == "touch('5', 'it''s', '')");
  CHECK(made("audit.\"f on \"\"g\"\"\"(-1)") == "audit.\"f on \"\"g\"\"\"('-1')");
  CHECK(made("\"select\"()") == "\"select\"()");
}

TEST_CASE("an object's statement in any words becomes one") {
  const auto made = [](const std::string& type, const std::string& name, const std::string& create) {
    auto database = with({table({column("a", "bigint")}, "users")});
    model::Object object;
    object.type = type;
    object.name = type + " " + name;
    object.create.text = create;
    database.objects = {object};
    CHECK(findings(database).empty());
    return database.objects[0].name + ": " + database.objects[0].create.text;
  };
  CHECK(made("function", "f(int)",
             "CREATE FUNCTION f(int4, y varchar(9) DEFAULT 'a') RETURNS SETOF int COST 100 CALLED ON NULL INPUT "
             "LANGUAGE SQL VOLATILE AS 'select 1'") ==
        "function f(integer, character varying): create function f(integer, y character varying default "
        "'a'::varchar) returns setof integer language sql as $$select 1$$");
  CHECK(made("function", "g(int)", "create function g(int, out n int) returns setof int language sql as 'select 1'") ==
        "function g(integer): create function g(integer, out n integer) returns setof integer language sql as "
        "$$select 1$$");
  CHECK(
      made("function", "h()", "create function h(out a int, out b int) returns record language sql as 'select 1, 2'") ==
      "function h(): create function h(out a integer, out b integer) language sql as $$select 1, 2$$");
  CHECK(made("enum", "state", "create type public.state as enum('a','b')") ==
        "enum state: create type state as enum ('a', 'b')");
  CHECK(made("domain", "d", "create domain d int check (value>0)") ==
        "domain d: create domain d as integer constraint d_check check (value > 0)");
  CHECK(made("sequence", "s", "create sequence s increment by 1 start with 1 no cycle cache 5") ==
        "sequence s: create sequence s cache 5");
  CHECK(made("grant", "on table users to app",
             "grant insert, select, update, delete, truncate, references, trigger on users to app") ==
        "grant on table users to app: grant all on table users to app");
  CHECK(made("row policy", "p on users", "create policy p on public.users for all to public using (a>0)") ==
        "row policy p on users: create policy p on users using (a > 0)");
}

TEST_CASE("a rename reaches what PostgreSQL itself rewrites") {
  auto one = table({column("id"), column("name", "text")}, "users");
  one.primary_key = key({"id"});
  model::Check check;
  check.expression.text = "length(name) > 0";
  one.checks = {check};
  one.indexes = {index("users_name_idx", {expression("lower(name)")})};
  auto child = table({column("user_id")}, "orders");
  model::ForeignKey reference;
  reference.columns = {"user_id"};
  reference.table = "users";
  reference.referenced = {"id"};
  child.foreign_keys = {reference};
  auto database = with({one, child});
  model::View view;
  view.name = "v";
  view.query.text = "select name from users";
  database.views = {view};
  const auto add = [&](const std::string& type, const std::string& name, const std::string& create) {
    model::Object object;
    object.type = type;
    object.name = type + " " + name;
    object.create.text = create;
    database.objects.push_back(object);
  };
  add("row policy", "own on users", "create policy own on users using (name = current_user)");
  add("grant", "on table users to app", "grant select (name), insert on users to app");
  add("function", "f()", "create function f() returns text language sql as $$select name from users$$");
  REQUIRE(findings(database).empty());

  auto columns = database;
  dialects::postgres::rename(columns, "users", "name", "called");
  CHECK(columns.tables[1].checks[0].expression.text.find("called") != std::string::npos);
  CHECK(columns.tables[1].checks[0].name == "users_called_check");
  CHECK(columns.tables[1].indexes[0].elements[0].expression->text.find("called") != std::string::npos);
  CHECK(columns.tables[1].indexes[0].name == "users_name_idx");
  CHECK(columns.views[0].query.text.find("called AS name") != std::string::npos);
  CHECK(columns.object("row policy own on users")->create.text.find("called") != std::string::npos);
  CHECK(columns.object("grant on table users to app")->create.text ==
        "grant insert, select (called) on table users to app");
  CHECK(columns.object("function f()")->create.text.find("called") == std::string::npos);

  auto tables = database;
  dialects::postgres::rename(tables, "users", std::nullopt, "people");
  REQUIRE(tables.table("people"));
  CHECK(tables.table("people")->primary_key->name == "people_pkey");
  CHECK(tables.table("orders")->foreign_keys[0].table == "people");
  CHECK(tables.views[0].query.text.find("people") != std::string::npos);
  CHECK(tables.object("row policy own on people"));
  CHECK(tables.object("grant on table people to app"));
}
