// Plans for a server without transactions, the ways through them, and every mishap on these ways.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "runtime/report/report.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/fault_session.hpp"
#include "tests/support/plan_maker.hpp"
#include "tests/support/small_world.hpp"

namespace dmc::tests::fake {

using executor::Options;

inline const std::vector<std::string> base{"create table log (x text not null)",
                                           "create table counter (id integer primary key, n integer not null)",
                                           "insert into counter values (1, 0)"};

inline MadeStep outside(MadeStep made, plan::ExactlyOnce by) {
  for (auto* step : {&made.forward, made.reverse ? &*made.reverse : nullptr}) {
    if (!step) continue;
    std::get<plan::RunSql>(step->action).in_transaction = false;
    step->exactly_once_by = by;
    step->timeouts.retries = 0;
  }
  return made;
}

inline std::string count_of(const std::string& word) { return "select count(*) from log where x = '" + word + "'"; }

/// Adds a line to the log: twice would be seen.
inline MadeStep by_post(const std::string& word) {
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
inline MadeStep by_token(const std::string& word) {
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
inline MadeStep by_nothing() {
  auto made = outside(sql_step("count", {"update counter set n = n + 1"}, {"update counter set n = n - 1"}),
                      plan::ExactlyOnce::none);
  made.scratch = std::vector<std::string>{};
  return made;
}

inline MadeStep new_table() {
  auto made =
      outside(sql_step("add extra", {"create table extra (n integer)"}, {"drop table extra"}), plan::ExactlyOnce::post);
  const std::string query = "select count(*) from sqlite_schema where name = 'extra'";
  const auto none = check("there is no extra", query, "0");
  const auto one = check("there is extra", query, "1");
  made.forward.pre = made.reverse->post = {none};
  made.forward.post = made.reverse->pre = {one};
  return made;
}

/// A line for each row of a question; with `fresh`, its statement may be sent once only.
inline MadeStep for_each_row(const std::string& word, bool once_only) {
  auto made = by_post(word);
  plan::ForEach each;
  each.what = "number";
  each.rows = "select '1' union all select '2' union all select '3' order by 1";
  const auto line = word + " {row}";
  each.statements = {"insert into log select '" + line + "'" +
                     (once_only ? "" : " where not exists (select 1 from log where x = '" + line + "')")};
  each.settled = check(line + " is logged once", count_of(line), "1");
  if (once_only) {
    each.fresh = check(line + " is not logged", count_of(line), "0");
    each.clean = {"delete from log where x = '" + line + "'"};
  }
  made.forward.action = each;
  made.forward.exactly_once_by = plan::ExactlyOnce::repeat;
  const auto like = "select count(*) from log where x like '" + word + " %'";
  made.forward.pre.clear();
  made.forward.post = {check("all three are logged", like, "3")};
  std::get<plan::RunSql>(made.reverse->action).statements = {"delete from log where x like '" + word + " %'"};
  made.reverse->pre = {check("all three are logged", like, "3")};
  made.reverse->post = {check("none is logged", like, "0")};
  return made;
}

/// Waits for a line; on the way back for nothing.
inline MadeStep wait_for(const std::string& word) {
  MadeStep made = verify_step(word + " is logged", count_of(word), "1");
  plan::Wait wait;
  wait.until = check(word + " is logged", count_of(word), "1");
  wait.deadline_ms = 1'000;
  made.forward.action = wait;
  made.forward.exactly_once_by = plan::ExactlyOnce::repeat;
  return made;
}

inline executor::PlanPair row_by_row() {
  PlanMaker maker(base);
  maker.on("fake").add(by_post("first")).add(for_each_row("again", false)).add(wait_for("again 2"));
  return maker.add(for_each_row("once", true)).add(by_post("last")).make();
}

inline executor::PlanPair provable() {
  PlanMaker maker(base);
  maker.on("fake").add(by_post("first")).add(new_table()).add(by_token("second"));
  maker.add(verify_step("the first is there", count_of("first"), "1"));
  maker.add(gate_step("go on")).add(by_post("third"));
  return maker.make();
}

/// As a change of the catalog, on an object of its own.
inline MadeStep on_object(const std::string& object, MadeStep made) {
  made.forward.locks = made.reverse->locks = {{object, "alter", "catalog"}};
  made.forward.unclaimed = made.reverse->unclaimed = false;
  return made;
}

/// A step like `by_post` whose checks only ask whether there are rows.
inline MadeStep by_rows(const std::string& word) {
  auto made = by_post(word);
  const std::string query = "select 1 from log where x = '" + word + "'";
  auto none = check(word + " is not logged", query, "");
  none.comparison = plan::Comparison::is_empty;
  auto one = check(word + " is logged", query, "");
  one.comparison = plan::Comparison::is_not_empty;
  none.value = one.value = std::nullopt;
  made.forward.pre = made.reverse->post = {none};
  made.forward.post = made.reverse->pre = {one};
  return on_object("line " + word, std::move(made));
}

/// Steps on objects of their own, which are recorded together, and one that comes back to the first object.
inline executor::PlanPair neighbours() {
  PlanMaker maker(base);
  maker.on("fake").add(by_rows("a")).add(on_object("line b", by_post("b"))).add(by_rows("c"));
  return maker.add(on_object("line a", by_post("d"))).add(by_rows("e")).add(by_post("f")).make();
}

inline executor::PlanPair doubtful() {
  PlanMaker maker(base);
  return maker.on("fake").add(by_post("first")).add(by_nothing()).add(by_post("third")).make();
}

inline executor::PlanPair another() {
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

inline std::string with_generations_hidden(std::string text) {
  for (auto at = text.find("dmc:"); at != std::string::npos; at = text.find("dmc:", at + 1)) {
    const auto colon = text.find(':', at + 4);
    text.replace(at + 4, colon - at - 4, "G");
  }
  return text;
}

/// The sentence that says what went wrong; empty when the world ended as it must.
inline std::string judged(World& world, const Course& course, const executor::RunResult& result) {
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
inline executor::RunResult to_the_end(World& world, const Course& course) {
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

inline void bring_to_start(World& world, const Course& course) {
  world.server.back_to_base();
  if (!course.forward) {
    const auto result = world.go(course.plans, true);
    REQUIRE_MESSAGE(result.exit_code == 0, report::render(result, report::Format::text));
  }
}

inline long events_of(World& world, const Course& course) {
  bring_to_start(world, course);
  Mischief count;
  const auto result = world.go(course.plans, course.forward, count);
  REQUIRE_MESSAGE(result.exit_code == 0, report::render(result, report::Format::text));
  return count.events;
}

inline std::string word(const Mischief& mischief) {
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
inline constexpr Kind kinds[] = {{Mishap::dies, 0},        {Mishap::dies, 20},       {Mishap::dies, 90},
                                 {Mishap::dies, -1},       {Mishap::answer_lost, 0}, {Mishap::answer_lost, 60},
                                 {Mishap::server_dies, 0}, {Mishap::taken_over, 0},  {Mishap::taken_over, 60},
                                 {Mishap::taken_over, -1}, {Mishap::time_travel, 1}, {Mishap::time_travel, 7}};

/// `deep` 1: every event, every other kind by turns. 2: behind each, a second one at a place that a fixed sequence
/// draws.
inline Tally suffered(World& world, const Course& course, int deep, long stride = 1,
                      std::span<const Kind> these = kinds) {
  Tally tally;
  const long events = events_of(world, course);
  bring_to_start(world, course);
  world.server.keep();
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
      world.server.back_to_kept();
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

inline Course course(const std::string& name, executor::PlanPair plans, bool forward, bool may_doubt = false) {
  World world;
  const auto start = world.server.dump();
  const auto there = world.go(plans, true);
  REQUIRE_MESSAGE(there.exit_code == 0, report::render(there, report::Format::text));
  const auto end = with_generations_hidden(world.server.dump());
  return {name, std::move(plans), forward, may_doubt, start, forward ? end : start};
}

inline std::string some(const std::vector<std::string>& bad) {
  std::string text = fmt::format("{} bad\n", bad.size());
  for (std::size_t i = 0; i < std::min<std::size_t>(bad.size(), 3); ++i) text += bad[i] + "\n";
  return text;
}

}  // namespace dmc::tests::fake
