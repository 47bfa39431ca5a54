// Rows that have no key but their rowid: after a VACUUM it may be the number of another row.
#include <doctest/doctest.h>

#include "tests/unit/dialects/runner.hpp"

using namespace dmc;
using tests::Live;
using tests::live;
using tests::Refused;
using tests::Runner;

namespace {

using Pairs = std::vector<dialects::StepPair>;

model::Database inspected(Live& database) {
  auto found = database.inspect().database;
  found.oldest_version = "3.35";
  return found;
}

Pairs drop_a(Live& database) {
  const auto before = inspected(database);
  auto after = *before.table("t");
  std::erase_if(after.columns, [](const auto& column) { return column.name == "a"; });
  const change::AlterTable alter{*before.table("t"), after, {}, {{"a", model::Backup::with}}, false};
  return dialects::sqlite::lower({alter, "d", "table t", "change 2, line 1: drop column", {}, true}, before);
}

Pairs fill_a(Live& database, const char* value) {
  const auto before = inspected(database);
  change::BackfillRows rows;
  rows.table = *before.table("t");
  rows.statement.set = {{"a", {value}, {}}};
  rows.statement.backup = model::Backup::with;
  rows.new_columns = false;
  return dialects::sqlite::lower({rows, "d", "table t", "change 2, line 1: backfill", {}, true}, before);
}

Pairs drop_rows(Live& database, const char* where) {
  const auto before = inspected(database);
  const change::DropRows rows{*before.table("t"), {{}, {where}, model::Backup::with, {}}};
  return dialects::sqlite::lower({rows, "d", "table t", "change 2, line 1: drop rows", {}, true}, before);
}

/// Taken back only where the loss is accepted, and then it leaves `rows`.
void check_refused(Live& database, const Pairs& pairs, const std::string& rows) {
  CHECK_THROWS_AS(Runner(database).back(pairs), Refused);
  Runner(database).back(pairs, pairs.size(), true);
  CHECK(database.value("select group_concat(quote(a) || quote(b)) from t") == rows);
}

const char* const table = "create table t (a, b); insert into t values ('a1', 1), ('a2', 2), ('a3', 3)";
const char* const twins = "create table t (a, b); insert into t values ('a1', 1), ('a2', 1), ('a3', 1)";

}  // namespace

TEST_CASE("a dropped column comes back to the rows it was of, or not at all") {
  auto database = live(table);
  const auto pairs = drop_a(database);
  Runner(database).forward(pairs);
  database.execute("delete from t where b = 1; vacuum");
  check_refused(database, pairs, "NULL2,NULL3");
}

TEST_CASE("a row that is only gone takes nothing from the others") {
  auto database = live(table);
  const auto pairs = drop_a(database);
  Runner(database).forward(pairs);
  database.execute("delete from t where b = 1");
  Runner(database).back(pairs);
  CHECK(database.value("select group_concat(a) from t") == "a2,a3");
}

TEST_CASE("rows that are alike are not taken for each other") {
  auto database = live(twins);
  const auto pairs = drop_a(database);
  Runner(database).forward(pairs);
  database.execute("delete from t where rowid = 1; vacuum");
  CHECK_THROWS_AS(Runner(database).back(pairs), Refused);
}

TEST_CASE("an overwritten column gets no value of another row") {
  auto database = live(table);
  const auto pairs = fill_a(database, "'new'");
  Runner(database).forward(pairs);
  database.execute("delete from t where b = 1; vacuum");
  check_refused(database, pairs, "'new'2,'new'3");
}

TEST_CASE("where nothing tells the rows apart none may be gone") {
  auto database = live("create table t (a); insert into t values (1), (2), (3)");
  const auto pairs = fill_a(database, "'new'");
  Runner(database).forward(pairs);
  database.execute("delete from t where rowid = 1; vacuum");
  CHECK_THROWS_AS(Runner(database).back(pairs), Refused);
}

TEST_CASE("deleted rows come back beside those that have their rowids by now") {
  auto database = live(table);
  const auto pairs = drop_rows(database, "b < 3");
  Runner(database).forward(pairs);
  database.execute("vacuum; insert into t values ('a4', 4)");
  Runner(database).back(pairs);
  CHECK(database.value("select group_concat(a) from (select a from t order by a)") == "a1,a2,a3,a4");
}

TEST_CASE("a column that must have a value does not come back to rows without one, whatever is accepted") {
  auto database = live("create table t (id integer primary key, a not null, b); insert into t values (1, 'a1', 1)");
  const auto pairs = drop_a(database);
  Runner(database).forward(pairs);
  database.execute("insert into t values (2, 2)");
  CHECK_THROWS_AS(Runner(database).back(pairs, pairs.size(), true), Refused);
  database.execute("delete from t where id = 2");
  Runner(database).back(pairs);
  CHECK(database.value("select a from t") == "a1");
}
