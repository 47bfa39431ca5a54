#include <doctest/doctest.h>

#include "tests/support/runner_world.hpp"

using namespace dmc;
using namespace dmc::tests;

namespace {

const std::vector<std::string> base{"create table people (id integer primary key, n int)"};

void fill(RunnerWorld& world, int rows) {
  if (rows == 0) return;
  execute_script(world.file(),
                 "insert into people (n) with recursive n(x) as (select 1 union all select x + 1 from n where x < " +
                     std::to_string(rows) + ") select 0 from n");
}

/// Adds one to every row: done twice, a row would show it.
MadeStep counting(plan::Pace pace) {
  auto step = backfill_step("people", "id", "n = n + 1", "true");
  auto back = backfill_step("people", "id", "n = n - 1", "true");
  std::get<plan::Backfill>(step.forward.action).pace = pace;
  std::get<plan::Backfill>(back.forward.action).pace = pace;
  back.forward.summary = "undo: backfill people";
  step.reverse = back.forward;
  return step;
}

plan::Pace by(std::int64_t batch) { return {batch, std::nullopt, 0, 1}; }

}  // namespace

TEST_CASE("every row once, whatever the batch, on tables of every size around it") {
  for (const int rows : {0, 1, 9, 10, 11, 20, 25}) {
    RunnerWorld world;
    PlanMaker maker(base);
    const auto plans = maker.add(counting(by(10))).make();
    world.begin_with(base, plans);
    fill(world, rows);
    const auto result = world.run(plans);
    REQUIRE_MESSAGE(result.exit_code == 0, text(result));
    CHECK(world.one("select count(*) from people where n = 1") == std::to_string(rows));
    CHECK(result.targets.front().steps.front().rows == rows);
    CHECK(world.undo(plans).exit_code == 0);
    CHECK(world.one("select count(*) from people where n = 0") == std::to_string(rows));
  }
}

TEST_CASE("the bound is frozen: rows that come later are not looked at, and undo leaves them alone too") {
  RunnerWorld world;
  PlanMaker maker(base);
  const auto plans = maker.add(counting(by(10))).make();
  world.begin_with(base, plans);
  fill(world, 25);
  bool once = true;
  world.kept.on_event = [&](const journal::Event& event) {
    if (!std::holds_alternative<journal::StepProgressed>(event) || !once) return;
    once = false;
    execute_script(world.file(), "insert into people (id, n) values (1000, 50)");
  };
  CHECK(world.run(plans).exit_code == 0);
  CHECK(world.one("select n from people where id = 1000") == "50");
  CHECK(world.one("select count(*) from people where n = 1") == "25");
  world.kept.on_event = {};
  CHECK(world.undo(plans).exit_code == 0);
  CHECK(world.one("select n from people where id = 1000") == "50");
  CHECK(world.one("select count(*) from people where n = 0") == "25");
}

TEST_CASE("stopped between two batches it resumes behind the last, and the progress says so") {
  RunnerWorld world;
  PlanMaker maker(base);
  const auto plans = maker.add(counting(by(10))).make();
  world.begin_with(base, plans);
  fill(world, 35);
  session::Stop stop;
  int batches = 0;
  world.kept.on_event = [&](const journal::Event& event) {
    if (std::holds_alternative<journal::StepProgressed>(event) && ++batches == 2) stop.signal();
  };
  const auto stopped = world.run(plans, {}, nullptr, &stop);
  CHECK(stopped.exit_code == executor::exit_code::interrupted);
  CHECK(stopped.targets.front().outcome == "interrupted");
  CHECK(world.one("select count(*) from people where n = 1") == "20");
  CHECK(world.states() == "intended");
  auto status = world.status();
  CHECK(status.steps.front().rows == 20);
  CHECK(status.exit_code == executor::exit_code::waiting);
  CHECK(status.text.find("nobody is at work on it") != std::string::npos);
  world.kept.events.clear();
  CHECK(world.run(plans).exit_code == 0);
  CHECK(world.one("select count(*) from people where n = 1") == "35");
  const auto progress = world.kept.all<journal::StepProgressed>();
  REQUIRE(progress.size() == 2);
  CHECK(progress.front().rows == 30);
  CHECK(progress.front().total == 35);
  CHECK(progress.back().rows == 35);
}

TEST_CASE("half done it is taken back for exactly the rows that were done, and half taken back it turns round") {
  RunnerWorld world;
  PlanMaker maker(base);
  const auto plans = maker.add(counting(by(10))).make();
  world.begin_with(base, plans);
  fill(world, 45);
  const auto before = dump(world.file());
  const auto stop_after = [&](int wanted, session::Stop& stop) {
    auto left = std::make_shared<int>(wanted);
    world.kept.on_event = [left, &stop](const journal::Event& event) {
      if (std::holds_alternative<journal::StepProgressed>(event) && --*left == 0) stop.signal();
    };
  };
  session::Stop forward, back;
  stop_after(3, forward);
  REQUIRE(world.run(plans, {}, nullptr, &forward).exit_code == executor::exit_code::interrupted);
  stop_after(1, back);
  REQUIRE(world.undo(plans, {}, nullptr, &back).exit_code == executor::exit_code::interrupted);
  CHECK(world.one("select sum(n) from people") == "20");
  CHECK(world.states() == "undoing");
  world.kept.on_event = {};
  SUBCASE("to the end") {
    CHECK(world.undo(plans).exit_code == 0);
    CHECK(dump(world.file()) == before);
  }
  SUBCASE("and forward again") {
    CHECK(world.run(plans).exit_code == 0);
    CHECK(world.one("select count(*) from people where n = 1") == "45");
    CHECK(world.undo(plans).exit_code == 0);
    CHECK(dump(world.file()) == before);
  }
}

