// A database as `.mig` text.
#include "compiler/model/print.hpp"

#include <fstream>
#include <iterator>

#include <doctest/doctest.h>

#include "tests/unit/model/shop.hpp"

using namespace dmc::model;
using dmc::tests::shop;

namespace {

std::string expected(const std::string& name) {
  std::ifstream in(std::string(DMC_SOURCE_DIR) + "/tests/unit/model/" + name);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The one column `c` of a table, as it is printed.
std::string printed(Column column, const Spelling& spelling = {}) {
  Database database;
  database.name = "d";
  database.engine = "sqlite";
  column.name = "c";
  Table table;
  table.name = "t";
  table.columns = {std::move(column)};
  database.tables = {table};
  const std::string text = print(database, {}, spelling);
  const auto begin = text.find("    c  ") + 7;
  return text.substr(begin, text.find(";\n  }") - begin);
}

Column typed(std::string type) {
  Column column;
  column.type = std::move(type);
  return column;
}

Column with_default(std::string sql) {
  Column column = typed("int");
  column.default_value = Sql{std::move(sql)};
  return column;
}

}  // namespace

TEST_CASE("a database is laid out as a person would write it") {
  CHECK(print(shop(), {"virtual table search (fts5)", "two\nlines"}) == expected("shop.mig"));
}

TEST_CASE("names are quoted where they must be") {
  CHECK(quoted("users") == "users");
  CHECK(quoted("Users") == "Users");
  CHECK(quoted("full name") == "\"full name\"");
  CHECK(quoted("a\"b") == "\"a\"\"b\"");
  CHECK(quoted("1st") == "\"1st\"");
  CHECK(quoted("index") == "\"index\"");
  CHECK(quoted("Primary") == "\"Primary\"");
  CHECK(quoted("where") == "\"where\"");
  CHECK(quoted("gr\xC3\xB6\xC3\x9F"
               "e") ==
        "\"gr\xC3\xB6\xC3\x9F"
        "e\"");
}

TEST_CASE("types stand plainly where .mig can write them, else as they are") {
  CHECK(printed(typed("bigint")) == "bigint");
  CHECK(printed(typed("DECIMAL(12,2)")) == "DECIMAL(12,2)");
  CHECK(printed(typed("double precision")) == "double precision");
  CHECK(printed(typed("timestamp with time zone")) == "timestamp with time zone");
  CHECK(printed(typed("int unsigned")) == "int unsigned");
  CHECK(printed(typed("text[][]")) == "text[][]");
  CHECK(printed(typed("")) == "native ''");
  CHECK(printed(typed("UNSIGNED BIG INT")) == "native 'UNSIGNED BIG INT'");
  CHECK(printed(typed("not")) == "native 'not'");
  CHECK(printed(typed("it's")) == "native 'it''s'");
  CHECK(printed(typed("geometry(Point,4326)")) == "geometry(Point,4326)");
  CHECK(printed(typed("enum('a')")) == "enum('a')");
}

TEST_CASE("a dialect says which plain types it reads back") {
  const Spelling spelling{[](const PlainType& type) -> std::string {
                            if (type.name == "boolean") return "INTEGER";
                            return type.name == "bigint" ? "BIGINT" : "";
                          },
                          true};
  CHECK(printed(typed("BIGINT"), spelling) == "bigint");
  CHECK(printed(typed("BOOLEAN"), spelling) == "native 'BOOLEAN'");
  CHECK(printed(typed("OTHER"), spelling) == "native 'OTHER'");
  Database database;
  database.name = "D";
  database.engine = "e";
  CHECK(print(database, {}, spelling) == "database \"D\" on e {}\n");
}

TEST_CASE("defaults stand bare when they are a number or a text") {
  CHECK(printed(with_default("0")) == "int  default 0");
  CHECK(printed(with_default("-1.5")) == "int  default -1.5");
  CHECK(printed(with_default("'it''s'")) == "int  default 'it''s'");
  CHECK(printed(with_default("'${x}'")) == "int  default ('${x}')");
  CHECK(printed(with_default("'a' || 'b'")) == "int  default ('a' || 'b')");
  CHECK(printed(with_default("007")) == "int  default (007)");
  CHECK(printed(with_default("1e5")) == "int  default (1e5)");
  CHECK(printed(with_default("TRUE")) == "int  default (TRUE)");
  CHECK(printed(with_default(" now() ")) == "int  default (now())");
}

TEST_CASE("what cannot stand in parentheses stands between dollars") {
  CHECK(printed(with_default("'a\nb'")) == "int  default $$ 'a\nb' $$");
  CHECK(printed(with_default("f('\\')")) == "int  default $$ f('\\') $$");
  CHECK(printed(with_default("f(')' || $$;$$")) == "int  default $q1$ f(')' || $$;$$ $q1$");
}

TEST_CASE("every constraint stands where it is shortest, and named where its name says something") {
  Database database = shop();
  Table& users = *database.table("users");
  users.primary_key->name = "pk";
  users.primary_key->conflict = "replace";
  users.foreign_keys[0].deferrable = true;
  users.foreign_keys[0].initially_deferred = true;
  users.foreign_keys[0].referenced = {"code"};
  users.foreign_keys[0].name = "lives_in";
  users.uniques[1].elements[0].collation = "nocase";
  users.uniques[1].elements[0].descending = true;
  users.columns[0].not_null = false;
  users.columns[0].identity.reset();
  const std::string text = print(database);
  CHECK(text.find("    constraint pk primary key (id) on conflict replace;\n") != std::string::npos);
  CHECK(text.find("    unique (slug collate nocase desc);\n") != std::string::npos);
  CHECK(text.find("    id       bigint        null;\n") != std::string::npos);
  CHECK(
      text.find("    constraint lives_in\n        foreign key (country) references countries (code) on delete cascade "
                "deferrable initially deferred;\n") != std::string::npos);
}

TEST_CASE("a line that is too long is broken between its parts") {
  Database database = shop();
  database.table("users")->foreign_keys[0].columns = {"country", std::string(60, 'n')};
  database.table("users")->foreign_keys[0].name = "users_country_" + std::string(60, 'n') + "_fkey";
  CHECK(print(database).find("    foreign key (country, " + std::string(60, 'n') +
                             ")\n        references countries on delete cascade;\n") != std::string::npos);
}

TEST_CASE("a name that another schema has too stands with its own") {
  Database database;
  database.name = "d";
  database.engine = "e";
  Table users, orders;
  users.name = orders.name = "users";
  orders.name = "orders";
  users.columns = {typed("int")};
  users.columns.front().name = "id";
  orders.columns = users.columns;
  ForeignKey key;
  key.columns = {"id"};
  key.table = "users";
  key.name = derived_name(orders, key);
  orders.foreign_keys = {key};
  Table other = users;
  other.schema = "audit";
  const Spelling spelling{.read_type = {}, .upper_case_needs_quotes = false, .default_schema = "public"};
  database.tables = {orders, users};
  CHECK(print(database, {}, spelling).find("references users;") != std::string::npos);
  database.tables = {orders, users, other};
  CHECK(print(database, {}, spelling).find("references public.users;") != std::string::npos);
}
