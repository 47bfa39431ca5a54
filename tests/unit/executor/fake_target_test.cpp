// The protocol on a server without transactions that may execute late what was sent to it: every Session event, every
// mishap, two deep, forward and back (runtime.md §8).
#include <chrono>

#include "tests/support/fake_world.hpp"

using namespace dmc;
using namespace dmc::tests;
using namespace dmc::tests::fake;

TEST_CASE("LED-2 LED-4 LED-5 LED-6 MRK-2 LCK-1 UND-1: one mishap at every event of a server without transactions") {
  for (const auto& way : {course("run", provable(), true), course("undo", provable(), false),
                          course("run neighbours", neighbours(), true), course("undo neighbours", neighbours(), false),
                          course("run row by row", row_by_row(), true), course("undo row by row", row_by_row(), false),
                          course("run with a step that nothing proves", doubtful(), true, true),
                          course("undo with a step that nothing proves", doubtful(), false, true)}) {
    World world;
    const auto tally = suffered(world, way, 1);
    CHECK_MESSAGE(tally.bad.empty(), way.name << ": " << some(tally.bad));
    MESSAGE(way.name << ": " << tally.runs << " runs, " << tally.doubts << " in doubt");
  }
}

TEST_CASE("what holds at its moment of the plan is not asked again") {
  World world;
  for (const bool passing : {true, false}) {
    auto look = verify_step("nothing is logged", "select count(*) from log", "0");
    std::get<plan::Verify>(look.forward.action).passing = passing;
    const auto plans = PlanMaker(base).on("fake").add(look).add(by_post("then")).make();
    REQUIRE(world.go(plans, true).exit_code == 0);
    CHECK(world.verify().exit_code == (passing ? 0 : 3));
    REQUIRE(world.go(plans, false).exit_code == 0);
  }
}

