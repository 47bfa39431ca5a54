#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <doctest/doctest.h>

#include "runtime/executor/workers.hpp"
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
  CHECK(missing.text ==
        "the plan also changes database 'shop': say where it is with --on shop=URL, or with a shard of it in the "
        "cluster");
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

namespace {

/// Faults in the sessions with one target only.
class OnlyThere : public session::ForwardingConnector {
 public:
  OnlyThere(session::Connector& inner, FaultPoint& point, std::string location)
      : ForwardingConnector(inner), faulty_(inner, point), location_(std::move(location)) {}
  std::unique_ptr<session::Session> open(const session::Url& url, session::Missing missing, session::Access access,
                                         session::Lock* lock) override {
    return url.location == location_ ? faulty_.open(url, missing, access, lock)
                                     : inner_.open(url, missing, access, lock);
  }

 private:
  FaultConnector faulty_;
  std::string location_;
};

std::string moving(Two& two, const std::string& database) {
  return rows_of(two.world.file(database), "select moving_plan is not null from _dmc_target").at(0);
}

/// One of the two is cut at every event in turn, and the run is then started again.
void cut_everywhere(FaultKind kind, const std::string& where, const std::function<void(Two&)>& look) {
  for (long at = 1;; ++at) {
    Two two;
    FaultPoint point;
    point.kind = kind;
    point.at = at;
    OnlyThere connector(*two.world.real, point, two.world.file(where));
    try {
      const auto cut = two.world.run(two.plans, {}, &connector);
      if (!point.tripped) {
        REQUIRE(cut.exit_code == 0);
        REQUIRE(at > 20);
        return;
      }
    } catch (const RunnerDied&) {
    }
    INFO("event ", at, ": ", point.where);
    look(two);
    const auto again = two.world.run(two.plans);
    REQUIRE_MESSAGE(again.exit_code == 0, text(again));
    CHECK(two.columns("events") == "3");
    CHECK(two.columns("shop") == "3");
    CHECK(moving(two, "events") == "0");
    CHECK(moving(two, "shop") == "0");
  }
}

}  // namespace

TEST_CASE("begin takes all or none: a target that another runner holds leaves every other as it was") {
  Two two;
  const auto lock = two.world.real->lock({"sqlite", two.world.file("shop")}, {1, "elsewhere", "somebody", "dmc", ""});
  const auto held = two.world.run(two.plans);
  CHECK(held.exit_code == executor::exit_code::held);
  CHECK(held.targets.at(0).outcome == "not started");
  CHECK(moving(two, "events") == "0");
  CHECK(rows_of(two.world.file("events"), "select generation from _dmc_target").at(0) == "0");
}

TEST_CASE("begin takes all or none: when one is lost while it is taken or begun, the other is put back") {
  // What was lost may itself have begun, if only its answer did not arrive; the other has not, unless steps ran.
  cut_everywhere(FaultKind::answer_lost, "shop", [](Two& two) {
    const bool begun = moving(two, "shop") == "1" || two.columns("shop") == "3";
    if (!begun && two.columns("events") == "2") CHECK(moving(two, "events") == "0");
    const char* later = "select count(*) from _dmc_step where generation > (select generation from _dmc_target)";
    CHECK(rows_of(two.world.file("events"), later).at(0) == "0");
  });
  cut_everywhere(FaultKind::answer_lost, "events", [](Two& two) {
    if (two.columns("events") == "2" && moving(two, "events") == "0") CHECK(moving(two, "shop") == "0");
  });
}

TEST_CASE("begin takes all or none: a runner that dies at any event of the claim is followed by one that goes on") {
  for (const char* where : {"shop", "events"}) cut_everywhere(FaultKind::dies, where, [](Two&) {});
}

TEST_CASE("what was begun and put back can be undone, run and verified as if it had not been") {
  Two two;
  FaultPoint point;
  point.kind = FaultKind::answer_lost;
  OnlyThere connector(*two.world.real, point, two.world.file("shop"));
  REQUIRE(two.world.run(two.plans).exit_code == 0);
  REQUIRE(two.world.undo(two.plans).exit_code == 0);
  // Lost at the statement that begins: found by its text.
  bool given_back = false;
  for (point.at = 1; !given_back && point.at < 400; ++point.at) {
    point.events = 0;
    point.tripped = false;
    const auto cut = two.world.run(two.plans, {}, &connector);
    if (!point.tripped) break;
    given_back = cut.targets.at(0).text.find("cannot be begun") != std::string::npos;
  }
  REQUIRE(given_back);
  CHECK(rows_of(two.world.file("events"), "select move from _dmc_history order by seq desc limit 1").at(0) ==
        "release");
  session::Stop quiet;
  auto surroundings = two.world.environment(*two.world.real, quiet);
  const auto verified = executor::verify({two.world.target("events")}, surroundings);
  CHECK(verified.exit_code == 0);
  CHECK(two.world.undo(two.plans).targets.at(0).outcome == "nothing to do");
}

