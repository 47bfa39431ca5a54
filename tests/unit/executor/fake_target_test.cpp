// The protocol on a server without transactions that may execute late what was sent to it: every Session event, every
// mishap, two deep, forward and back; and each guard taken out once, to show that it is missed (runtime.md §8).
#include <chrono>
#include <functional>
#include <span>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "runtime/report/report.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/fault_session.hpp"
#include "tests/support/plan_maker.hpp"
#include "tests/support/small_world.hpp"

using namespace dmc;
using namespace dmc::tests;
using executor::Options;

namespace {

const std::vector<std::string> base{"create table log (x text not null)",
                                    "create table counter (id integer primary key, n integer not null)",
                                    "insert into counter values (1, 0)"};

MadeStep outside(MadeStep made, plan::ExactlyOnce by) {
  for (auto* step : {&made.forward, made.reverse ? &*made.reverse : nullptr}) {
    if (!step) continue;
    std::get<plan::RunSql>(step->action).in_transaction = false;
    step->exactly_once_by = by;
    step->timeouts.retries = 0;
  }
  return made;
}

std::string count_of(const std::string& word) { return "select count(*) from log where x = '" + word + "'"; }

/// Adds a line to the log: twice would be seen.
MadeStep by_post(const std::string& word) {
  auto made = outside(sql_step("log " + word, {"insert into log values ('" + word + "')"},
                               {"delete from log where x = '" + word + "'"}),
                      plan::ExactlyOnce::post);
  made.scratch = std::vector<std::string>{};
  const auto none = check(word + " is not logged", count_of(word), "0");
  const auto one = check(word + " is logged once", count_of(word), "1");
  made.forward.pre = made.reverse->post = {none};
  made.forward.post = made.reverse->pre = {one};
  return made;
}

/// The line is known by the token alone.
MadeStep by_token(const std::string& word) {
  auto made = by_post(word);
  const std::string value = word + " {dmc_token}";
  made.forward.exactly_once_by = plan::ExactlyOnce::token;
  std::get<plan::RunSql>(made.forward.action).statements = {"insert into log values ('" + value + "')"};
  made.forward.pre.clear();
  made.forward.post = {check("its token is logged", count_of(value), "1")};
  const auto like = "select count(*) from log where x like '" + word + " dmc:%'";
  std::get<plan::RunSql>(made.reverse->action).statements = {"delete from log where x like '" + word + " dmc:%'"};
  made.reverse->pre = {check("it is logged", like, "1")};
  made.reverse->post = {check("it is not logged", like, "0")};
  return made;
}

/// Nothing tells whether it acted.
MadeStep by_nothing() {
  auto made = outside(sql_step("count", {"update counter set n = n + 1"}, {"update counter set n = n - 1"}),
                      plan::ExactlyOnce::none);
  made.scratch = std::vector<std::string>{};
  return made;
}

MadeStep new_table() {
  auto made =
      outside(sql_step("add extra", {"create table extra (n integer)"}, {"drop table extra"}), plan::ExactlyOnce::post);
  const std::string query = "select count(*) from sqlite_schema where name = 'extra'";
  const auto none = check("there is no extra", query, "0");
  const auto one = check("there is extra", query, "1");
  made.forward.pre = made.reverse->post = {none};
  made.forward.post = made.reverse->pre = {one};
  return made;
}

executor::PlanPair provable() {
  PlanMaker maker(base);
  maker.on("fake").add(by_post("first")).add(new_table()).add(by_token("second"));
  maker.add(verify_step("the first is there", count_of("first"), "1"));
  maker.add(gate_step("go on")).add(by_post("third"));
  return maker.make();
}

executor::PlanPair doubtful() {
  PlanMaker maker(base);
  return maker.on("fake").add(by_post("first")).add(by_nothing()).add(by_post("third")).make();
}

executor::PlanPair another() {
  PlanMaker maker(base);
  return maker.on("fake").numbered(2).add(by_post("other")).make();
}

struct World {
  FakeServer server{base};
  dialects::Dialects dialects = fake_server_dialects();
  StillClock clock;
  Kept kept;

  static executor::TargetAddress target() { return {"shop", {"fake", "server"}}; }

