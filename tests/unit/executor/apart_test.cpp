// Steps that act apart and are recorded together: the target is asked less often, and trouble in their midst is told
// and mended as that of a single step. Every mishap at every event is in fake_target_test.cpp.
#include "tests/support/fake_world.hpp"

using namespace dmc;
using namespace dmc::tests;
using namespace dmc::tests::fake;

namespace {

const std::vector<std::string> words{"a", "b", "c", "d"};

/// Four neighbours; `change` may make one of them another.
executor::PlanPair four(const std::function<void(const std::string&, MadeStep&)>& change = {}) {
  PlanMaker maker(base);
  maker.on("fake");
  for (const auto& word : words) {
    auto made = by_rows(word);
    if (change) change(word, made);
    maker.add(std::move(made));
  }
  return maker.make();
}

std::vector<std::string> logged(World& world) { return world.server.rows("select x from log order by x"); }

std::vector<std::string> outcomes(const executor::RunResult& result) {
  std::vector<std::string> words;
  for (const auto& step : result.targets.front().steps) words.push_back(step.state);
  return words;
}

}  // namespace

TEST_CASE("the target of neighbours is asked less often, and its ledger ends with the same rows") {
  const auto alone = four([](const std::string&, MadeStep& made) { made = on_object("the log", std::move(made)); });
  World together_world, alone_world;
  const auto there = events_of(together_world, course("together", four(), true));
  const auto one_by_one = events_of(alone_world, course("alone", alone, true));
  CHECK_MESSAGE(there + 30 < one_by_one, there << " events and " << one_by_one);
  CHECK(together_world.verify().exit_code == 0);
  CHECK(logged(together_world) == words);
  const std::string rows =
      "select key, count(*) from _dmc_record where kind in ('step', 'attempt', 'object') group by kind, substr(key, "
      "-6)";
  CHECK(together_world.server.rows(rows).size() == alone_world.server.rows(rows).size());
}

TEST_CASE("a statement that fails in their midst: those before it are done, those behind it are not begun") {
  World world;
  const auto plans = four([](const std::string& word, MadeStep& made) {
    if (word == "c") std::get<plan::RunSql>(made.forward.action).statements = {"insert into missing values ('c')"};
  });
  const auto failed = world.go(plans, true);
  CHECK(failed.exit_code == 3);
  CHECK(failed.targets.front().text.find("step 'log c (change 1, line 2: log c)' failed: no such table") !=
        std::string::npos);
  CHECK(logged(world) == std::vector<std::string>{"a", "b"});
  CHECK(outcomes(failed) == std::vector<std::string>{"done", "done", "absent", "absent"});
  REQUIRE(world.go(plans, false).exit_code == 0);
  CHECK(logged(world).empty());
}

TEST_CASE("what does not come to what it should is in doubt, and what was sent behind it is looked at") {
  World world;
  const auto plans = four([](const std::string& word, MadeStep& made) {
    if (word == "b") std::get<plan::RunSql>(made.forward.action).statements = {"insert into log values ('other')"};
  });
  const auto doubt = world.go(plans, true);
  CHECK(doubt.exit_code == 3);
  CHECK(doubt.targets.front().text.find(
            "step 'log b (change 1, line 2: log b)' is in doubt: its statements took effect, but it does not hold "
            "that b is logged") != std::string::npos);
  CHECK(logged(world) == std::vector<std::string>{"a", "c", "d", "other"});
  CHECK(outcomes(doubt).front() == "done");
  CHECK(outcomes(doubt).at(1) == "in_doubt");
  world.server.script("update log set x = 'b' where x = 'other'");
  const auto on = world.go(plans, true);
  CHECK_MESSAGE(on.exit_code == 0, report::render(on, report::Format::text));
  CHECK(logged(world) == words);
  REQUIRE(world.go(plans, false).exit_code == 0);
  CHECK(logged(world).empty());
}

TEST_CASE("what one of them starts from is not there: it is refused by itself, and none of those behind it is sent") {
  World world;
  const auto plans = four();
  world.server.script("insert into log values ('c'), ('c')");
  const auto found = world.go(plans, true);
  CHECK_MESSAGE(found.exit_code == 0, report::render(found, report::Format::text));
  CHECK(outcomes(found) == std::vector<std::string>{"done", "done", "found", "done"});
  CHECK(world.server.rows(count_of("c")) == std::vector<std::string>{"2"});
}
