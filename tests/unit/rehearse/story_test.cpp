// What a rehearsal says of plans that are right and of plans that are not.
#include "tests/unit/rehearse/story.hpp"

#include <doctest/doctest.h>

#include "runtime/rehearse/crash.hpp"
#include "runtime/rehearse/survival.hpp"
#include "tests/support/sqlite_file.hpp"

using namespace dmc;
using tests::claim;
using tests::RehearsedStory;

namespace {

const std::string users =
    "database shop on sqlite 3.40 { table users { id integer primary key; n integer not null; } }";

std::string with_log(const std::string& inside = "") {
  return "database shop on sqlite 3.40 { table users { id integer primary key; n integer not null; " + inside +
         " } table log { id integer primary key; what text not null; } }";
}

}  // namespace

TEST_CASE("from nothing, and to nothing but a column more") {
  RehearsedStory first("", users, "change 1 'first';");
  const auto result = first.rehearse();
  INFO(result.text);
  CHECK(result.exit_code == 0);
  CHECK(claim(result.record.shown, "target").starts_with("1 object equal"));
  RehearsedStory second(
      users, "database shop on sqlite 3.40 { table users { id integer primary key; n integer not null; m text; } }",
      "change 2 'more';");
  const auto more = second.rehearse();
  INFO(more.text);
  CHECK(more.exit_code == 0);
  REQUIRE(more.record.tables.size() == 1);
  CHECK(more.record.tables[0].rows == 20);
  CHECK(more.record.crash_points.tried == 8);
  CHECK(more.record.crash_points.of > 100);
  CHECK(more.record.plan == second.plans.forward.hash);
  CHECK(more.record.reverse == second.plans.reverse.hash);
  CHECK(!more.record.engine_build.empty());
}

TEST_CASE("REH-1: the same plan gives the same record") {
  RehearsedStory story(users, with_log(), "change 2 'log';");
  CHECK(story.rehearse().record == story.rehearse().record);
}

TEST_CASE("two databases in one plan") {
  const std::string crm = " database crm on sqlite 3.40 { table people { id integer primary key; name text; } }";
  const std::string wider =
      " database crm on sqlite 3.40 { table people { id integer primary key; name text; born text; } }";
  RehearsedStory story(users + crm, with_log() + wider, "change 2 'both';");
  const auto result = story.rehearse();
  INFO(result.text);
  CHECK(result.exit_code == 0);
  CHECK(result.record.tables.size() == 2);
  CHECK(claim(result.record.shown, "undo").find("2 tables row by row") != std::string::npos);
}

TEST_CASE("what a plan adopts is there before it") {
  RehearsedStory story(users, with_log("m text;"), "change 2 'adopt the log' { adopt table log; }");
  const auto result = story.rehearse();
  INFO(result.text);
  CHECK(result.exit_code == 0);
  CHECK(result.record.tables.size() == 2);
}

TEST_CASE("the doubt that a plan declares is no failure, and is said") {
  RehearsedStory story(
      with_log(), with_log(),
      "change 2 'points' { run 'points' on shop { do (insert into log (what) values ('points given')); do "
      "(update users set n = n + 1); verify (select count(*) from log where what = 'points given') > 0; "
      "undo nothing; outside transaction; } }");
  story.options.crash_points = 100'000;
  const auto result = story.rehearse();
  INFO(result.text);
  CHECK(result.exit_code == 0);
  CHECK(claim(result.record.shown, "crashes").find("ended in doubt, as the plan declares") != std::string::npos);
}

TEST_CASE("a plan that a crash leads elsewhere is found out, and not without trying") {
  // What it says depends on the connection, and that is another one after a crash.
  RehearsedStory story(
      with_log(), with_log(),
      "change 2 'points' { run 'log' on shop { do (insert into log (id, what) values (4711, 'x')); verify "
      "(select count(*) from log where id = 4711) = 1; undo nothing; } run 'points' on shop { do (update users "
      "set n = last_insert_rowid()); verify (select count(*) from users) > 0; undo nothing; } }");
  story.options.crash_points = 100'000;
  const auto result = story.rehearse();
  INFO(result.text);
  CHECK(result.exit_code == 3);
  CHECK(result.text.find("and the next one ends somewhere else") != std::string::npos);
  CHECK(result.record.crash_points.tried == 0);
  story.options.crash_points = 0;
  const auto blind = story.rehearse();
  INFO(blind.text);
  CHECK(blind.exit_code == 0);
  CHECK(blind.record.crash_points.of == 0);
  CHECK(claim(blind.record.shown, "crashes").empty());
}

TEST_CASE("an author's own row that generated ones are in the way of") {
  RehearsedStory story(
      with_log(), with_log(),
      "change 2 'roots' { run 'root' on shop { do (insert into users (id, n) select value, 1 from "
      "json_each('[1, 2, 40, 1999]')); verify (select count(*) from users where n = 1) > 3; undo (delete from "
      "users where id in (1, 2, 40, 1999)); } }");
  const auto result = story.rehearse();
  INFO(result.text);
  CHECK(result.exit_code == 0);
  CHECK(result.record.tables.size() == 1);
  CHECK(std::any_of(result.record.not_shown.begin(), result.record.not_shown.end(),
                    [](const auto& one) { return one.text.starts_with("users with rows"); }));
}