  template <class Act>
  auto with(Mischief& mischief, Act act) {
    FakeConnector connector(server, mischief);
    session::Stop stop;
    kept.events.clear();
    executor::Environment environment{connector,     dialects, clock, kept, stop, {1, "host", "tester", "dmc", ""},
                                      fake_keeper_of};
    return act(environment);
  }
  World() {
    Mischief none;
    const auto plans = provable();
    const auto adopted = with(none, [&](executor::Environment& environment) {
      return executor::adopt({"tests", "shop", plans.forward.plan.databases.front().from, "0"}, target(), environment);
    });
    REQUIRE_MESSAGE(adopted.exit_code == 0, adopted.text);
    server.remember_as_base();
  }

  executor::RunResult go(const executor::PlanPair& plans, bool forward, Mischief& mischief, bool take_over = true) {
    return with(mischief, [&](executor::Environment& environment) {
      const Options options{.show_data = false,
                            .take_over = take_over,
                            .through = forward ? gates(plans) : std::vector<std::string>{},
                            .lossy = forward ? std::vector<std::string>{} : std::vector<std::string>{"all"},
                            .confirm = {}};
      return forward ? executor::run(plans, {target()}, options, environment)
                     : executor::undo(plans, {target()}, options, environment);
    });
  }
  executor::RunResult go(const executor::PlanPair& plans, bool forward) {
    Mischief none;
    return go(plans, forward, none);
  }
  executor::TargetStatus status() {
    Mischief none;
    return with(none, [&](executor::Environment& environment) {
      return executor::status({target()}, environment).targets.front();
    });
  }
  executor::TargetVerification verify() {
    Mischief none;
    return with(none, [&](executor::Environment& environment) {
      return executor::verify({target()}, environment).targets.front();
    });
  }
  /// One run in the world as it is, with one mishap; what comes out of a dead runner is nothing.
  void suffer(const executor::PlanPair& plans, bool forward, Mischief& mischief) {
    mischief.meanwhile = [&] {
      // Late statements of the frozen runner come before, between and behind those of the other one.
      go(plans, forward);
    };
    try {
      go(plans, forward, mischief);
    } catch (const RunnerDied&) {
    }
  }

