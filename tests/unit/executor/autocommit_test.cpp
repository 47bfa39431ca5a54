#include <doctest/doctest.h>

#include "tests/support/runner_world.hpp"

using namespace dmc;
using namespace dmc::tests;

namespace {

const std::vector<std::string> base{"create table people (id integer primary key, first text)"};

/// Outside any transaction: sets `user_version` from 0 to 7, with checks or without.
MadeStep version_step(bool with_post, bool with_pre) {
  auto step = sql_step("set the version", {"pragma user_version = 7"}, {"pragma user_version = 0"});
  std::get<plan::RunSql>(step.forward.action).in_transaction = false;
  std::get<plan::RunSql>(step.reverse->action).in_transaction = false;
  step.forward.exactly_once_by = step.reverse->exactly_once_by =
      with_post ? plan::ExactlyOnce::post : plan::ExactlyOnce::none;
  const auto is = [](const std::string& value) {
    return check("the version is " + value, "select user_version from pragma_user_version", value);
  };
  if (with_post) step.forward.post = {is("7")}, step.reverse->post = {is("0")};
  if (with_pre) step.forward.pre = {is("0")}, step.reverse->pre = {is("7")};
  return step;
}

struct Row {
  std::string name;
  bool with_post, with_pre;
  std::string version_before;  ///< what the world looks like when the runner comes
  bool intended;               ///< an earlier attempt was cut off
  std::string state;           ///< of the row afterwards
  int exit_code;
  std::string version_after;
};

}  // namespace

TEST_CASE("LED-5: the decision table of an autocommit step, row by row") {
  const std::vector<Row> table{
      {"first time", true, true, "0", false, "done", 0, "7"},
      {"somebody did it already", true, true, "7", false, "found", 0, "7"},
      {"neither before nor after", true, true, "3", false, "absent", 3, "3"},
      {"no pre-check, post holds already", true, false, "7", false, "found", 0, "7"},
      {"no post-check", false, true, "0", false, "done", 0, "7"},
      {"cut off, it acted", true, true, "7", true, "done", 0, "7"},
      {"cut off, it did not act", true, true, "0", true, "done", 0, "7"},
      {"cut off, neither", true, true, "3", true, "in_doubt", 3, "3"},
      {"cut off, no check tells", false, true, "0", true, "in_doubt", 3, "0"},
      {"cut off, no check at all", false, false, "0", true, "in_doubt", 3, "0"},
      {"cut off, post says no and nothing else tells", true, false, "3", true, "in_doubt", 3, "3"},
  };
  for (const auto& row : table) {
    RunnerWorld world;
    PlanMaker maker(base);
    const auto plans = maker.add(verify_step("nothing stands in the way", "select count(*) from people", "0"))
                           .add(version_step(row.with_post, row.with_pre))
                           .make();
    world.begin_with(base, plans);
    execute_script(world.file(), "insert into people (first) values ('x')");
    REQUIRE(world.run(plans).exit_code == 3);
    execute_script(world.file(), "delete from people; pragma user_version = " + row.version_before);
    if (row.intended)
      execute_script(world.file(), "update _dmc_step set state = 'intended', attempt = 1 where ordinal = 2");
    const auto result = world.run(plans);
    CHECK_MESSAGE(result.exit_code == row.exit_code, row.name << "\n" << text(result));
    CHECK_MESSAGE(world.states() == "done " + row.state, row.name);
    CHECK_MESSAGE(world.one("pragma user_version") == row.version_after, row.name);
  }
}

TEST_CASE("in doubt: status says so, undo refuses to guess, and a mended database goes on") {
  RunnerWorld world;
  PlanMaker maker(base);
  const auto plans =
      maker.add(version_step(true, true)).add(verify_step("nobody", "select count(*) from people", "0")).make();
  world.begin_with(base, plans);
  execute_script(world.file(), "insert into people (first) values ('x')");
  REQUIRE(world.run(plans).exit_code == 3);
  execute_script(world.file(), "update _dmc_step set state = 'intended' where ordinal = 1; pragma user_version = 3");
  const auto doubt = world.run(plans);
  CHECK(doubt.exit_code == 3);
  CHECK(doubt.targets.front().outcome == "in doubt");
  const auto status = world.status();
  CHECK(status.text.find("step 1 is in doubt: nobody can say whether it took effect") != std::string::npos);
  CHECK(status.next.text.find("put it fully there or fully away") != std::string::npos);
  CHECK(world.undo(plans).exit_code == 3);
  CHECK(world.states() == "in_doubt absent");
  execute_script(world.file(), "pragma user_version = 7; delete from people");
  SUBCASE("forward") {
    CHECK(world.run(plans).exit_code == 0);
    CHECK(world.one("pragma user_version") == "7");
  }
  SUBCASE("back") {
    CHECK(world.undo(plans).exit_code == 0);
    CHECK(world.one("pragma user_version") == "0");
  }
}