TEST_CASE("without a batch it finds its own size: bigger while fast, smaller when slow") {
  RunnerWorld world;
  PlanMaker maker(base);
  const auto plans = maker.add(counting({})).make();
  world.begin_with(base, plans);
  fill(world, 40'000);
  std::vector<std::int64_t> batches;
  world.kept.on_event = [&](const journal::Event& event) {
    if (const auto* progress = std::get_if<journal::StepProgressed>(&event)) batches.push_back(progress->batch);
  };
  CHECK(world.run(plans).exit_code == 0);
  CHECK(batches == std::vector<std::int64_t>{2'000, 8'000, 32'000});
  CHECK(world.one("select count(*) from people where n = 1") == "40000");
}

TEST_CASE("pace: rows a second and pauses are kept by waiting between the batches") {
  RunnerWorld world;
  PlanMaker maker(base);
  const auto plans = maker.add(counting({10, 100, 30, 1})).make();
  world.begin_with(base, plans);
  fill(world, 40);
  std::int64_t waited = 0;
  world.clock.on_pause = [&](std::int64_t milliseconds) { waited += milliseconds; };
  CHECK(world.run(plans).exit_code == 0);
  CHECK(waited >= 3 * (99 + 30));
  CHECK(waited <= 3 * (100 + 30));
}

TEST_CASE("rows that are overwritten are kept in the same transaction, and come back by key") {
  const std::vector<std::string> texts{"create table words (name text primary key, value text) without rowid"};
  RunnerWorld world;
  PlanMaker maker(texts);
  auto saving = backfill_step("words", "name", "value = upper(value)", "value <> 'keep'");
  auto& fill = std::get<plan::Backfill>(saving.forward.action);
  fill.pace = by(3);
  fill.save_first = "insert into _dmc_saved select name, value from words where name <= ?1 and value <> 'keep'";
  fill.save_next =
      "insert into _dmc_saved select name, value from words where name > ?1 and name <= ?2 and value <> 'keep'";
  saving.reverse = sql_step("",
                            {"update words set value = (select value from _dmc_saved s where s.name = words.name) "
                             "where name in (select name from _dmc_saved)"},
                            {})
                       .forward;
  const auto artifact = sql_step("keep old words", {"create table _dmc_saved (name text primary key, value text)"},
                                 {"drop table _dmc_saved"});
  const auto plans = maker.add(artifact).add(saving).make();
  world.begin_with(texts, plans);
  for (const char* name : {"a", "b b", "é", "it''s", "zz", "z", "y", "Ж"})
    execute_script(world.file(), std::string("insert into words values ('") + name + "', 'value of " + name + "')");
  execute_script(world.file(), "insert into words values ('k', 'keep')");
  const auto before = world.rows("select * from words order by name");
  REQUIRE(world.run(plans).exit_code == 0);
  CHECK(world.one("select count(*) from words where value = upper(value)") == "8");
  CHECK(world.one("select count(*) from _dmc_saved") == "8");
  CHECK(world.undo(plans).exit_code == 0);
  CHECK(world.rows("select * from words order by name") == before);
}

TEST_CASE("a lock that another connection holds for a while is waited for, with smaller batches") {
  RunnerWorld world;
  PlanMaker maker(base);
  const auto plans = maker.add(counting(by(8))).make();
  world.begin_with(base, plans);
  fill(world, 20);
  auto other = world.real->open({"sqlite", world.file()}, session::Missing::refuse, session::Access::write);
  world.kept.on_event = [&](const journal::Event& event) {
    if (const auto* started = std::get_if<journal::StepStarted>(&event); started && started->attempt == 1)
      other->transaction(session::Transaction::begin);
    if (const auto* retried = std::get_if<journal::StepRetried>(&event); retried && retried->retry == 2)
      other->transaction(session::Transaction::rollback);
  };
  const auto result = world.run(plans);
  CHECK_MESSAGE(result.exit_code == 0, text(result));
  const auto retries = world.kept.all<journal::StepRetried>();
  REQUIRE(retries.size() == 2);
  CHECK(retries.front().reason.find("another connection has locked the database") == 0);
  CHECK(retries.front().wait_ms == 10);
  CHECK(retries.back().wait_ms == 20);
  CHECK(world.kept.all<journal::StepProgressed>().front().batch == 2);
  CHECK(world.one("select count(*) from people where n = 1") == "20");
}

TEST_CASE("a lock that stays ends the run after its retries, and nothing is lost") {
  RunnerWorld world;
  PlanMaker maker(base);
  const auto plans = maker.add(counting(by(8))).make();
  world.begin_with(base, plans);
  fill(world, 20);
  auto other = world.real->open({"sqlite", world.file()}, session::Missing::refuse, session::Access::write);
  world.kept.on_event = [&](const journal::Event& event) {
    if (std::holds_alternative<journal::StepStarted>(event)) other->transaction(session::Transaction::begin);
  };
  const auto result = world.run(plans);
  CHECK(result.exit_code == executor::exit_code::failed);
  CHECK(result.targets.front().text.find("(tried 4 times)") != std::string::npos);
  other->transaction(session::Transaction::rollback);
  world.kept.on_event = {};
  CHECK(world.run(plans).exit_code == 0);
}
