// A change made by hand and declared afterwards: recorded as done where the database stands exactly where the plan
// leads, and nowhere else.
#include <doctest/doctest.h>

#include "tests/support/runner_world.hpp"

using namespace dmc;
using namespace dmc::tests;
using executor::Options;
using executor::Verdict;

namespace {

constexpr long stride = fault_stride;

const std::vector<std::string> base{"create table people (id integer primary key, name text)"};
constexpr const char* column = "alter table people add column age int";
constexpr const char* index = "create index people_age on people (age)";
constexpr const char* table = "create table pets (id integer primary key)";

PlanMaker age_and_pets() {
  PlanMaker maker(base);
  maker.add(sql_step("add age", {column}, {"alter table people drop column age"}));
  maker.add(sql_step("build people_age", {index}, {"drop index people_age"}));
  maker.add(sql_step("create pets", {table}, {"drop table pets"}));
  return maker;
}

Options because(const std::string& why) {
  Options options;
  options.by_hand = why;
  return options;
}

std::string moves(const RunnerWorld& world) {
  return world.one("select group_concat(move, ' ') from (select move from _dmc_history order by seq)");
}

}  // namespace

TEST_CASE("what was done by hand and declared behind it is recorded, not done again, and can be taken back") {
  RunnerWorld world;
  const auto plans = age_and_pets().make();
  world.begin_with(base, plans);
  for (const char* sql : {column, index, table}) execute_script(world.file(), sql);
  const auto before = dump(world.file());
  const auto refused = world.run(plans);
  CHECK(refused.exit_code == executor::exit_code::not_in_base);
  CHECK_MESSAGE(refused.targets.front().text.ends_with("; that is what this plan leads to"), text(refused));
  CHECK_MESSAGE(refused.targets.front().next.command.ends_with(" --by-hand WHY"), text(refused));
  auto looking = because("ticket 7");
  looking.dry_run = true;
  const auto dry = world.run(plans, looking);
  CHECK(dry.exit_code == 0);
  CHECK_MESSAGE(dry.targets.front().next.command.ends_with(" --by-hand 'ticket 7'"), text(dry));
  const auto recorded = world.run(plans, because("ticket 7"));
  CHECK_MESSAGE(recorded.exit_code == 0, text(recorded));
  CHECK(dump(world.file()) == before);
  CHECK(moves(world) == "adopt begin accept_drift end");
  CHECK(world.one("select evidence from _dmc_history where move = 'accept_drift'") == "ticket 7");
  CHECK(world.drift().exit_code == 0);
  CHECK(world.verify().exit_code == 0);
  CHECK(world.run(plans).targets.front().verdict == Verdict::already_there);
  REQUIRE(world.undo(plans, {.through = {}, .lossy = {"all"}, .confirm = {}}).exit_code == 0);
  CHECK(world.one("select group_concat(name) from pragma_table_info('people')") == "id,name");
  CHECK(world.run(plans).exit_code == 0);
  CHECK(world.drift().exit_code == 0);
}

TEST_CASE("a table that nobody managed yet stands in the way of its create until it is said that it is the one") {
  RunnerWorld world;
  PlanMaker maker(base);
  auto create = sql_step("create pets", {table}, {"drop table pets"});
  create.forward.pre = {check("there is no pets", "select count(*) from sqlite_schema where name = 'pets'", "0")};
  const auto plans = maker.add(create).make();
  world.begin_with(base, plans);
  execute_script(world.file(), table);
  const auto refused = world.run(plans);
  CHECK(refused.exit_code == executor::exit_code::failed);
  CHECK_MESSAGE(refused.targets.front().next.command.ends_with(" --by-hand WHY"), text(refused));
  CHECK(world.run(plans, because("it was urgent")).exit_code == 0);
  CHECK(moves(world) == "adopt begin accept_drift end");
  CHECK(world.drift().exit_code == 0);
}

TEST_CASE("anything else than where the plan leads is drift, whatever is said") {
  RunnerWorld world;
  const auto plans = age_and_pets().make();
  world.begin_with(base, plans);
  execute_script(world.file(), column);
  CHECK(world.run(plans, because("half of it")).targets.front().verdict == Verdict::drift);
  for (const char* sql : {"create index people_age on people (age, id)", table}) execute_script(world.file(), sql);
  const auto other = world.run(plans, because("another index"));
  CHECK(other.targets.front().verdict == Verdict::drift);
  CHECK(other.targets.front().next.command.ends_with(" --catalog catalog/0001.json"));
  execute_script(world.file(), "drop index people_age; create index people_age on people (age)");
  CHECK(world.run(plans, because("the same now")).exit_code == 0);

  RunnerWorld filled;
  PlanMaker maker(base);
  maker.add(sql_step("add age", {column}, {"alter table people drop column age"}));
  maker.add(backfill_step("people", "id", "age = 1", "true"));
  const auto rows = maker.make();
  filled.begin_with(base, rows);
  execute_script(filled.file(), column);
  CHECK(filled.run(rows, because("nobody sees the rows")).targets.front().verdict == Verdict::drift);

  RunnerWorld nothing;
  const auto looks = PlanMaker(base).add(verify_step("nobody is there", "select count(*) from people", "0")).make();
  nothing.begin_with(base, looks);
  CHECK(nothing.run(looks, because("nobody did a thing")).exit_code == 0);
  CHECK(moves(nothing) == "adopt begin end");

  RunnerWorld untouched;
  untouched.begin_with(base, plans);
  CHECK(untouched.run(plans, because("on the other shard")).exit_code == 0);
  CHECK(moves(untouched) == "adopt begin end");
  CHECK(untouched.one("select count(*) from pets") == "0");
}

TEST_CASE("a runner that dies at any event while it records: the same command ends it, and nothing is sent") {
  const auto plans = age_and_pets().make();
  long events = 0;
  for (long at = 0; at <= events; at += stride) {
    RunnerWorld world;
    world.begin_with(base, plans);
    for (const char* sql : {column, index, table}) execute_script(world.file(), sql);
    const auto before = dump(world.file());
    FaultPoint point{.kind = FaultKind::dies, .at = at, .events = 0, .tripped = false, .where = {}, .meanwhile = {}};
    FaultConnector connector(*world.real, point);
    try {
      const auto result = world.run(plans, because("why"), &connector);
      CHECK_MESSAGE((result.exit_code == 0 || at > 0), text(result));
    } catch (const RunnerDied&) {
    }
    if (at == 0) events = point.events;
    const auto again = world.run(plans, because("why"));
    CHECK_MESSAGE(again.exit_code == 0, point.where << "\n" << text(again));
    CHECK_MESSAGE(dump(world.file()) == before, point.where);
    CHECK_MESSAGE(world.drift().exit_code == 0, point.where);
    CHECK_MESSAGE(moves(world) == "adopt begin accept_drift end", point.where << moves(world));
  }
  CHECK(events > 20);
}