TEST_CASE("what a server brings row by row is waited for as long as the plan says, and no longer") {
  World world;
  auto rows = for_each_row("never", false);
  std::get<plan::ForEach>(rows.forward.action).statements.clear();
  rows.forward.timeouts.deadline_ms = 30'000;
  const auto plans = PlanMaker(base).on("fake").add(rows).make();
  const auto began = world.clock.milliseconds();
  const auto late = world.go(plans, true);
  CHECK(late.exit_code == 3);
  CHECK(late.targets.front().text.find("it is not done in time [E0629], after 30 s: it does not hold that never 1 is "
                                       "logged once") != std::string::npos);
  CHECK(world.clock.milliseconds() - began < 31'000);
  const auto told = world.kept.all<journal::StepProgressed>();
  CHECK(std::ranges::any_of(told, [](const auto& event) { return event.phase.find("never 1") != std::string::npos; }));
  for (const auto* line : {"never 1", "never 2", "never 3"})
    world.server.script("insert into log values ('" + std::string(line) + "')");
  CHECK(world.go(plans, true).exit_code == 0);
}

TEST_CASE("what a wait waits for comes, or there is no hope, or the time is up") {
  World world;
  auto never = wait_for("never");
  auto& wait = std::get<plan::Wait>(never.forward.action);
  SUBCASE("it comes") {
    world.clock.on_pause = [&](std::int64_t) { world.server.script("insert into log values ('never')"); };
    const auto result = world.go(PlanMaker(base).on("fake").add(never).make(), true);
    CHECK_MESSAGE(result.exit_code == 0, report::render(result, report::Format::text));
  }
  SUBCASE("the time is up, and who runs it again waits anew") {
    const auto plans = PlanMaker(base).on("fake").add(never).make();
    const auto late = world.go(plans, true);
    CHECK(late.exit_code == 3);
    CHECK(late.targets.front().text.find(
              "it is not done in time [E0629], after 1 s: it does not hold that never is logged") != std::string::npos);
    world.server.script("insert into log values ('never')");
    CHECK(world.go(plans, true).exit_code == 0);
  }
  SUBCASE("there is no hope: what gives up is sent once the patience is over, and the reason is told") {
    wait.going = check("the mutation goes on", "select count(*) from log where x = 'stuck'", "0");
    wait.patience_ms = 500;
    wait.deadline_ms = 60'000;
    wait.give_up = {"insert into log values ('killed')"};
    const auto plans = PlanMaker(base).on("fake").add(never).make();
    world.server.script("insert into log values ('stuck')");
    const auto result = world.go(plans, true);
    CHECK(result.exit_code == 3);
    CHECK(result.targets.front().text.find("it does not hold that the mutation goes on") != std::string::npos);
    CHECK(world.server.rows(count_of("killed")) == std::vector<std::string>{"1"});
    world.server.script("delete from log where x in ('stuck', 'killed')");
    world.server.script("insert into log values ('never')");
    CHECK(world.go(plans, true).exit_code == 0);
  }
}

TEST_CASE("what stands in the way of a step and ends by itself is waited for as long as its check says") {
  World world;
  auto step = by_post("done");
  auto free = check("nothing is under way", "select count(*) from log where x = 'stuck'", "0");
  free.patience_ms = 5'000;
  MadeStep look = verify_step("nothing is under way", "select count(*) from log where x = 'stuck'", "0");
  SUBCASE("before a step") { step.forward.pre.push_back(free); }
  SUBCASE("asked by a step of its own") { std::get<plan::Verify>(look.forward.action).check = free; }
  const bool by_itself = std::get<plan::Verify>(look.forward.action).check.patience_ms.has_value();
  PlanMaker maker(base);
  maker.on("fake");
  const auto plans = (by_itself ? maker.add(look).add(step) : maker.add(step)).make();
  world.server.script("insert into log values ('stuck')");
  const auto began = world.clock.milliseconds();
  const auto late = world.go(plans, true);
  CHECK(late.exit_code == 3);
  CHECK(late.targets.front().text.find("it does not hold that nothing is under way") != std::string::npos);
  CHECK(world.clock.milliseconds() - began >= 5'000);
  CHECK(world.clock.milliseconds() - began < 6'000);
  CHECK(world.server.rows(count_of("done")) == std::vector<std::string>{"0"});
  world.clock.on_pause = [&](std::int64_t) { world.server.script("delete from log where x = 'stuck'"); };
  const auto result = world.go(plans, true);
  CHECK_MESSAGE(result.exit_code == 0, report::render(result, report::Format::text));
  CHECK(world.server.rows(count_of("done")) == std::vector<std::string>{"1"});
}

TEST_CASE("rows that never settle end the step with the reason, and the next run goes on with them") {
  World world;
  auto made = for_each_row("again", false);
  auto& each = std::get<plan::ForEach>(made.forward.action);
  const auto statements = each.statements;
  each.statements.push_back("delete from log where x = 'again 2' and exists (select 1 from log where x = 'held')");
  const auto plans = PlanMaker(base).on("fake").add(made).make();
  world.server.script("insert into log values ('held')");
  const auto result = world.go(plans, true);
  CHECK(result.exit_code == 3);
  CHECK(result.targets.front().text.find("it does not hold that again 2 is logged once") != std::string::npos);
  CHECK(world.server.rows(count_of("again 3")) == std::vector<std::string>{"1"});
  world.server.script("delete from log where x = 'held'");
  CHECK(world.go(plans, true).exit_code == 0);
}

TEST_CASE("two mishaps deep: during the way there and during the way on") {
  const auto began = std::chrono::steady_clock::now();
  long runs = 0;
  for (const auto& way : {course("run", provable(), true), course("undo", provable(), false),
                          course("run neighbours", neighbours(), true),
                          course("run with a step that nothing proves", doubtful(), true, true)}) {
    World world;
    constexpr long stride = 2;  // the first at every other event: which second one meets it is drawn anyway
    const auto tally = suffered(world, way, 2, stride);
    CHECK_MESSAGE(tally.bad.empty(), way.name << ": " << some(tally.bad));
    runs += tally.runs;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  MESSAGE(runs << " runs in " << took.count() << " s");
}

TEST_CASE("UND-1: turned round at every event, twice, it ends at the base or at the end") {
  const auto there = course("run", provable(), true);
  World world;
  const long events = events_of(world, there);
  for (long at = 1; at <= events; at += 2)
    for (const long late : {0L, 40L, -1L}) {
      world.server.back_to_base();
      Mischief first{.what = Mishap::dies, .at = at, .late = late};
      world.suffer(there.plans, true, first);
      // Back, interrupted, forward again, interrupted, back to the base.
      Mischief second{.what = Mishap::dies, .at = at / 2, .late = late};
      world.suffer(there.plans, false, second);
      Mischief third{.what = Mishap::answer_lost, .at = at / 3, .late = late};
      world.suffer(there.plans, true, third);
      auto result = world.go(there.plans, false);
      for (int tries = 0; tries < 3 && result.exit_code != 0; ++tries) result = world.go(there.plans, false);
      CHECK_MESSAGE(result.exit_code == 0, word(first) << report::render(result, report::Format::text));
      CHECK_MESSAGE(world.server.dump() == there.start, word(first) << ": " << world.server.dump());
      result = world.go(there.plans, true);
      CHECK_MESSAGE(with_generations_hidden(world.server.dump()) == there.end, word(first) << world.server.dump());
    }
}

TEST_CASE("LED-6: run, undo, run does everything once more, and the chain of its history verifies") {
  World world;
  const auto plans = provable();
  REQUIRE(world.go(plans, true).exit_code == 0);
  const auto end = with_generations_hidden(world.server.dump());
  REQUIRE(world.go(plans, false).exit_code == 0);
  REQUIRE(world.go(plans, true).exit_code == 0);
  CHECK(with_generations_hidden(world.server.dump()) == end);
  CHECK(world.verify().exit_code == 0);
}

TEST_CASE("MRK-3: half way through one plan another one is refused, and says which and since when") {
  World world;
  const auto plans = provable();
  Mischief first{.what = Mishap::dies, .at = events_of(world, course("run", plans, true)) / 2, .late = -1};
  world.server.back_to_base();
  world.suffer(plans, true, first);
  const auto before = world.server.dump();
  const auto result = world.go(another(), true);
  CHECK(result.exit_code == executor::exit_code::waiting);
  CHECK(result.targets.front().verdict == executor::Verdict::under_way);
  CHECK(world.server.dump() == before);
}

TEST_CASE("a server at work for a dead runner: nothing is sent without --take-over, and status says so") {
  World world;
  const auto plans = doubtful();
  // In flight: the statement that nothing proves.
  long at = 0;
  for (long event = 1; at == 0; ++event) {
    world.server.back_to_base();
    Mischief probe{.what = Mishap::dies, .at = event, .late = -1};
    world.suffer(plans, true, probe);
    REQUIRE(probe.done);
    if (probe.where.starts_with("sent: update counter")) at = event;
  }
  const auto before = world.server.dump();
  Mischief none;
  auto result = world.go(plans, true, none, false);
  CHECK(result.exit_code == executor::exit_code::held);
  CHECK(result.targets.front().next.command.find("--take-over") != std::string::npos);
  CHECK(world.server.dump() == before);
  const auto status = world.status();
  CHECK(status.exit_code == executor::exit_code::held);
  CHECK(status.text.find("the server may still be at work for the runner that is gone (pid 1 on host, tester)") !=
        std::string::npos);
  CHECK(status.next.command == "dmc run --on shop=fake:server --take-over");
  result = world.go(plans, true);
  CHECK(result.targets.front().outcome == "in doubt");
  CHECK(world.status().exit_code == executor::exit_code::failed);
}