  static std::vector<std::string> gates(const executor::PlanPair& plans) {
    std::vector<std::string> texts;
    for (const auto& step : plans.forward.plan.steps)
      if (const auto* gate = std::get_if<plan::Gate>(&step.action)) texts.push_back(gate->text);
    return texts;
  }
};

/// A way through the protocol, and what must be there at its end.
struct Course {
  std::string name;
  executor::PlanPair plans;
  bool forward;
  bool may_doubt;  ///< a step that nothing proves is in it
  std::string start;
  std::string end;
};

std::string with_generations_hidden(std::string text) {
  for (auto at = text.find("dmc:"); at != std::string::npos; at = text.find("dmc:", at + 1)) {
    const auto colon = text.find(':', at + 4);
    text.replace(at + 4, colon - at - 4, "G");
  }
  return text;
}

/// The sentence that says what went wrong; empty when the world ended as it must.
std::string judged(World& world, const Course& course, const executor::RunResult& result) {
  const auto dump = with_generations_hidden(world.server.dump());
  const auto& target = result.targets.front();
  if (result.exit_code == 0) {
    if (dump != course.end) return "another end:\n" + dump;
    return "";
  }
  if (!course.may_doubt || target.outcome != "in doubt")
    return "it ended with exit " + std::to_string(result.exit_code) + ": " + target.text;
  // In doubt: done once or not at all, never twice, and nothing behind it.
  const auto counted = world.server.rows("select n from counter").front();
  if (counted != "0" && counted != "1") return "in doubt, but done " + counted + " times";
  return "";
}

/// Runs until nothing moves any more.
executor::RunResult to_the_end(World& world, const Course& course) {
  executor::RunResult result;
  for (int tries = 0; tries < 4; ++tries) {
    result = world.go(course.plans, course.forward);
    if (result.exit_code == 0 || result.targets.front().outcome == "in doubt") break;
  }
  return result;
}

struct Tally {
  long runs = 0;
  long doubts = 0;
  std::vector<std::string> bad;
};

void bring_to_start(World& world, const Course& course) {
  world.server.back_to_base();
  if (!course.forward) {
    const auto result = world.go(course.plans, true);
    REQUIRE_MESSAGE(result.exit_code == 0, report::render(result, report::Format::text));
  }
}

long events_of(World& world, const Course& course) {
  bring_to_start(world, course);
  Mischief count;
  const auto result = world.go(course.plans, course.forward, count);
  REQUIRE_MESSAGE(result.exit_code == 0, report::render(result, report::Format::text));
  return count.events;
}

std::string word(const Mischief& mischief) {
  static constexpr std::string_view words[] = {"none",        "dies",       "answer lost",
                                               "server dies", "taken over", "time travel"};
  return fmt::format("{} at {} (late {}, {})", words[static_cast<int>(mischief.what)], mischief.at, mischief.late,
                     mischief.where);
}

struct Kind {
  Mishap what;
  long late;
};
/// Late by so many events: at once, while the next runner looks, while it acts, never.
constexpr Kind kinds[] = {{Mishap::dies, 0},        {Mishap::dies, 20},       {Mishap::dies, 90},
                          {Mishap::dies, -1},       {Mishap::answer_lost, 0}, {Mishap::answer_lost, 60},
                          {Mishap::server_dies, 0}, {Mishap::taken_over, 0},  {Mishap::taken_over, 60},
                          {Mishap::taken_over, -1}, {Mishap::time_travel, 1}, {Mishap::time_travel, 7}};

/// `deep` 1: every event, every other kind by turns. 2: behind each, a second one at a place that a fixed sequence
/// draws.
Tally suffered(World& world, const Course& course, int deep, long stride = 1, std::span<const Kind> these = kinds) {
  Tally tally;
  const long events = events_of(world, course);
  std::uint64_t drawn = 0x9e3779b97f4a7c15U;
  const auto draw = [&](std::uint64_t below) {
    drawn ^= drawn << 13U;
    drawn ^= drawn >> 7U;
    drawn ^= drawn << 17U;
    return drawn % below;
  };
  for (long at = 1; at <= events; at += stride)
    for (std::size_t which = static_cast<std::size_t>(at) % 2; which < these.size(); which += 2) {
      const auto& kind = these[which];
      bring_to_start(world, course);
      Mischief first{.what = kind.what, .at = at, .late = kind.late};
      world.suffer(course.plans, course.forward, first);
      Mischief second;
      if (deep > 1) {
        const auto& more = kinds[draw(std::size(kinds))];
        second = {.what = more.what,
                  .at = 1 + static_cast<long>(draw(static_cast<std::uint64_t>(events))),
                  .late = more.late};
        world.suffer(course.plans, course.forward, second);
      }
      const auto result = to_the_end(world, course);
      ++tally.runs;
      if (result.exit_code != 0) ++tally.doubts;
      auto wrong = judged(world, course, result);
      if (wrong.empty() && result.exit_code == 0 && tally.runs % 16 == 0)
        if (const auto verified = world.verify(); verified.exit_code != 0)
          wrong = "the history or a check does not verify: " + verified.text;
      if (!wrong.empty()) tally.bad.push_back(word(first) + (deep > 1 ? ", then " + word(second) : "") + ": " + wrong);
    }
  return tally;
}

Course course(const std::string& name, executor::PlanPair plans, bool forward, bool may_doubt = false) {
  World world;
  const auto start = world.server.dump();
  const auto there = world.go(plans, true);
  REQUIRE_MESSAGE(there.exit_code == 0, report::render(there, report::Format::text));
  const auto end = with_generations_hidden(world.server.dump());
  return {name, std::move(plans), forward, may_doubt, start, forward ? end : start};
}

std::string some(const std::vector<std::string>& bad) {
  std::string text = fmt::format("{} bad\n", bad.size());
  for (std::size_t i = 0; i < std::min<std::size_t>(bad.size(), 3); ++i) text += bad[i] + "\n";
  return text;
}

}  // namespace

TEST_CASE("LED-2 LED-4 LED-5 LED-6 MRK-2 LCK-1 UND-1: one mishap at every event of a server without transactions") {
  for (const auto& way : {course("run", provable(), true), course("undo", provable(), false),
                          course("run with a step that nothing proves", doubtful(), true, true),
                          course("undo with a step that nothing proves", doubtful(), false, true)}) {
    World world;
    const auto tally = suffered(world, way, 1);
    CHECK_MESSAGE(tally.bad.empty(), way.name << ": " << some(tally.bad));
    MESSAGE(way.name << ": " << tally.runs << " runs, " << tally.doubts << " in doubt");
  }
}

