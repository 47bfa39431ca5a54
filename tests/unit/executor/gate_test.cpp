#include <doctest/doctest.h>

#include "tests/support/runner_world.hpp"

using namespace dmc;
using namespace dmc::tests;
using executor::Options;

namespace {

const std::vector<std::string> base{"create table people (id integer primary key, first text)"};
const std::string text_of_gate = "app 4.2 is everywhere";

MadeStep adding(const std::string& column) {
  return sql_step("add " + column, {"alter table people add column " + column},
                  {"alter table people drop column " + column});
}

Options through(std::vector<std::string> gates) { return {.through = std::move(gates), .lossy = {}, .confirm = {}}; }

}  // namespace

TEST_CASE("a person's gate parks the target, and opens on a person's word") {
  RunnerWorld world;
  PlanMaker maker(base);
  const auto plans = maker.add(adding("a")).add(gate_step(text_of_gate)).add(adding("b")).make();
  world.begin_with(base, plans);
  const auto waiting = world.run(plans);
  CHECK(waiting.exit_code == executor::exit_code::waiting);
  CHECK(waiting.targets.front().outcome == "waiting");
  CHECK(waiting.targets.front().text == "it waits until a person says: app 4.2 is everywhere");
  const std::string next =
      "dmc run plans/0001.plan.json --on shop=sqlite:" + world.file() + " --through '" + text_of_gate + "'";
  CHECK(waiting.targets.front().next.command == next);
  CHECK(world.states() == "done absent absent");
  CHECK(world.one("select parked from _dmc_target") == "1");
  const auto status = world.status();
  CHECK(status.standing == "parked");
  CHECK(status.exit_code == executor::exit_code::waiting);
  CHECK(status.next.command == "dmc run --on shop=sqlite:" + world.file() + " --through '" + text_of_gate + "'");

  CHECK(world.run(plans).exit_code == executor::exit_code::waiting);
  CHECK(world.run(plans, through({"another gate"})).exit_code == executor::exit_code::usage);
  CHECK(world.rows("select count(*) from _dmc_history where move = 'park'") == std::vector<std::string>{"1"});
  const auto done = world.run(plans, through({text_of_gate}));
  CHECK_MESSAGE(done.exit_code == 0, text(done));
  CHECK(world.one("select evidence from _dmc_gate").find("on the word of tester@host") != std::string::npos);
  CHECK(world.rows("select move from _dmc_history order by seq") ==
        std::vector<std::string>{"adopt", "begin", "park", "stage", "end"});
  CHECK(world.verify().exit_code == 0);
}

TEST_CASE("parked, it can be taken back; the gate must be opened again") {
  RunnerWorld world;
  PlanMaker maker(base);
  const auto plans = maker.add(adding("a")).add(gate_step(text_of_gate)).add(adding("b")).make();
  world.begin_with(base, plans);
  REQUIRE(world.run(plans).exit_code == executor::exit_code::waiting);
  CHECK(world.undo(plans).exit_code == 0);
  CHECK(world.status().standing == "rest");
  REQUIRE(world.run(plans, through({text_of_gate})).exit_code == 0);
  CHECK(world.undo(plans).exit_code == 0);
  CHECK(world.rows("select * from _dmc_gate where generation = 2").empty());
  CHECK(world.run(plans).exit_code == executor::exit_code::waiting);
}

TEST_CASE("drift is looked for again when a parked target goes on") {
  RunnerWorld world;
  PlanMaker maker(base);
  const auto plans = maker.add(adding("a")).add(gate_step(text_of_gate)).add(adding("b")).make();
  world.begin_with(base, plans);
  REQUIRE(world.run(plans).exit_code == executor::exit_code::waiting);
  execute_script(world.file(), "alter table people add column sneaked");
  CHECK(world.run(plans, through({text_of_gate})).exit_code == executor::exit_code::not_in_base);
}

TEST_CASE("a query's gate opens when the answer is right, and not before") {
  RunnerWorld world;
  PlanMaker maker(base);
  const auto plans = maker
                         .add(gate_step("nobody is old",
                                        check("nobody is old", "select count(*) from people where first = 'old'", "0")))
                         .add(adding("b"))
                         .make();
  world.begin_with(base, plans);
  execute_script(world.file(), "insert into people (first) values ('old')");
  const auto waiting = world.run(plans);
  CHECK(waiting.exit_code == executor::exit_code::waiting);
  CHECK(waiting.targets.front().text.find("it does not hold that nobody is old: the answer is 1, and it must be 0") !=
        std::string::npos);
  CHECK(waiting.targets.front().next.command.ends_with("--on shop=sqlite:" + world.file()));
  CHECK(world.run(plans, through({"nobody is old"})).exit_code == executor::exit_code::usage);
  execute_script(world.file(), "delete from people");
  CHECK(world.run(plans).exit_code == 0);
}

TEST_CASE("an answer must stay right for its duration, and is asked again at the end") {
  RunnerWorld world;
  PlanMaker maker(base);
  const auto plans =
      maker.add(gate_step("nobody is there", check("nobody is there", "select count(*) from people", "0"), 60'000))
          .add(adding("b"))
          .make();
  world.begin_with(base, plans);
  std::int64_t waited = 0;
  world.clock.on_pause = [&](std::int64_t milliseconds) {
    waited += milliseconds;
    if (waited > 30'000 && waited < 31'000)
      execute_script(world.file(), "insert or ignore into people (id) values (1)");
  };
  const auto broken = world.run(plans);
  CHECK(broken.exit_code == executor::exit_code::waiting);
  CHECK(waited < 40'000);
  execute_script(world.file(), "delete from people");
  world.clock.on_pause = [&](std::int64_t milliseconds) { waited += milliseconds; };
  waited = 0;
  CHECK(world.run(plans).exit_code == 0);
  CHECK(waited == 60'000);
}

TEST_CASE("a request to stop ends the wait at a gate") {
  RunnerWorld world;
  PlanMaker maker(base);
  const auto plans = maker.add(gate_step("quiet", check("quiet", "select 1", "1"), 3'600'000)).make();
  world.begin_with(base, plans);
  session::Stop stop;
  world.clock.on_pause = [&](std::int64_t) { stop.signal(); };
  CHECK(world.run(plans, {}, nullptr, &stop).exit_code == executor::exit_code::interrupted);
}
