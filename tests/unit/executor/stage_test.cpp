// What holds at a gate, when a run goes on from one, and when a plan is settled there.
#include <algorithm>

#include <doctest/doctest.h>

#include "tests/support/runner_world.hpp"

using namespace dmc;
using namespace dmc::tests;
using executor::Options;

namespace {

const std::vector<std::string> base{"create table people (id integer primary key, first text)"};
const std::string said = "app 4.2 is everywhere";

MadeStep adding(const std::string& column) {
  return sql_step("add " + column, {"alter table people add column " + column},
                  {"alter table people drop column " + column});
}

Options through(std::vector<std::string> gates) { return {.through = std::move(gates), .lossy = {}, .confirm = {}}; }

executor::PlanPair two_stages(std::int64_t valid_for_ms = 0) {
  PlanMaker maker(base);
  return maker.numbered(7).add(adding("a")).add(gate_step(said, std::nullopt, 0, valid_for_ms)).add(adding("b")).make();
}

/// Stops with the step of that summary, as a signal would.
void stop_before(RunnerWorld& world, const executor::PlanPair& plans, Options options, const std::string& summary) {
  session::Stop stop;
  world.kept.on_event = [&](const journal::Event& event) {
    const auto* ended = std::get_if<journal::StepEnded>(&event);
    if (ended && ended->step == summary) stop.signal();
  };
  const auto result = world.run(plans, std::move(options), nullptr, &stop);
  world.kept.on_event = {};
  REQUIRE_MESSAGE(result.exit_code == executor::exit_code::interrupted, text(result));
}

std::string step_of(const executor::PlanPair& plans, std::size_t at) { return plans.forward.plan.steps.at(at).id; }

std::string moves(const RunnerWorld& world) {
  return world.one("select group_concat(move, ' ') from (select move from _dmc_history order by seq)");
}

}  // namespace

TEST_CASE("at a gate the database is what the plan promised for that stage, and is recorded as that") {
  RunnerWorld world;
  const auto plans = two_stages();
  world.begin_with(base, plans);
  REQUIRE(world.run(plans).exit_code == executor::exit_code::waiting);
  CHECK(world.one("select fingerprint from _dmc_target") == plans.forward.plan.databases.front().stages.front());
  CHECK(world.one("select to_hash from _dmc_history where move = 'park'") ==
        plans.forward.plan.databases.front().stages.front());
  CHECK(world.status().text.find("it is at version 7.1 and waits at a gate") != std::string::npos);
  CHECK(world.drift().text == "it is as dmc left it, at version 7.1, where it waits at a gate");
  CHECK(world.verify().exit_code == 0);
}

TEST_CASE("a step that did something else than the plan says is found at the gate") {
  RunnerWorld world;
  PlanMaker maker(base);
  auto sly = adding("a");
  sly.scratch = std::vector<std::string>{"alter table people add column another"};
  const auto plans = maker.numbered(7).add(std::move(sly)).add(gate_step(said)).add(adding("b")).make();
  world.begin_with(base, plans);
  const auto result = world.run(plans);
  CHECK(result.exit_code == executor::exit_code::failed);
  CHECK(result.targets.front().text.find(
            "it came to its gate, but the database is not what the plan promised for version 7.1: table people") == 0);
  CHECK(world.one("select parked from _dmc_target") == "0");
  CHECK(world.status().standing == "moving");
}

TEST_CASE("a ledger that was edited at a gate is found when the run goes on") {
  RunnerWorld world;
  const auto plans = two_stages();
  world.begin_with(base, plans);
  REQUIRE(world.run(plans).exit_code == executor::exit_code::waiting);
  execute_script(world.file(), "create table extra (x)");
  execute_script(world.file(),
                 "insert into _dmc_object (path, state, normaliser, seq) values ('object extra', 's', 'n', 99)");
  const auto result = world.run(plans, through({said}));
  CHECK(result.exit_code == executor::exit_code::not_in_base);
  CHECK(result.targets.front().text.find("its ledger does not describe version 7.1") != std::string::npos);
}