TEST_CASE("two mishaps deep: during the way there and during the way on") {
  const auto began = std::chrono::steady_clock::now();
  long runs = 0;
  for (const auto& way : {course("run", provable(), true), course("undo", provable(), false),
                          course("run with a step that nothing proves", doubtful(), true, true)}) {
    World world;
    const auto tally = suffered(world, way, 2);
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
  result = world.go(plans, true);
  CHECK(result.targets.front().outcome == "in doubt");
  CHECK(world.status().exit_code == executor::exit_code::failed);
}

namespace {

/// Sets a guard aside for as long as it lives.
class Without {
 public:
  explicit Without(Mutant which) { mutant = which; }
  ~Without() {
    mutant = Mutant::none;
    epoch_guard = true;
  }
  Without(const Without&) = delete;
  Without& operator=(const Without&) = delete;
};

/// How often another runner that takes over in the middle makes the world end otherwise than it must.
std::size_t bad_takeovers(bool fence, bool epochs) {
  const auto way = course("run", provable(), true);
  World world;
  world.server.fence = fence;
  epoch_guard = epochs;
  constexpr Kind takeovers[] = {{Mishap::taken_over, 0}, {Mishap::taken_over, 60}, {Mishap::taken_over, -1}};
  const auto tally = suffered(world, way, 1, 1, takeovers);
  MESSAGE(tally.bad.size() << " bad of " << tally.runs);
  return tally.bad.size();
}

}  // namespace

TEST_CASE("mutant: sessions that a takeover does not end") {
  const Without none(Mutant::none);
  CHECK(bad_takeovers(true, true) == 0);
  CHECK(bad_takeovers(false, true) > 0);
}

TEST_CASE("LED-6: rows of another generation never satisfy a step, and without generations they do") {
  // There by one plan, back by another, there again by the first: its rows of the first time still say done.
  PlanMaker one(base), two({base[0], base[1], base[2], "create table extra (n integer)"});
  const auto there = one.on("fake").add(by_post("first")).add(new_table()).make();
  auto drop = new_table(), forget = by_post("first");
  std::swap(drop.forward, *drop.reverse);
  std::swap(forget.forward, *forget.reverse);
  const auto back = two.on("fake").numbered(2).add(drop).add(forget).make();
  const auto both_ways = [&] {
    World world;
    REQUIRE(world.go(there, true).exit_code == 0);
    const auto end = world.server.dump();
    if (world.go(back, true).exit_code != 0) return false;
    return world.go(there, true).exit_code == 0 && world.server.dump() == end;
  };
  CHECK(both_ways());
  const Without generation(Mutant::no_generation);
  CHECK_FALSE(both_ways());
}

TEST_CASE("mutant: a marker that does not say moving") {
  const auto plans = provable();
  World world;
  Mischief first{.what = Mishap::dies, .at = events_of(world, course("run", plans, true)) / 2, .late = -1};
  world.server.back_to_base();
  world.suffer(plans, true, first);
  const Without moving(Mutant::no_moving);
  const auto result = world.go(another(), true);
  // The true diagnosis is gone: it is told as drift, or runs on what is half applied.
  CHECK(result.targets.front().verdict != executor::Verdict::under_way);
}

TEST_CASE("mutant: the guarded update of a step taken out, with nothing else left in its place") {
  std::size_t with_guard = 0, without_guard = 0;
  {
    const Without rest(Mutant::none);
    with_guard = bad_takeovers(false, false);
  }
  {
    const Without guard(Mutant::no_guarded_update);
    without_guard = bad_takeovers(false, false);
  }
  CHECK(without_guard > with_guard);
}

TEST_CASE("mutant: undo without settling first what is intended") {
  const auto there = course("run", provable(), true);
  const auto bad = [&] {
    World world;
    std::size_t bad = 0;
    const long events = events_of(world, there);
    for (long at = 1; at <= events; ++at) {
      world.server.back_to_base();
      Mischief first{.what = Mishap::dies, .at = at, .late = 0};
      world.suffer(there.plans, true, first);
      const auto result = world.go(there.plans, false);
      if (result.exit_code != 0 || world.server.dump() != there.start) ++bad;
    }
    return bad;
  };
  CHECK(bad() == 0);
  const Without settle(Mutant::no_settle);
  CHECK(bad() > 0);
}
