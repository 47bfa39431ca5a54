// Renames carried into SQL as engines carry them.
#include <doctest/doctest.h>

#include "compiler/model/sql_text.hpp"

using namespace dmc::model;

namespace {

using Text = RenameScope::Text;

std::string table(std::string_view text) { return with_renamed(text, "people", "users"); }
std::string column(std::string_view text, Text kind = Text::statements, std::string_view to = "given") {
  return with_renamed(text, "first", to, {"people", kind, false});
}

}  // namespace

TEST_CASE("a table is renamed where a table can stand, and as a qualifier") {
  CHECK(table("select people.id from people") == "select users.id from users");
  CHECK(table("select p.id from \"people\" as p join pets on pets.owner = p.id") ==
        "select p.id from users as p join pets on pets.owner = p.id");
  CHECK(table("select * from pets, people") == "select * from pets, users");
  CHECK(table("select * from (pets join people on true)") == "select * from (pets join users on true)");
  CHECK(table("insert into people (id) values (1); update people set id = 2; delete from people") ==
        "insert into users (id) values (1); update users set id = 2; delete from users");
  CHECK(table("update or ignore people set id = 1") == "update or ignore users set id = 1");
}

TEST_CASE("what only looks like the table stays") {
  CHECK(table("select people from pets") == "select people from pets");
  CHECK(table("select a, people from pets") == "select a, people from pets");
  CHECK(table("select id as people from pets") == "select id as people from pets");
  CHECK(table("select 'people' -- people\n from pets") == "select 'people' -- people\n from pets");
  CHECK(table("select people(1), x.people from pets") == "select people(1), x.people from pets");
  CHECK(table("select id from pets where people = 1") == "select id from pets where people = 1");
}

TEST_CASE("a column is renamed where its table is named, free or behind what the table is called there") {
  CHECK(column("select first from people") == "select given from people");
  CHECK(column("select people.first, p.first from people p") == "select people.given, p.given from people p");
  CHECK(column("select p.first || first from people as p where first > ''") ==
        "select p.given || given from people as p where given > ''");
  CHECK(column("insert into people (id, first) values (1, 'first')") ==
        "insert into people (id, given) values (1, 'first')");
}

TEST_CASE("columns of other tables, aliases and functions stay") {
  CHECK(column("select first from pets") == "select first from pets");
  CHECK(column("select c.first from people p join cats c") == "select c.first from people p join cats c");
  CHECK(column("select id as first from people") == "select id as first from people");
  CHECK(column("select first(id) from people") == "select first(id) from people");
  CHECK(column("select first.id from first, people") == "select first.id from first, people");
}

TEST_CASE("in an expression of the table free names are its columns; in its triggers new and old are its rows") {
  CHECK(column("length(first) > 0 and people.first <> ''", Text::expression) ==
        "length(given) > 0 and people.given <> ''");
  CHECK(column("begin update pets set first = new.first; delete from people where first = old.first; end",
               Text::trigger) ==
        "begin update pets set first = new.given; delete from people where given = old.given; end");
  CHECK(column("update pets set first = new.first") == "update pets set first = new.first");
}

TEST_CASE("the new name is quoted where it must be, and letter case counts where it counts") {
  CHECK(column("first > 1", Text::expression, "order") == "\"order\" > 1");
  CHECK(column("first > 1", Text::expression, "a \"b\"") == "\"a \"\"b\"\"\" > 1");
  CHECK(column("First > 1", Text::expression) == "First > 1");
  CHECK(with_renamed("First > 1", "first", "given", {"people", Text::expression, true}) == "given > 1");
}