TEST_CASE("a step that another version of dmc began in a way of its own is left to that version") {
  RunnerWorld world;
  const auto plans = two_stages();
  world.begin_with(base, plans);
  REQUIRE(world.run(plans).exit_code == executor::exit_code::waiting);
  execute_script(world.file(), "update _dmc_step set kind = 'run_sql@9' where ordinal = 3");
  for (const auto& result : {world.run(plans, through({said})), world.undo(plans)}) {
    CHECK(result.exit_code == executor::exit_code::refused);
    CHECK(result.targets.front().verdict == executor::Verdict::newer_ledger);
    CHECK(result.targets.front().text.find("go on with the dmc that began it") != std::string::npos);
  }
  CHECK(world.states() == "done absent absent");
}

TEST_CASE("a query is asked once more when a run goes on behind its gate") {
  RunnerWorld world;
  PlanMaker maker(base);
  const auto nobody = check("nobody is old", "select count(*) from people where first = 'old'", "0");
  const auto plans = maker.numbered(7).add(adding("a")).add(gate_step("nobody is old", nobody)).add(adding("b")).make();
  world.begin_with(base, plans);
  stop_before(world, plans, {}, step_of(plans, 1));
  REQUIRE(world.states() == "done done absent");
  CHECK(world.one("select moving_stage from _dmc_target") == "2");

  execute_script(world.file(), "insert into people (first) values ('old')");
  const auto closed = world.run(plans);
  CHECK(closed.exit_code == executor::exit_code::waiting);
  CHECK(world.states() == "done absent absent");
  CHECK(world.one("select moving_stage || ' ' || parked from _dmc_target") == "1 1");
  CHECK(world.rows("select * from _dmc_gate").empty());
  CHECK(world.status().standing == "parked");

  execute_script(world.file(), "delete from people");
  const auto done = world.run(plans);
  CHECK_MESSAGE(done.exit_code == 0, text(done));
  CHECK(moves(world) == "adopt begin stage park stage end");
  CHECK(world.verify().exit_code == 0);
}

TEST_CASE("behind the first step of the next stage nothing is asked again") {
  RunnerWorld world;
  PlanMaker maker(base);
  const auto nobody = check("nobody is old", "select count(*) from people where first = 'old'", "0");
  const auto plans = maker.add(gate_step("nobody is old", nobody)).add(adding("b")).add(adding("c")).make();
  world.begin_with(base, plans);
  stop_before(world, plans, {}, step_of(plans, 1));
  REQUIRE(world.states() == "done done absent");
  execute_script(world.file(), "insert into people (first) values ('old')");
  CHECK(world.run(plans).exit_code == 0);
}

TEST_CASE("a word counts as long as its gate says, whatever the clock does meanwhile") {
  constexpr std::int64_t day = 86'400'000;
  RunnerWorld world;
  const auto plans = two_stages(day);
  world.begin_with(base, plans);
  stop_before(world, plans, through({said}), step_of(plans, 1));
  REQUIRE(world.states() == "done done absent");
  CHECK(world.one("select valid_until from _dmc_gate") == "2026-01-03T03:04:05Z");

  world.clock.date = "2026-01-03T03:04:05Z";
  const auto late = world.run(plans);
  CHECK(late.exit_code == executor::exit_code::waiting);
  CHECK(late.targets.front().next.command.ends_with("--through '" + said + "'"));
  CHECK(world.states() == "done absent absent");
  CHECK(world.one("select evidence from _dmc_history where move = 'park' order by seq desc limit 1") ==
        "the gate is closed again: what opened it counted for 24 h, and nothing was begun since");

  // Said again, and the clock jumps back: what was said counts.
  stop_before(world, plans, through({said}), step_of(plans, 1));
  world.clock.date = "2020-01-01T00:00:00Z";
  CHECK(world.run(plans).exit_code == 0);
}