namespace {

/// Steps on shop that were built on one of events, and a verify on shop that fails while somebody is in it.
struct Built {
  RunnerWorld world;
  executor::PlanPair plans = joined(plan_for("events", false), plan_for("shop", true), true);
  Built() {
    for (const char* name : {"events", "shop"}) {
      execute_script(world.file(name), base.front());
      session::Stop quiet;
      auto surroundings = world.environment(*world.real, quiet);
      REQUIRE(executor::adopt({"tests", name, plans.forward.plan.databases.front().from, "0"}, world.target(name),
                              surroundings)
                  .exit_code == 0);
    }
    execute_script(world.file("shop"), "insert into people (first) values ('x')");
  }
};

}  // namespace

TEST_CASE("LED-7: a step that another target's step was built on, and is gone, stops the run") {
  Built built;
  const auto events = built.world.file("events");
  execute_script(events, "vacuum into '" + events + ".snapshot'");
  const auto failed = built.world.run(built.plans);
  REQUIRE(failed.exit_code == executor::exit_code::failed);
  const auto required =
      rows_of(built.world.file("shop"), "select facts ->> '$.required[0].seq' from _dmc_step where ordinal = 1").at(0);
  CHECK(required == rows_of(events, "select seq from _dmc_step where ordinal = 1").at(0));
  std::filesystem::rename(events, events + ".later");
  std::filesystem::copy_file(events + ".snapshot", events);
  execute_script(built.world.file("shop"), "delete from people");
  const auto stopped = built.world.run(built.plans);
  CHECK(stopped.exit_code == executor::exit_code::not_in_base);
  CHECK(stopped.targets.at(0).outcome == "not started");
  CHECK(stopped.targets.at(1).verdict == Verdict::restored);
  auto report = text(stopped);
  for (const auto& [what, shown] : {std::pair(built.world.folder.at(""), std::string()),
                                    std::pair(built.plans.forward.hash.substr(7, 12), std::string("HASH"))})
    for (auto at = report.find(what); at != std::string::npos; at = report.find(what))
      report.replace(at, what.size(), shown);
  const std::string golden = DMC_SOURCE_DIR "/tests/unit/executor/restored.txt";
  if (std::getenv("DMC_ACCEPT")) std::ofstream(golden) << report;
  std::ifstream file(golden);
  CHECK(report == std::string(std::istreambuf_iterator<char>(file), {}));
  CHECK(built.world.undo(built.plans).exit_code == executor::exit_code::not_in_base);
  std::filesystem::rename(events + ".later", events);
  const auto went_on = built.world.run(built.plans);
  CHECK_MESSAGE(went_on.exit_code == 0, text(went_on));
  CHECK(built.world.undo(built.plans).exit_code == 0);
  CHECK(rows_of(built.world.file("shop"), "select count(*) from pragma_table_info('people')").at(0) == "2");
}

TEST_CASE("LED-7: it is asked once more before a target comes to rest") {
  Built built;
  execute_script(built.world.file("shop"), "delete from people");
  built.world.kept.on_event = [&](const journal::Event& event) {
    const auto* ended = std::get_if<journal::StepEnded>(&event);
    if (ended && ended->target.starts_with("shop"))
      execute_script(built.world.file("events"), "update _dmc_step set seq = seq + 100");
  };
  const auto stopped = built.world.run(built.plans);
  CHECK(stopped.exit_code == executor::exit_code::not_in_base);
  CHECK(rows_of(built.world.file("shop"), "select moving_plan is not null from _dmc_target").at(0) == "1");
}

namespace {

/// Shards of one database with a plan that stops half way while somebody is in one of them.
struct Shards {
  RunnerWorld world;
  executor::PlanPair plans = plan_for("shop", true);
  executor::TargetAddress shard(const std::string& name, const std::string& cluster = {}) {
    executor::TargetAddress address{"shop", {"sqlite", world.file(name)}, cluster, cluster.empty() ? "" : name};
    if (!std::filesystem::exists(world.file(name))) {
      execute_script(world.file(name), base.front());
      session::Stop quiet;
      auto surroundings = world.environment(*world.real, quiet);
      REQUIRE(executor::adopt({"tests", "shop", plans.forward.plan.databases.front().from, "0"}, address, surroundings)
                  .exit_code == 0);
      execute_script(world.file(name), "insert into people (first) values ('x')");
    }
    return address;
  }
  executor::RunResult run(const std::vector<executor::TargetAddress>& targets, const executor::Options& options = {}) {
    session::Stop quiet;
    auto surroundings = world.environment(*world.real, quiet);
    return executor::run(plans, targets, options, surroundings);
  }
  void mend(const std::string& name) { execute_script(world.file(name), "delete from people"); }
};

}  // namespace

