#include <doctest/doctest.h>

#include "tests/support/runner_world.hpp"

using namespace dmc;
using namespace dmc::tests;
using executor::Verdict;

namespace {

const std::vector<std::string> base{"create table people (id integer primary key, first text)"};

executor::PlanPair plan_for(const std::string& database, bool blocked) {
  PlanMaker maker(base, database);
  maker.add(
      sql_step("add a to " + database, {"alter table people add column a"}, {"alter table people drop column a"}));
  if (blocked) maker.add(verify_step("nobody is in " + database, "select count(*) from people", "0"));
  return maker.make();
}

struct Two {
  RunnerWorld world;
  executor::PlanPair plans = joined(plan_for("events", true), plan_for("shop", false), true);
  Two() {
    for (const char* name : {"events", "shop"}) {
      execute_script(world.file(name), base.front());
      session::Stop quiet;
      auto surroundings = world.environment(*world.real, quiet);
      REQUIRE(executor::adopt({"tests", name, plans.forward.plan.databases.front().from, "0"}, world.target(name),
                              surroundings)
                  .exit_code == 0);
    }
  }
  std::string columns(const std::string& database) {
    return rows_of(world.file(database), "select count(*) from pragma_table_info('people')").at(0);
  }
};

}  // namespace

TEST_CASE("a plan for two databases runs on both and is taken back on both") {
  Two two;
  const auto run = two.world.run(two.plans);
  REQUIRE_MESSAGE(run.exit_code == 0, text(run));
  CHECK(run.targets.size() == 2);
  CHECK(two.columns("events") == "3");
  CHECK(two.columns("shop") == "3");
  CHECK(two.world.undo(two.plans).exit_code == 0);
  CHECK(two.columns("events") == "2");
  CHECK(two.columns("shop") == "2");
}

TEST_CASE("a step waits for the step it was built on, on another database") {
  Two two;
  execute_script(two.world.file("events"), "insert into people (first) values ('x')");
  const auto failed = two.world.run(two.plans);
  CHECK(failed.exit_code == executor::exit_code::failed);
  CHECK(two.columns("events") == "3");
  CHECK(two.columns("shop") == "2");
  CHECK(failed.targets.at(1).outcome == "stopped");
  CHECK(failed.targets.at(1).text.find("it stopped half way, because events (") == 0);
  execute_script(two.world.file("events"), "delete from people");
  CHECK(two.world.run(two.plans).exit_code == 0);
  CHECK(two.columns("shop") == "3");
}

TEST_CASE("one target that cannot go keeps all from starting") {
  Two two;
  execute_script(two.world.file("shop"), "alter table people add column sneaked");
  const auto refused = two.world.run(two.plans);
  CHECK(refused.exit_code == executor::exit_code::not_in_base);
  CHECK(refused.targets.at(0).outcome == "not started");
  CHECK(refused.targets.at(1).verdict == Verdict::drift);
  CHECK(two.columns("events") == "2");
}

TEST_CASE("a database of the plan without a target, one it does not know, and one given twice are refused") {
  Two two;
  session::Stop quiet;
  auto surroundings = two.world.environment(*two.world.real, quiet);
  const auto run = [&](std::vector<executor::TargetAddress> targets) {
    return executor::run(two.plans, targets, {}, surroundings);
  };
  const auto missing = run({two.world.target("events")});
  CHECK(missing.exit_code == executor::exit_code::refused);
  CHECK(missing.text == "the plan also changes database 'shop': say where it is with --on shop=URL");
  CHECK(run({two.world.target("events"), two.world.target("shop"), two.world.target("other")}).text ==
        "the plan does not touch a database 'other'");
  CHECK(run({two.world.target("events"), two.world.target("shop"), {"shop", two.world.target("events").url}})
            .text.ends_with("is given twice"));
}

TEST_CASE("two shards of one database: each on its own state, one report") {
  RunnerWorld world;
  const auto plans = plan_for("shop", false);
  session::Stop quiet;
  auto surroundings = world.environment(*world.real, quiet);
  std::vector<executor::TargetAddress> shards;
  for (const char* name : {"eu", "us"}) {
    execute_script(world.file(name), base.front());
    shards.push_back({"shop", {"sqlite", world.file(name)}});
    REQUIRE(
        executor::adopt({"tests", "shop", plans.forward.plan.databases.front().from, "0"}, shards.back(), surroundings)
            .exit_code == 0);
  }
  const auto one = executor::run(plans, {shards.front()}, {}, surroundings);
  REQUIRE(one.exit_code == 0);
  const auto both = executor::run(plans, shards, {}, surroundings);
  REQUIRE_MESSAGE(both.exit_code == 0, text(both));
  CHECK(both.targets.at(0).outcome == "nothing to do");
  CHECK(both.targets.at(1).outcome == "done");
}