TEST_CASE("a rehearsal is refused without its ground, and where something is") {
  RehearsedStory story(users, with_log(), "change 2 'log';");
  const auto whole = story.ground;
  story.ground.base.clear();
  CHECK(story.rehearse().code == "E0701");
  story.ground = whole;
  story.ground.target = story.ground.base;
  CHECK(story.rehearse().code == "E0701");
  story.ground = whole;
  story.options.on = {{"shop", {"sqlite", story.folder.at("mine.db")}}};
  CHECK(story.rehearse().exit_code == 0);
  CHECK(tests::rows_of(story.folder.at("mine.db"), "select count(*) from users") == std::vector<std::string>{"20"});
  CHECK(story.rehearse().code == "E0702");
}

TEST_CASE("what is lost without a word is named, what is said is not") {
  model::Database before, after;
  before.name = after.name = "shop";
  model::Table table;
  table.name = "users";
  table.columns.resize(2);
  table.columns[0].name = "id";
  table.columns[1].name = "n";
  before.tables = after.tables = {table};
  const rehearse::Contents then{{"users", {{"id", "n"}, {{"i:1", "i:5"}, {"i:2", "i:6"}}}}};
  rehearse::Contents now = then;
  plan::Plan plan;
  CHECK(rehearse::survival({plan, before, after, then, now}).columns == 2);
  now["users"].rows[1][1] = "i:7";
  CHECK(rehearse::survival({plan, before, after, then, now}).lost == std::vector<std::string>{"users.n"});
  plan::Step fill;
  fill.database = "shop";
  plan::Backfill action;
  action.table = "users";
  action.change_first = "update users set n = 7 where id <= ?";
  fill.action = action;
  plan.steps = {fill};
  CHECK(rehearse::survival({plan, before, after, then, now}).changed == std::vector<std::string>{"users.n"});
  plan.steps.clear();
  now["users"].rows.pop_back();
  CHECK(rehearse::survival({plan, before, after, then, now}).lost.size() == 1);
  const auto back = rehearse::came_back(plan, "shop", then, now);
  CHECK(back.wrong == std::vector<std::string>{"users: 1 of 2 rows are as they were"});
}

TEST_CASE("a lossy step excuses what it takes away, and nothing else of its table") {
  const rehearse::Contents base{{"users", {{"id", "n", "old"}, {{"i:1", "i:5", "s:a"}, {"i:2", "i:6", "s:b"}}}}};
  rehearse::Contents back = base;
  plan::Plan plan;
  plan::Step drop;
  drop.database = "shop";
  drop.object = "table users";
  drop.reverse.grade = plan::ReverseClass::lossy;
  plan::RunSql action;
  action.statements = {"alter table users drop column old"};
  drop.action = action;
  plan.steps = {drop};
  const auto returned = [&] { return rehearse::came_back(plan, "shop", base, back); };
  for (auto& row : back["users"].rows) row[2] = "n:";
  CHECK(returned().lost == std::vector<std::string>{"old of users: 0 of 2 rows are as they were"});
  CHECK(returned().wrong.empty());
  back["users"].rows[1][1] = "i:7";
  CHECK(returned().lost.empty());
  CHECK(returned().wrong == std::vector<std::string>{"users: 0 of 2 rows are as they were"});
  back["users"].rows = {{"i:1", "i:5", "n:"}};
  CHECK(returned().wrong.size() == 1);
  // What drops rows may leave fewer.
  action.statements = {"delete from users where id > 1"};
  plan.steps.front().action = action;
  CHECK(returned().lost == std::vector<std::string>{"users: 0 of 2 rows are as they were"});
}

TEST_CASE("a crash ends everything that the session could still say") {
  const tests::Folder folder;
  const auto connector = session::connector();
  rehearse::CrashPoint point;
  point.at = 8;
  rehearse::CrashConnector crashing(*connector, point);
  const auto session =
      crashing.open({"sqlite", folder.at("a.db")}, session::Missing::create, session::Access::write, nullptr);
  session->execute("create table a (x)");
  session->transaction(session::Transaction::begin);
  session->execute("insert into a values (1)");
  CHECK_THROWS_AS(session->transaction(session::Transaction::commit), rehearse::Crashed);
  CHECK_THROWS_AS(session->query("select 1"), rehearse::Crashed);
  session->transaction(session::Transaction::rollback);
  CHECK(tests::rows_of(folder.at("a.db"), "select count(*) from a") == std::vector<std::string>{"1"});
}

TEST_CASE("a rehearsal that is stopped is no failure of the plan") {
  RehearsedStory story(users, with_log(), "change 2 'log';");
  story.stop.signal();
  CHECK(story.rehearse().exit_code == 130);
}
