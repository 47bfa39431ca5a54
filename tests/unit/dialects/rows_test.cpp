// Backfills and deletions in batches, with backup and without, and the rows that come back.
#include <doctest/doctest.h>

#include "tests/unit/dialects/runner.hpp"

using namespace dmc;
using tests::Live;
using tests::live;
using tests::Refused;
using tests::Runner;

namespace {

model::Database inspected(Live& database) {
  auto found = database.inspect().database;
  found.oldest_version = "3.35";
  return found;
}

struct Fill {
  std::string table = "t";
  std::vector<model::Assignment> set;
  std::optional<model::Sql> where = std::nullopt;
  bool new_columns = true;
  model::Backup backup = model::Backup::unsaid;
  bool follow = false;
};

std::vector<dialects::StepPair> lower(Live& database, const Fill& fill) {
  const auto before = inspected(database);
  change::BackfillRows rows;
  rows.table = *before.table(fill.table);
  rows.statement.set = fill.set;
  rows.statement.where = fill.where;
  rows.statement.follow = fill.follow;
  rows.statement.backup = fill.backup;
  rows.new_columns = fill.new_columns;
  return dialects::sqlite::lower({rows, "d", "table " + fill.table, "change 2, line 9: backfill", {}, true}, before);
}

std::vector<dialects::StepPair> lower_drop(Live& database, const std::string& table, const std::string& where,
                                           model::Backup backup) {
  const auto before = inspected(database);
  change::DropRows rows{*before.table(table), {{}, {where}, backup, {}}};
  return dialects::sqlite::lower({rows, "d", "table " + table, "change 2, line 9: drop rows", {}, true}, before);
}

const char* const tables[] = {
    "create table t (id integer primary key, a int, b text, c text)",
    "create table t (a int, b text, c text)",
    "create table t (a int, b text, c text, primary key (b, a)) without rowid",
    "create table t (a int, b text collate nocase not null, c text, primary key (b))",
    "create table t (a int, b text, c text, rowid text)",
    "create table t (rowid int, oid int, _rowid_ int, a int not null, b text, c text, unique (a))",
    "create table \"t\" (\"select\" integer primary key, a int, b text, c text)"};

/// Ten rows whose order of insertion is not the order of any key.
void fill_rows(Live& database) {
  for (int i = 0; i < 10; ++i) {
    const int n = (i * 7) % 10;
    database.execute("insert into t (a, b) values (" + std::to_string(n) + ", '" +
                     std::string(1, static_cast<char>('a' + (i * 3) % 10)) + "')");
  }
}

}  // namespace

TEST_CASE("new columns are filled in batches, whatever the key, and emptied again") {
  for (const char* sql : tables) {
    CAPTURE(std::string(sql));
    auto database = live(sql);
    fill_rows(database);
    const auto rows = database.contents();
    const auto pairs = lower(database, {"t", {{"c", {"b || '-' || a"}, {}}}});
    REQUIRE(pairs.size() == 1);
    CHECK(std::holds_alternative<plan::Backfill>(pairs[0].forward.action));
    Runner(database).forward(pairs);
    CHECK(database.value("select count(*) from t where c = b || '-' || a") == "10");
    Runner(database).back(pairs);
    CHECK(database.contents() == rows);
    CHECK(pairs[0].forward.reverse.grade == plan::ReverseClass::exact_until_written);
  }
}

TEST_CASE("only the rows that are meant are touched, and nothing at all of an empty table") {
  auto database = live(tables[0]);
  const auto pairs = lower(database, {"t", {{"c", {"'x'"}, {}}, {"b", {"upper(b)"}, {}}}, model::Sql{"a % 2 = 0"}});
  Runner(database).forward(pairs);
  fill_rows(database);
  Runner(database).forward(pairs);
  CHECK(database.value("select count(*) from t where c = 'x'") == "5");
  CHECK(database.value("select count(*) from t where b = upper(b) and a % 2 = 0") == "5");
  CHECK(database.value("select count(*) from t where b = upper(b) and a % 2 = 1") == "0");
}

TEST_CASE("what an application wrote since is not emptied, and triggers do not fire on the way back") {
  auto database =
      live(std::string(tables[0]) +
           "; create table log (x); create trigger r after update on t begin insert into log values (new.c); end");
  fill_rows(database);
  const auto pairs = lower(database, {"t", {{"c", {"'filled'"}, {}}}});
  REQUIRE(pairs[0].forward.hazards.size() == 1);
  CHECK(pairs[0].forward.hazards[0].id == "backfill.fires_triggers");
  CHECK(pairs[0].forward.reverse.loses == "what was written to t.c since; what r did meanwhile stays");
  Runner(database).forward(pairs);
  CHECK(database.value("select count(*) from log") == "10");
  database.execute("update t set c = 'mine' where a = 3; delete from log");
  CHECK_THROWS_AS(Runner(database).back(pairs), Refused);
  Runner(database).back(pairs, pairs.size(), true);
  CHECK(database.value("select group_concat(c) from t") == "mine");
  CHECK(database.value("select count(*) from log") == "0");
}

