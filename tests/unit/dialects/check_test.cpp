// What SQLite refuses or cannot keep is said before anything runs; each rule is compared with the engine where it has a
// word.
#include "compiler/dialects/sqlite/check.hpp"

#include <set>

#include <doctest/doctest.h>

#include "compiler/dialects/sqlite/ddl.hpp"
#include "tests/unit/dialects/live.hpp"

using namespace dmc;
using tests::live;

namespace {

/// Codes and messages, one a line.
std::string findings(model::Database database) {
  grammar::Diagnostics diagnostics;
  dialects::sqlite::check(database, diagnostics);
  std::string out;
  for (const auto& found : diagnostics.sorted()) out += found.code + " " + found.message + "\n";
  return out;
}

model::Database with(const model::Table& table) {
  model::Database database;
  database.name = "d";
  database.engine = "sqlite";
  database.oldest_version = "3.40";
  database.tables.push_back(table);
  return database;
}

model::Table table(std::vector<model::Column> columns) {
  model::Table made;
  made.name = "t";
  made.columns = std::move(columns);
  return made;
}

model::Column column(const std::string& name, const std::string& type = "INT") {
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

/// Whether SQLite takes the table and its indexes as they are.
bool engine_takes(const model::Table& table) {
  try {
    tests::Live database;
    database.execute(dialects::sqlite::create_table(table));
    for (const auto& index : table.indexes) database.execute(dialects::sqlite::create_index(table, index));
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

void refused(const model::Table& table, const std::string& expected, bool by_the_engine = true) {
  CAPTURE(dialects::sqlite::create_table(table));
  CHECK(findings(with(table)) == expected);
  CHECK(engine_takes(table) == !by_the_engine);
}

}  // namespace

TEST_CASE("a table that SQLite takes has no findings") {
  auto made = table({column("id", "INTEGER"), column("a", "TEXT"), column("b")});
  made.primary_key = model::Key{"", {element("id")}, {}, {}};
  made.columns[0].identity = model::Identity::by_default;
  made.columns[1].collation = "nocase";
  made.columns[2].default_value = model::Sql{"(abs(-5))"};
  made.indexes.push_back({"i", true, {}, {element("a")}, {}, model::Sql{"b > 0"}, {}, {}});
  CHECK(findings(with(made)) == "");
  CHECK(engine_takes(made));
}

TEST_CASE("names") {
  auto made = table({column("a")});
  made.name = "sqlite_things";
  refused(made, "E0401 table 'sqlite_things' has a name that is not free\n");
  made.name = "_dmc_step";
  refused(made, "E0401 table '_dmc_step' has a name that is not free\n", false);
  made.name = "t";
  made.indexes.push_back({"T", false, {}, {element("a")}, {}, {}, {}, {}});
  refused(made, "E0402 there are two things named 'T'\n");
  made.indexes.clear();
  made.schema = "audit";
  refused(made, "E0405 SQLite has no schemas\n", false);
}

TEST_CASE("versions") {
  auto database = with(table({column("a"), column("b")}));
  database.tables[0].columns[1].generated = model::Generated{{"a + 1"}, false};
  database.tables[0].settings = {{"strict", "true"}};
  CHECK(findings(database) == "");
  database.oldest_version = "3.36";
  CHECK(findings(database) == "E0403 strict tables need SQLite 3.37\n");
  database.oldest_version = "3.26";
  CHECK(findings(database) == "E0403 generated columns need SQLite 3.31\nE0403 strict tables need SQLite 3.37\n");
}

TEST_CASE("size, settings and types") {
  std::vector<model::Column> many;
  for (int i = 0; i < 2001; ++i) many.push_back(column("c" + std::to_string(i)));
  refused(table(many), "E0407 table 't' has 2001 columns\n");
  auto made = table({column("a")});
  made.columns[0].generated = model::Generated{{"1"}, false};
  refused(made, "E0407 table 't' has no column that holds a value\n");
  made = table({column("a", "TEXT")});
  made.settings = {{"without rowid", "true"}};
  refused(made, "E0412 table 't' has neither rowid nor primary key\n");
  made.settings = {{"fillfactor", "80"}};
  refused(made, "E0406 a SQLite table has no setting 'fillfactor = 80'\n", false);
  made = table({column("a", "VARCHAR(9)"), column("b", "")});
  made.settings = {{"strict", "true"}};
  refused(
      made,
      "E0408 column 'a' of a strict table has the type VARCHAR(9)\nE0408 column 'b' of a strict table has no type\n");
}

TEST_CASE("identity and keys") {
  auto made = table({column("a", "TEXT"), column("b", "INTEGER")});
  made.columns[1].identity = model::Identity::by_default;
  refused(made, "E0411 identity 'b' is not the integer primary key\n", false);
  made.primary_key = model::Key{"", {element("b")}, {}, {}};
  CHECK(findings(with(made)) == "");
  made.columns[1].identity = model::Identity::always;
  refused(made, "E0411 SQLite cannot keep an application from giving 'b' a value\n", false);
  made.columns[1].identity = model::Identity::by_default;
  made.settings = {{"without rowid", "true"}};
  CHECK(findings(with(made)) == "E0411 a table without rowid has nothing that counts for 'b'\n");
}

TEST_CASE("defaults and generated columns") {
  auto made = table({column("a"), column("b")});
  made.columns[1].default_value = model::Sql{"a + 1"};
  refused(made, "E0409 the default of 'b' reads column 'a'\n");
  made.columns[1].default_value = model::Sql{"(select 1)"};
  CHECK(findings(with(made)) == "E0409 the default of 'b' holds a subquery\n");
  made.columns[1].default_value.reset();
  made.columns[1].generated = model::Generated{{"datetime('now')"}, true};
  CHECK(findings(with(made)) == "E0410 generated column 'b' would change by itself\n");
  made.columns[1].generated = model::Generated{{"random()"}, true};
  refused(made, "E0410 generated column 'b' would change by itself\n");
  made.columns[1].generated = model::Generated{{"datetime(a, 'unixepoch')"}, true};
  CHECK(findings(with(made)) == "");
  made.columns[1].generated = model::Generated{{"b + 1"}, false};
  CHECK(findings(with(made)) == "E0410 generated column 'b' needs itself\n");
  made.columns[1].generated = model::Generated{{"a + 1"}, false};
  made.primary_key = model::Key{"", {element("b")}, {}, {}};
  refused(made, "E0410 generated column 'b' is in the primary key\n");
}

TEST_CASE("indexes and checks") {
  auto made = table({column("a"), column("b")});
  made.indexes.push_back({"i", false, "gin", {element("a")}, {"b"}, {}, {}, {}});
  refused(made, "E0413 index 'i' includes columns\nE0413 index 'i' is 'using gin'\n", false);
  made.indexes[0] = {"i", false, {}, {element("a")}, {}, model::Sql{"a > random()"}, {}, {}};
  refused(made, "E0414 index 'i' depends on the clock or on chance\n");
  made.indexes[0].where = model::Sql{"a in (select 1)"};
  refused(made, "E0414 index 'i' holds a subquery\n");
  made.indexes.clear();
  made.checks.push_back({"", {"a in (select b from t)"}, {}});
  refused(made, "E0414 check 't_check' holds a subquery\n");
  made.checks.clear();
  model::Element computed;
  computed.expression = model::Sql{"lower(a)"};
  made.uniques.push_back({"u", {computed}, {}, {}});
  refused(made, "E0413 unique 'u' holds an expression\n");
  made.uniques.clear();
  made.columns[0].collation = "german";
  CHECK(findings(with(made)) == "E0415 SQLite itself has no collation 'GERMAN'\n");
}

TEST_CASE("views and triggers") {
  auto database = with(table({column("a")}));
  model::View view;
  view.name = "v";
  view.query.text = "delete from t";
  view.materialized = true;
  database.views.push_back(view);
  model::Trigger trigger;
  trigger.name = "r";
  trigger.table = "t";
  trigger.events = {"insert", "update"};
  trigger.for_each_row = false;
  trigger.body = model::Sql{"begin new.a := 1; end"};
  database.triggers.push_back(trigger);
  CHECK(findings(database) ==
        "E0416 SQLite has no materialized views\nE0417 view 'v' does not begin with a query\nE0418 trigger 'r' fires "
        "once for a statement\n"
        "E0418 trigger 'r' has a statement that begins with 'new'\nE0418 trigger 'r' has several events\n");
}

TEST_CASE("comments stay in the source and make no difference") {
  auto database = with(table({column("a"), column("b")}));
  const auto plain = model::state_hash(database);
  database.tables[0].comment = "people";
  database.tables[0].columns[1].comment = "age";
  grammar::Diagnostics diagnostics;
  dialects::sqlite::check(database, diagnostics);
  CHECK(diagnostics.all().size() == 1);
  CHECK_FALSE(diagnostics.has_errors());
  CHECK(diagnostics.all()[0].code == "E0404");
  CHECK(model::state_hash(database) == plain);
}

TEST_CASE("a second look changes nothing") {
  auto database = live(
                      "create table p (id integer primary key, a text collate nocase unique, check ((a <> ''))); "
                      "create table c (x int references P, y as (x + 1), unique (x, y));"
                      "create trigger r after insert on c begin select 1; end; create view v as select 1;")
                      .inspect()
                      .database;
  auto again = database;
  grammar::Diagnostics diagnostics;
  dialects::sqlite::check(again, diagnostics);
  CHECK(diagnostics.empty());
  CHECK(again == database);
}

TEST_CASE("every code has its long form") {
  std::set<std::string> codes;
  for (const auto& entry : dialects::sqlite::explanations()) {
    codes.insert(std::string(entry.code));
    CHECK(entry.title.size() > 10);
    CHECK(entry.text.size() > 40);
  }
  CHECK(codes.size() == 19);
  CHECK(*codes.begin() == "E0401");
  CHECK(*codes.rbegin() == "E0419");
}