TEST_CASE("a word that is too old is passed by a new one in the same run") {
  RunnerWorld world;
  const auto plans = two_stages(60'000);
  world.begin_with(base, plans);
  stop_before(world, plans, through({said}), step_of(plans, 1));
  world.clock.date = "2027-01-01T00:00:00Z";
  const auto done = world.run(plans, through({said}));
  CHECK_MESSAGE(done.exit_code == 0, text(done));
  CHECK(world.one("select valid_until from _dmc_gate") == "2027-01-01T00:01:00Z");
}

TEST_CASE("settle brings a parked target to rest at its stage") {
  RunnerWorld world;
  const auto plans = two_stages();
  world.begin_with(base, plans);
  CHECK(world.settle(plans).exit_code == executor::exit_code::not_in_base);
  REQUIRE(world.run(plans).exit_code == executor::exit_code::waiting);
  const auto foreseen = world.settle(plans, {.dry_run = true, .through = {}, .lossy = {}, .confirm = {}});
  CHECK(foreseen.exit_code == 0);
  CHECK(foreseen.targets.front().outcome == "would be settled");
  CHECK(world.status().standing == "parked");

  const auto settled = world.settle(plans);
  CHECK_MESSAGE(settled.exit_code == 0, text(settled));
  CHECK(settled.targets.front().text == "it is at rest at version 7.1; 2 steps of the plan are not done, and void");
  const auto status = world.status();
  CHECK(status.standing == "rest");
  CHECK(status.exit_code == 0);
  CHECK(status.at_name == "7.1");
  CHECK(status.at_hash == plans.forward.plan.databases.front().stages.front());
  CHECK(status.text.find("settled; 2 steps of it are void") != std::string::npos);
  CHECK(world.verify().exit_code == 0);
  CHECK(moves(world) == "adopt begin park settle");

  const auto again = world.settle(plans);
  CHECK(again.exit_code == 0);
  CHECK(again.targets.front().text == "it was settled at version 7.1 already");
  const auto rest = world.run(plans, through({said}));
  CHECK(rest.exit_code == executor::exit_code::not_in_base);
  CHECK(rest.targets.front().text.find("settled here at version 7.1") != std::string::npos);
}

TEST_CASE("what does not wait at a gate is not settled") {
  RunnerWorld world;
  const auto plans = two_stages();
  world.begin_with(base, plans);
  stop_before(world, plans, {}, step_of(plans, 0));
  const auto moving = world.settle(plans);
  CHECK(moving.exit_code == executor::exit_code::not_in_base);
  CHECK(moving.targets.front().text.find("does not wait at a gate (1 of 3 steps are done)") != std::string::npos);
  REQUIRE(world.run(plans).exit_code == executor::exit_code::waiting);
  execute_script(world.file(), "alter table people add column sneaked");
  CHECK(world.settle(plans).targets.front().verdict == executor::Verdict::drift);
  CHECK(world.one("select parked from _dmc_target") == "1");
  PlanMaker maker(base);
  const auto other = maker.numbered(8).add(adding("z")).make();
  CHECK(world.settle(other).exit_code == executor::exit_code::waiting);
}

TEST_CASE("a settled plan can be taken back while nothing ran since, turned round, and settled again") {
  RunnerWorld world;
  const auto plans = two_stages();
  world.begin_with(base, plans);
  REQUIRE(world.run(plans).exit_code == executor::exit_code::waiting);
  REQUIRE(world.settle(plans).exit_code == 0);
  const auto undone = world.undo(plans);
  CHECK_MESSAGE(undone.exit_code == 0, text(undone));
  CHECK(world.status().at_hash == plans.forward.plan.databases.front().from);
  CHECK(world.undo(plans).exit_code == 0);
  REQUIRE(world.run(plans).exit_code == executor::exit_code::waiting);
  CHECK(world.settle(plans).exit_code == 0);
  CHECK(moves(world) == "adopt begin park settle begin end begin park settle");
  CHECK(world.verify().exit_code == 0);

  // And once something ran from there, the prefix is that plan's base.
  auto from_stage = base;
  from_stage.push_back("alter table people add column a");
  PlanMaker maker(from_stage);
  const auto hotfix = maker.numbered(8).add(adding("urgent")).make();
  REQUIRE(hotfix.forward.plan.databases.front().from == plans.forward.plan.databases.front().stages.front());
  const auto ran = world.run(hotfix);
  CHECK_MESSAGE(ran.exit_code == 0, text(ran));
  CHECK(world.undo(plans).exit_code == executor::exit_code::not_in_base);
  CHECK(world.undo(hotfix).exit_code == 0);
  CHECK(world.verify().exit_code == 0);
}

TEST_CASE("MRK-4: the history chain verifies from adopt to now, through undo, turn and settle") {
  RunnerWorld world;
  const auto plans = two_stages();
  world.begin_with(base, plans);
  const auto whole = [&] {
    const auto verified = world.verify();
    CHECK(verified.checks.front().means == "the history of this database is whole");
    CHECK_MESSAGE(verified.checks.front().answer == "holds", verified.checks.front().text);
  };
  stop_before(world, plans, {}, step_of(plans, 0));
  whole();
  REQUIRE(world.undo(plans).exit_code == 0);  // turns round
  whole();
  REQUIRE(world.run(plans).exit_code == executor::exit_code::waiting);
  whole();
  REQUIRE(world.settle(plans).exit_code == 0);
  whole();
  REQUIRE(world.undo(plans).exit_code == 0);
  REQUIRE(world.run(plans, through({said})).exit_code == 0);
  REQUIRE(world.undo(plans).exit_code == 0);
  whole();
  CHECK(moves(world) == "adopt begin turn end begin park settle begin end begin stage end begin end");
  const auto count = std::stoi(world.one("select count(*) from _dmc_history"));
  // Every entry is covered: whatever of it is edited, or taken out, is found.
  const auto copy = rows_of(world.file(), "select seq from _dmc_history order by seq");
  REQUIRE(static_cast<int>(copy.size()) == count);
  for (std::size_t i = 0; i < copy.size(); ++i) {
    execute_script(world.file(), "update _dmc_history set evidence = evidence || '!' where seq = " + copy[i]);
    CHECK(world.verify().checks.front().answer == "does not hold");
    execute_script(
        world.file(),
        "update _dmc_history set evidence = substr(evidence, 1, length(evidence) - 1) where seq = " + copy[i]);
  }
  whole();
  execute_script(world.file(), "delete from _dmc_history where seq = " + copy[copy.size() / 2]);
  CHECK(world.verify().checks.front().answer == "does not hold");
}

TEST_CASE("a settle that dies at any event is done or not done, and the next one finishes it") {
  for (const auto kind : {FaultKind::dies, FaultKind::answer_lost}) {
    for (long at = 1;; ++at) {
      RunnerWorld world;
      const auto plans = two_stages();
      world.begin_with(base, plans);
      REQUIRE(world.run(plans).exit_code == executor::exit_code::waiting);
      FaultPoint point{.kind = kind, .at = at, .events = 0, .tripped = false, .where = {}};
      FaultConnector connector(*world.real, point);
      try {
        world.settle(plans, {}, &connector);
      } catch (const RunnerDied&) {
      }
      const auto standing = world.status().standing;
      CHECK((standing == "parked" || standing == "rest"));
      const auto result = world.settle(plans);
      CHECK_MESSAGE(result.exit_code == 0, text(result));
      CHECK(world.status().at_name == "7.1");
      CHECK(moves(world) == "adopt begin park settle");
      CHECK(world.verify().exit_code == 0);
      if (!point.tripped) break;
    }
  }
}

TEST_CASE("a server that was upgraded while the change waited at its gate is told of") {
  RunnerWorld world;
  const auto plans = two_stages();
  world.begin_with(base, plans);
  REQUIRE(world.run(plans).exit_code == executor::exit_code::waiting);
  CHECK(world.run(plans).targets.at(0).warnings.empty());
  execute_script(world.file(), "update _dmc_target set normaliser = 'sqlite 3.30.1, model 1'");
  const auto again = world.run(plans, through({said}));
  CHECK_MESSAGE(again.exit_code == 0, text(again));
  REQUIRE(again.targets.at(0).warnings.size() == 1);
  CHECK(again.targets.at(0).warnings.front().starts_with(
      "it came to this gate on sqlite 3.30.1, and the server is sqlite 3."));
}