TEST_CASE("an old column is overwritten with backup and gets its values back") {
  for (const char* sql : tables) {
    CAPTURE(std::string(sql));
    auto database = live(sql);
    fill_rows(database);
    database.execute("update t set c = case a % 4 when 0 then null when 1 then 1.5 when 2 then x'00' else 'old' end");
    const auto rows = database.contents();
    const auto pairs =
        lower(database, {"t", {{"c", {"coalesce(c, '') || '!'"}, {}}}, std::nullopt, false, model::Backup::with});
    for (std::size_t done = 1; done <= pairs.size(); ++done) {
      Runner(database).forward(pairs, done);
      Runner(database).back(pairs, done);
      CHECK(database.contents() == rows);
      CHECK(database.value("select count(*) from sqlite_master where name like '\\_dmc\\_%' escape '\\'") == "0");
    }
    Runner(database).forward(pairs);
    database.execute("update t set c = 'mine' where a = 3");
    CHECK_THROWS_AS(Runner(database).back(pairs), Refused);
    Runner(database).back(pairs, pairs.size(), true);
    CHECK(database.contents() == rows);
  }
}

TEST_CASE("without backup the way back loses, and says so") {
  auto database = live(tables[0]);
  fill_rows(database);
  const auto pairs = lower(database, {"t", {{"b", {"'gone'"}, {}}}, std::nullopt, false, model::Backup::without});
  CHECK(pairs[0].forward.reverse.grade == plan::ReverseClass::lossy);
  CHECK(pairs[0].forward.reverse.loses == "what t.b was before");
  Runner(database).forward(pairs);
  Runner(database).back(pairs);
  CHECK(database.value("select count(*) from t where b = 'gone'") == "10");
}

TEST_CASE("a value that is never the same twice is told apart by being there") {
  auto database = live(tables[0]);
  fill_rows(database);
  const auto pairs = lower(database, {"t", {{"c", {"hex(randomblob(8))"}, {}}}});
  Runner(database).forward(pairs);
  CHECK(database.value("select count(distinct c) from t") == "10");
  Runner(database).back(pairs);
  CHECK(database.value("select count(c) from t") == "0");
  const auto kept =
      lower(database, {"t", {{"b", {"hex(randomblob(8))"}, {}}}, std::nullopt, false, model::Backup::with});
  CHECK(kept.back().forward.reverse.grade == plan::ReverseClass::lossy);
}

TEST_CASE("BKF-1: rows written meanwhile are filled too, and the triggers for it are ours") {
  for (const char* sql : {tables[0], tables[1], tables[2]}) {
    CAPTURE(std::string(sql));
    auto database = live(sql);
    fill_rows(database);
    const auto before = inspected(database);
    const auto pairs =
        lower(database, {"t", {{"c", {"b || a"}, {}}}, model::Sql{"c is null"}, true, model::Backup::unsaid, true});
    REQUIRE(pairs.size() == 2);
    Runner(database).forward(pairs, 1);
    CHECK(inspected(database) == before);
    database.execute(
        "insert into t (a, b) values (77, 'new'); update t set a = 78 where a = 3; insert into t (a, b, c) values (79, "
        "'own', 'own')");
    CHECK(database.value("select group_concat(c, ',') from (select c from t where c is not null order by c)") ==
          "h78,new77,own");
    Runner(database).forward({pairs[1]});
    CHECK(database.value("select count(*) from t where c is null") == "0");
    REQUIRE(pairs[0].forward.leftovers.size() == 2);
    for (const auto& leftover : pairs[0].forward.leftovers) {
      CHECK(leftover.release == "change");
      CHECK(database.query(leftover.detect).size() == 1);
      database.execute(leftover.cleanup.front());
      CHECK(database.query(leftover.detect).empty());
    }
    database.execute("pragma recursive_triggers = 1");
    Runner(database).back(pairs, pairs.size(), true);
    CHECK(inspected(database) == before);
  }
}

TEST_CASE("rows are deleted in batches and come back from their backup") {
  for (const char* sql : tables) {
    CAPTURE(std::string(sql));
    auto database = live(sql);
    fill_rows(database);
    database.execute(
        "create table log (x); create trigger r after insert on t begin insert into log values (new.a); end");
    const auto rows = database.contents();
    const auto pairs = lower_drop(database, "t", "a < 6", model::Backup::with);
    Runner(database).forward(pairs);
    CHECK(database.value("select count(*) from t") == "4");
    Runner(database).back(pairs);
    CHECK(database.contents() == rows);
  }
  auto database = live(tables[0]);
  fill_rows(database);
  const auto pairs = lower_drop(database, "t", "a < 6", model::Backup::without);
  CHECK(pairs[0].forward.reverse.grade == plan::ReverseClass::lossy);
  Runner(database).forward(pairs);
  CHECK(database.value("select count(*) from t") == "4");
}

TEST_CASE("rows that others hang on do not go with a backup of themselves alone") {
  auto database = live(
      "create table p (id integer primary key); create table c (p int references p (id) on delete cascade);"
      "insert into p values (1), (2); insert into c values (1)");
  const auto all = lower_drop(database, "p", "id < 9", model::Backup::with);
  CHECK_THROWS_AS(Runner(database).forward(all), Refused);
  Runner(database).back(all, 1);
  CHECK(database.value("select count(*) from c") == "1");
  const auto pairs = lower_drop(database, "p", "id = 2", model::Backup::with);
  Runner(database).forward(pairs);
  database.execute("insert into p values (2)");
  CHECK_THROWS_AS(Runner(database).back(pairs), Refused);
}
