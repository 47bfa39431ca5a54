// What changes left for their way back: dropped once no undo needs it, and never half.
#include <doctest/doctest.h>

#include "tests/support/runner_world.hpp"

using namespace dmc;
using namespace dmc::tests;
using executor::Purging;
using executor::Verdict;

namespace {

constexpr long stride = fault_stride;

const std::vector<std::string> base{"create table people (id integer primary key, name text)"};
const std::vector<std::string> with_pets{base.front(), "create table pets (id integer primary key)"};

/// A step that makes a table, and keeps something with a name of dmc's own for its undo.
MadeStep keeping(const std::string& table, const std::string& kept) {
  auto made = sql_step("create " + table,
                       {"create table " + table + " (id integer primary key)", "create table " + kept + " (id integer)",
                        "insert into " + kept + " values (7)"},
                       {"drop table " + table, "drop table " + kept});
  made.forward.leftovers.push_back({kept,
                                    "table",
                                    "select 1 from sqlite_schema where name = '" + kept + "'",
                                    {"drop table if exists " + kept},
                                    "purge"});
  return made;
}

executor::PlanPair first() { return PlanMaker(base).add(keeping("pets", "_dmc_kept_pets")).make(); }
executor::PlanPair second() { return PlanMaker(with_pets).add(keeping("toys", "_dmc_kept_toys")).make(); }

executor::TargetPurge purge(RunnerWorld& world, Purging options = {}, session::Connector* connector = nullptr,
                            session::Stop* stop = nullptr) {
  session::Stop quiet;
  auto surroundings = world.environment(connector ? *connector : *world.real, stop ? *stop : quiet);
  return executor::purge({world.target()}, options, surroundings).targets.front();
}

Purging all() {
  Purging options;
  options.give_up_undo = true;
  return options;
}

std::string kept(const RunnerWorld& world) {
  return world.one(
      "select coalesce(group_concat(name, ' '), '') from (select name from sqlite_schema where name glob "
      "'_dmc_kept*' order by name)");
}
std::string listed(const RunnerWorld& world) {
  return world.one("select coalesce(group_concat(name, ' '), '') from (select name from _dmc_leftover order by name)");
}
std::string purges(const RunnerWorld& world) {
  return world.one("select count(*) from _dmc_history where move = 'purge'");
}

void run_both(RunnerWorld& world) {
  const auto one = first(), two = second();
  world.begin_with(base, one);
  REQUIRE(world.run(one).exit_code == 0);
  REQUIRE(world.run(two).exit_code == 0);
  REQUIRE(listed(world) == "_dmc_kept_pets _dmc_kept_toys");
}

}  // namespace

TEST_CASE("what earlier changes kept goes, and the last one can still be taken back") {
  RunnerWorld world;
  run_both(world);
  Purging looking;
  looking.dry_run = true;
  const auto looked = purge(world, looking);
  CHECK(looked.outcome == "would be purged");
  CHECK(looked.gone.size() == 1);
  CHECK(looked.kept.size() == 1);
  CHECK(purges(world) == "0");
  const auto done = purge(world);
  CHECK(done.exit_code == 0);
  CHECK(done.outcome == "done");
  CHECK(kept(world) == "_dmc_kept_toys");
  CHECK(listed(world) == "_dmc_kept_toys");
  CHECK(purges(world) == "1");
  CHECK(world.verify().exit_code == 0);
  CHECK(world.drift().exit_code == 0);
  CHECK(purge(world).outcome == "nothing to do");
  CHECK(world.undo(second()).exit_code == 0);
  CHECK(kept(world).empty());
}

TEST_CASE("an undo that was given up is refused, with who did it, and the next change runs") {
  RunnerWorld world;
  run_both(world);
  CHECK(purge(world, all()).gone.size() == 2);
  CHECK(kept(world).empty());
  const auto refused = world.undo(second());
  CHECK(refused.exit_code == executor::exit_code::not_in_base);
  CHECK(refused.targets.front().verdict == Verdict::purged);
  CHECK_MESSAGE(refused.targets.front().text.find("tester@host dropped on") != std::string::npos, text(refused));
  const auto status = world.status();
  CHECK(status.losses.empty());
  CHECK(status.warnings.size() == 1);
  CHECK(world.run(second()).targets.front().verdict == Verdict::already_there);
  CHECK(world.verify().exit_code == 0);
  const auto third = PlanMaker({with_pets[0], with_pets[1], "create table toys (id integer primary key)"})
                         .add(sql_step("create more", {"create table more (id integer)"}, {"drop table more"}))
                         .make();
  CHECK(world.run(third).exit_code == 0);
  CHECK(world.undo(third).exit_code == 0);
}

TEST_CASE("a no, a change under way, a time and a stop keep everything") {
  RunnerWorld world;
  run_both(world);
  auto asked = all();
  std::size_t told = 0;
  asked.confirm = [&](const executor::PurgeResult& result) {
    told = result.targets.front().gone.size();
    return false;
  };
  CHECK(purge(world, asked).exit_code == executor::exit_code::refused);
  CHECK(told == 2);
  auto old = all();
  old.older_than_ms = 86'400'000;
  CHECK(purge(world, old).outcome == "nothing to do");
  session::Stop stop;
  stop.signal();
  CHECK(purge(world, all(), nullptr, &stop).exit_code == executor::exit_code::interrupted);
  CHECK(kept(world) == "_dmc_kept_pets _dmc_kept_toys");
  const auto waits = PlanMaker({with_pets[0], with_pets[1], "create table toys (id integer primary key)"})
                         .add(sql_step("create more", {"create table more (id integer)"}, {"drop table more"}))
                         .add(gate_step("somebody says so"))
                         .make();
  CHECK(world.run(waits).exit_code == executor::exit_code::waiting);
  CHECK(purge(world, all()).exit_code == executor::exit_code::waiting);
  CHECK(purges(world) == "0");
  CHECK(kept(world) == "_dmc_kept_pets _dmc_kept_toys");
}

TEST_CASE("what somebody dropped by hand is forgotten, and a table that the ledger does not list is left") {
  RunnerWorld world;
  run_both(world);
  execute_script(world.file(), "drop table _dmc_kept_pets; create table _dmc_kept_else (id integer)");
  CHECK(purge(world, all()).exit_code == 0);
  CHECK(kept(world) == "_dmc_kept_else");
  CHECK(listed(world).empty());
}

TEST_CASE("a purge that dies at any event: the same command ends it, each thing told once") {
  long events = 0;
  for (long at = 0; at <= events; at += stride) {
    RunnerWorld world;
    run_both(world);
    FaultPoint point{.kind = FaultKind::dies, .at = at, .events = 0, .tripped = false, .where = {}, .meanwhile = {}};
    FaultConnector connector(*world.real, point);
    try {
      const auto result = purge(world, all(), &connector);
      CHECK_MESSAGE((result.exit_code == 0 || at > 0), result.text);
    } catch (const RunnerDied&) {
    }
    if (at == 0) events = point.events;
    const auto again = purge(world, all());
    CHECK_MESSAGE(again.exit_code == 0, point.where << "\n" << again.text);
    CHECK_MESSAGE(kept(world).empty(), point.where);
    CHECK_MESSAGE(listed(world).empty(), point.where);
    CHECK_MESSAGE(purges(world) == "2", point.where);
    CHECK_MESSAGE(world.verify().exit_code == 0, point.where);
  }
  CHECK(events > 20);
}