TEST_CASE("what acted and did not come to what it should is in doubt, and only a person's word leads on") {
  for (const bool done : {true, false}) {
    RunnerWorld world;
    PlanMaker maker(base);
    auto step = version_step(true, false);
    std::get<plan::RunSql>(step.forward.action).statements = {"pragma user_version = 5"};
    const auto plans = maker.add(step).make();
    world.begin_with(base, plans);
    CHECK(world.run(plans).targets.front().outcome == "in doubt");
    // Nobody can tell that it acted: it is neither done again nor passed over.
    CHECK(world.run(plans).targets.front().outcome == "in doubt");
    const auto undone = world.undo(plans);
    CHECK(undone.exit_code == executor::exit_code::failed);
    CHECK(world.one("pragma user_version") == "5");
    const auto status = world.status();
    const auto id = plans.forward.plan.steps.front().id;
    CHECK(status.next.command.ends_with("--done " + id.substr(id.find(':') + 1, 12)));
    executor::Options word;
    (done ? word.said_done : word.said_absent) = {id};
    if (!done) execute_script(world.file(), "pragma user_version = 0");
    const auto result = done ? world.run(plans, word) : world.undo(plans, word);
    CHECK_MESSAGE(result.exit_code == 0, text(result));
    CHECK(world.rows("select evidence from _dmc_history where move = 'word'").size() == 1);
    CHECK(world.verify().checks.front().answer == "holds");
  }
}

TEST_CASE("what somebody else had done is not taken back") {
  RunnerWorld world;
  PlanMaker maker(base);
  const auto plans = maker.add(version_step(true, true)).make();
  world.begin_with(base, plans);
  execute_script(world.file(), "pragma user_version = 7");
  REQUIRE(world.run(plans).exit_code == 0);
  CHECK(world.states() == "found");
  CHECK(world.undo(plans).exit_code == 0);
  CHECK(world.one("pragma user_version") == "7");
}

TEST_CASE("the way back of an autocommit step is settled by the same table") {
  for (const auto& [version, expected] : {std::pair{"0", 0}, std::pair{"7", 0}, std::pair{"3", 3}}) {
    RunnerWorld world;
    PlanMaker maker(base);
    const auto plans = maker.add(version_step(true, true)).make();
    world.begin_with(base, plans);
    REQUIRE(world.run(plans).exit_code == 0);
    execute_script(
        world.file(),
        std::string("update _dmc_target set moving_plan = '") + plans.forward.hash + "', moving_to = '" +
            plans.forward.plan.databases.front().from +
            "', moving_forward = 0, moving_stage = 1; update _dmc_step set state = 'undoing'; pragma user_version = " +
            version);
    const auto result = world.undo(plans);
    CHECK_MESSAGE(result.exit_code == expected, version << "\n" << text(result));
    CHECK(world.one("pragma user_version") == (expected == 0 ? "0" : "3"));
  }
}

TEST_CASE("leftovers of a cut off attempt are ours by their name, and are cleaned up before the next") {
  RunnerWorld world;
  PlanMaker maker(base);
  auto step = sql_step("build side", {"create table _dmc_side (a)", "insert into _dmc_side values (1)"},
                       {"drop table _dmc_side"});
  std::get<plan::RunSql>(step.forward.action).in_transaction = false;
  step.forward.exactly_once_by = plan::ExactlyOnce::post;
  step.forward.pre = {check("it is not there", "select count(*) from sqlite_schema where name = '_dmc_side'", "0")};
  step.forward.post = {
      check("it is whole", "select count(*) from pragma_table_info('_dmc_side') where name = 'a'", "1")};
  step.forward.leftovers = {{"_dmc_side",
                             "table",
                             "select 1 from sqlite_schema where name = '_dmc_side'",
                             {"drop table _dmc_side"},
                             "crash"}};
  auto block = verify_step("nobody", "select count(*) from people", "0");
  const auto plans = maker.add(block).add(step).make();
  world.begin_with(base, plans);
  execute_script(world.file(), "insert into people (first) values ('x')");
  REQUIRE(world.run(plans).exit_code == 3);
  execute_script(
      world.file(),
      "delete from people; create table _dmc_side (half); update _dmc_step set state = 'intended' where ordinal = 2");
  const auto result = world.run(plans);
  CHECK_MESSAGE(result.exit_code == 0, text(result));
  CHECK(world.rows("select a from _dmc_side") == std::vector<std::string>{"1"});
}

TEST_CASE("several statements outside a transaction: what took effect is never done again") {
  RunnerWorld world;
  PlanMaker maker(base);
  auto step = version_step(true, false);
  std::get<plan::RunSql>(step.forward.action).statements = {"insert into people (first) values ('once')",
                                                            "insert into nowhere values (1)"};
  step.scratch = std::vector<std::string>{};
  const auto plans = maker.add(step).make();
  world.begin_with(base, plans);
  for (int round = 0; round < 3; ++round) {
    const auto result = world.run(plans);
    CHECK_MESSAGE(result.exit_code == executor::exit_code::failed, text(result));
    CHECK(result.targets.front().outcome == "in doubt");
    CHECK(world.states() == "in_doubt");
    CHECK(world.one("select count(*) from people") == "1");
    CHECK(world.status().exit_code == executor::exit_code::failed);
  }
  CHECK(world.undo(plans).exit_code == executor::exit_code::failed);
}

TEST_CASE("a single statement that the engine refuses leaves nothing in doubt") {
  RunnerWorld world;
  PlanMaker maker(base);
  auto step = version_step(false, false);
  std::get<plan::RunSql>(step.forward.action).statements = {"insert into nowhere values (1)"};
  step.scratch = std::vector<std::string>{};
  const auto plans = maker.add(step).make();
  world.begin_with(base, plans);
  CHECK(world.run(plans).targets.front().outcome == "failed");
  CHECK(world.states() == "absent");
}