TEST_CASE("the targets of a run are frozen at its begin: typed ones may be fewer, never others") {
  Shards shards;
  const auto eu = shards.shard("eu"), us = shards.shard("us");
  REQUIRE(shards.run({eu, us}).exit_code == executor::exit_code::failed);
  const auto asia = shards.shard("asia");
  const auto more = shards.run({eu, us, asia});
  CHECK(more.exit_code == executor::exit_code::refused);
  const auto refused = std::find_if(more.targets.begin(), more.targets.end(),
                                    [](const auto& target) { return target.verdict == Verdict::other_scope; });
  REQUIRE(refused != more.targets.end());
  CHECK(refused->text.starts_with("this change was begun on other targets [E0613]: shop (target "));
  CHECK(refused->text.ends_with(") is new"));
  CHECK(refused->next.command.find("--rescope WHY") != std::string::npos);
  for (const char* name : {"eu", "us", "asia"}) shards.mend(name);
  const auto alone = shards.run({us});
  REQUIRE_MESSAGE(alone.exit_code == 0, text(alone));
  REQUIRE(alone.targets.at(0).warnings.size() == 1);
  CHECK(alone.targets.at(0).warnings.at(0).find("goes on here alone: shop (target ") != std::string::npos);
  executor::Options meant;
  meant.rescope = "asia was forgotten";
  const auto all = shards.run({eu, us, asia}, meant);
  REQUIRE_MESSAGE(all.exit_code == 0, text(all));
  CHECK(rows_of(shards.world.file("eu"), "select evidence from _dmc_history where move = 'rescope'")
            .at(0)
            .starts_with("asia was forgotten (shop (target "));
}

TEST_CASE("an inventory that lost or gained a shard between two runs is refused by name") {
  Shards shards;
  const auto eu = shards.shard("eu", "prod"), us = shards.shard("us", "prod");
  executor::Options options;
  options.scope.emplace(executor::Scope{"prod", {"shop/us", "shop/eu", "shop/old"}});
  REQUIRE(shards.run({eu}, options).exit_code == executor::exit_code::failed);
  REQUIRE(shards.run({us}, options).exit_code == executor::exit_code::failed);
  shards.mend("eu");
  shards.mend("us");
  options.scope.emplace(executor::Scope{"prod", {"shop/us", "shop/eu", "shop/x", "shop/y"}});
  const auto refused = shards.run({eu}, options);
  CHECK(refused.exit_code == executor::exit_code::refused);
  CHECK(refused.targets.at(0).text ==
        "this change was begun on other targets [E0613]: shop/old is missing; shop/x, shop/y are new");
  CHECK(executor::difference({"prod", {"a", "b", "c", "d", "e", "f", "g"}}, {"prod", {}}) ==
        "a, b, c, d, e and 2 more are missing");
  // What belongs to a cluster goes on by way of its inventory alone.
  CHECK(shards.run({shards.shard("us")}).targets.at(0).verdict == executor::Verdict::of_cluster);
  options.rescope = "old is gone for good";
  CHECK(shards.run({eu}, options).exit_code == 0);
}

TEST_CASE("targets of one database run at once, each with a session of its own") {
  RunnerWorld world;
  const auto plans = plan_for("shop", false);
  const auto clock = journal::system_clock();
  journal::OneAtATime sink(world.kept);
  session::Stop stop;
  executor::Environment environment{*world.real, world.dialects, *clock,
                                    sink,        stop,           {4711, "host", "tester", "dmc test", ""}};
  constexpr std::size_t count = 24;
  std::vector<executor::TargetAddress> targets;
  for (std::size_t i = 0; i < count; ++i) {
    const auto file = world.file("t" + std::to_string(i));
    execute_script(file, base.front());
    targets.push_back({"shop", {"sqlite", file}, "prod", "t" + std::to_string(i)});
    REQUIRE(
        executor::adopt({"tests", "shop", plans.forward.plan.databases.front().from, "0"}, targets.back(), environment)
            .exit_code == 0);
  }
  executor::Options options;
  options.scope.emplace(executor::Scope{"prod", {}});
  std::vector<executor::RunResult> results(count);
  executor::for_each(count, 8,
                     [&](std::size_t i) { results[i] = executor::run(plans, {targets[i]}, options, environment); });
  for (std::size_t i = 0; i < count; ++i) {
    CHECK_MESSAGE(results[i].exit_code == 0, text(results[i]));
    CHECK(results[i].targets.at(0).database == targets[i].name());
  }
  const auto status = executor::status(targets, environment, 8);
  CHECK(status.exit_code == 0);
  REQUIRE(status.targets.size() == count);
  for (std::size_t i = 0; i < count; ++i) CHECK(status.targets[i].url == targets[i].url.shown());
  CHECK(executor::drift(targets, environment, 8).exit_code == 0);
  CHECK(executor::verify(targets, environment, 8).exit_code == 0);
  CHECK(world.kept.all<journal::TargetEnded>().size() == count);
}

TEST_CASE("workers take nothing new once they are told to stop, and throw what an item threw when all have ended") {
  std::atomic<int> worked{0};
  std::atomic<bool> stop{false};
  executor::for_each(
      1000, 4,
      [&](std::size_t) {
        if (++worked == 10) stop = true;
      },
      [&] { return !stop; });
  CHECK(worked >= 10);
  CHECK(worked < 20);
  CHECK_THROWS_AS(executor::for_each(8, 4,
                                     [](std::size_t i) {
                                       if (i == 3) throw std::runtime_error("three");
                                     }),
                  std::runtime_error);
  executor::for_each(0, 4, [](std::size_t) { FAIL("there is nothing to do"); });
}
