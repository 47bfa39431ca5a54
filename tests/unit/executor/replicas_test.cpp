// Two replicas of one shard: what one does to `log` comes to the other. One of them acts, whatever happens on the way,
// and a host that cannot be asked keeps its shard from what nobody could tell afterwards.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <type_traits>

#include <doctest/doctest.h>

#include "tests/support/fake_world.hpp"

using namespace dmc;
using namespace dmc::tests;
using namespace dmc::tests::fake;

namespace {

MadeStep on_one(MadeStep made) {
  for (auto* step : {&made.forward, &*made.reverse})
    step->one_replica = plan::OneReplica{
        {check("log is there", "select count(*) from sqlite_schema where name = 'log'", "1")}, "select 0", 5'000};
  return made;
}

MadeStep new_column() {
  auto made = outside(sql_step("add y", {"alter table log add column y text"}, {"alter table log drop column y"}),
                      plan::ExactlyOnce::post);
  const std::string query = "select count(*) from pragma_table_info('log') where name = 'y'";
  const auto none = check("there is no y", query, "0"), one = check("there is y", query, "1");
  made.forward.pre = made.reverse->post = {none};
  made.forward.post = made.reverse->pre = {one};
  made.forward.object = made.reverse->object = "table log";
  return made;
}

executor::PlanPair replicated() {
  PlanMaker maker(base);
  maker.on("fake").add(on_one(by_post("first"))).add(new_table()).add(on_one(by_token("second")));
  return maker.add(on_one(new_column())).make();
}

MadeStep while_all_are_known(MadeStep made) {
  made.forward.all_known = made.reverse->all_known = true;
  return made;
}

executor::PlanPair taken_together() {
  PlanMaker maker(base);
  return maker.on("fake").add(on_one(by_post("first"))).add(while_all_are_known(new_table())).make();
}

/// The server takes it at once, and does it when the test says.
executor::PlanPair done_in_its_own_time() {
  auto slow = on_one(by_post("slow"));
  std::get<plan::RunSql>(slow.forward.action).statements = {"insert into log values ('asked')"};
  PlanMaker maker(base);
  return maker.on("fake").add(slow).add(new_table()).make();
}

class Shard : public session::Connector {
 public:
  Shard() {
    for (std::size_t i = 0; i < servers.size(); ++i) {
      servers[i].uuid = i == 0 ? "server-a" : "server-b";
      const auto plans = replicated();
      const auto adopted = with([&](executor::Environment& environment) {
        return executor::adopt({"tests", "shop", plans.forward.plan.databases.front().from, "0"}, targets()[i],
                               environment);
      });
      REQUIRE_MESSAGE(adopted.exit_code == 0, adopted.text);
      servers[i].remember_as_base();
      servers[i].passes_on = [this, i](const std::string& sql) {
        for (const auto* word : {"insert into log", "delete from log", "alter table log"})
          if (!passing && sql.starts_with(word)) {
            passing = true;
            servers[1 - i].script(sql);
            passing = false;
          }
      };
    }
  }

  static std::vector<executor::TargetAddress> targets() {
    return {{"shop", {"fake", "a"}, "", "s1/a"}, {"shop", {"fake", "b"}, "", "s1/b"}};
  }
  std::unique_ptr<session::Session> open(const session::Url& url, session::Missing missing, session::Access access,
                                         session::Lock* lock) override {
    const std::size_t which = url.location == "a" ? 0 : 1;
    if (away == static_cast<int>(which)) throw session::SessionError("nobody answers");
    return FakeConnector(servers[which], mischief).open(url, missing, access, lock);
  }
  std::unique_ptr<session::Lock> lock(const session::Url& url, const session::Holder&, session::Held) override {
    if (away == (url.location == "a" ? 0 : 1)) throw session::SessionError("nobody answers");
    return std::make_unique<session::Lock>();
  }
  session::Holder holder(const session::Url&) override { return {}; }

  template <class Act>
  std::invoke_result_t<Act, executor::Environment&> with(Act act) {
    session::Stop stop;
    executor::Environment environment{*this,         dialects, clock, kept, stop, {1, "host", "tester", "dmc", ""},
                                      fake_keeper_of};
    return act(environment);
  }
  executor::RunResult go(bool forward) {
    return with([&](executor::Environment& environment) {
      const Options options{.show_data = false,
                            .take_over = true,
                            .through = {},
                            .lossy = forward ? std::vector<std::string>{} : std::vector<std::string>{"all"},
                            .confirm = {}};
      return forward ? executor::run(plans, targets(), options, environment)
                     : executor::undo(plans, targets(), options, environment);
    });
  }
  void suffer(bool forward, Mishap what, long at, long late) {
    mischief = {.what = what, .at = at, .late = late};
    mischief.meanwhile = [&] {
      // Whoever calls this is a part of it.
      auto own = mischief;
      mischief.what = Mishap::none;
      go(forward);
      mischief.what = own.what;
      mischief.events = own.events;
    };
    try {
      go(forward);
    } catch (const RunnerDied&) {
    }
    mischief = {};
  }
  /// What was sent to that server by a runner that is gone takes effect.
  void let_arrive(int which) {
    Mischief none;
    FakeConnector(servers[static_cast<std::size_t>(which)], none)
        .open({"fake", ""}, session::Missing::refuse, session::Access::read, nullptr)
        ->query("select 1");
  }
  void back_to_base() {
    for (auto& server : servers) server.back_to_base();
  }
  std::string dump(std::size_t which) {
    std::string text;
    for (const auto* sql : {"select x from log order by x", "select name from pragma_table_info('log')",
                            "select name from sqlite_schema where name = 'extra'"})
      for (const auto& row : servers[which].rows(sql)) text += row + "\n";
    return with_generations_hidden(text);
  }

  std::array<FakeServer, 2> servers{FakeServer{base}, FakeServer{base}};
  dialects::Dialects dialects = fake_server_dialects();
  StillClock clock;
  Kept kept;
  executor::PlanPair plans = replicated();
  Mischief mischief;
  int away = -1;
  bool passing = false;
};

std::string said(const executor::RunResult& result) { return report::render(result, report::Format::text); }

}  // namespace

TEST_CASE("one replica acts, and both record it") {
  Shard shard;
  const auto start = shard.dump(0);
  const auto there = shard.go(true);
  REQUIRE_MESSAGE(there.exit_code == 0, said(there));
  CHECK(shard.servers[0].rows("select count(*) from log") == std::vector<std::string>{"2"});
  CHECK(shard.dump(0) == shard.dump(1));
  const auto writes = shard.servers[1].writes();
  CHECK(std::count_if(writes.begin(), writes.end(),
                      [](const auto& sql) { return sql.starts_with("insert into log"); }) == 2);
  const auto back = shard.go(false);
  REQUIRE_MESSAGE(back.exit_code == 0, said(back));
  CHECK(shard.dump(0) == start);
  CHECK(shard.dump(1) == start);
}

TEST_CASE("whatever happens at whichever event, what replicas pass on is done once, there and back") {
  Shard shard;
  const auto start = shard.dump(0);
  shard.mischief = {};
  REQUIRE(shard.go(true).exit_code == 0);
  const long events = shard.mischief.events;
  const auto end = shard.dump(0);
  REQUIRE(events > 100);
  long runs = 0;
  std::vector<std::string> bad;
  constexpr Kind all[] = {{Mishap::dies, 0},        {Mishap::dies, 20},        {Mishap::dies, -1},
                          {Mishap::answer_lost, 0}, {Mishap::answer_lost, 60}, {Mishap::server_dies, 0},
                          {Mishap::taken_over, 0},  {Mishap::taken_over, -1}};
  for (const bool forward : {true, false})
    for (long at = 1; at <= events; ++at) {
      const auto& kind = all[static_cast<std::size_t>(at) % std::size(all)];
      shard.back_to_base();
      if (!forward) REQUIRE(shard.go(true).exit_code == 0);
      shard.suffer(forward, kind.what, at, kind.late);
      executor::RunResult result;
      for (int tries = 0; tries < 4; ++tries)
        if (result = shard.go(forward); result.exit_code == 0) break;
      ++runs;
      const auto& wanted = forward ? end : start;
      if (result.exit_code != 0)
        bad.push_back(fmt::format("{} {} at {}: {}", forward, static_cast<int>(kind.what), at, said(result)));
      else if (shard.dump(0) != wanted || shard.dump(1) != wanted)
        bad.push_back(fmt::format("{} {} at {}: another end:\n{}{}", forward, static_cast<int>(kind.what), at,
                                  shard.dump(0), shard.dump(1)));
    }
  CHECK(runs == 2 * events);
  CHECK_MESSAGE(bad.empty(), some(bad));
}

TEST_CASE("a replica that cannot be asked is unknown: the other goes as far as it may, and nothing goes back") {
  for (const int away : {0, 1}) {
    Shard shard;
    const auto start = shard.dump(0);
    shard.away = away;
    const auto part = shard.go(true);
    CHECK(part.exit_code == executor::exit_code::failed);
    const auto& unknown = part.targets.at(static_cast<std::size_t>(away));
    const auto& known = part.targets.at(static_cast<std::size_t>(1 - away));
    CHECK(unknown.left_behind);
    CHECK(unknown.outcome == "unknown");
    CHECK(known.outcome == executor::waits_for_replica);
    CHECK(known.text.find("it waits in front of 'log second'") == 0);
    CHECK(shard.servers[0].rows("select x from log") == std::vector<std::string>{"first"});
    const auto back = shard.go(false);
    CHECK(back.exit_code == executor::exit_code::failed);
    CHECK(shard.servers[0].rows("select x from log") == std::vector<std::string>{"first"});
    shard.away = -1;
    const auto rest = shard.go(true);
    REQUIRE_MESSAGE(rest.exit_code == 0, said(rest));
    CHECK(shard.dump(0) == shard.dump(1));
    REQUIRE(shard.go(false).exit_code == 0);
    CHECK(shard.dump(0) == start);
    CHECK(shard.dump(1) == start);
  }
}

TEST_CASE("a step that needs every replica is begun on none while one cannot be asked") {
  for (const int away : {0, 1}) {
    Shard shard;
    shard.plans = taken_together();
    shard.away = away;
    const auto part = shard.go(true);
    CHECK(part.exit_code == executor::exit_code::failed);
    CHECK(part.targets.at(static_cast<std::size_t>(1 - away)).text.find("it waits in front of ") == 0);
    CHECK(shard.servers[0].rows("select x from log") == std::vector<std::string>{"first"});
    for (auto& server : shard.servers)
      CHECK(server.rows("select name from sqlite_schema where name = 'extra'").empty());
    shard.away = -1;
    const auto rest = shard.go(true);
    REQUIRE_MESSAGE(rest.exit_code == 0, said(rest));
    CHECK(shard.dump(0) == shard.dump(1));
  }
}

TEST_CASE("what replicas take back together goes to its end before it goes forward again") {
  Shard shard;
  shard.plans = taken_together();
  const auto start = shard.dump(0);
  shard.mischief = {};
  REQUIRE(shard.go(true).exit_code == 0);
  const auto end = shard.dump(0);
  shard.mischief = {};
  REQUIRE(shard.go(false).exit_code == 0);
  const long events = shard.mischief.events;
  long refused = 0;
  for (long at = 1; at <= events; ++at) {
    shard.back_to_base();
    REQUIRE(shard.go(true).exit_code == 0);
    shard.suffer(false, Mishap::dies, at, 0);
    const auto again = shard.go(true);
    if (again.exit_code == 0) {
      CHECK(shard.dump(0) == end);
      CHECK(shard.dump(1) == end);
      continue;
    }
    ++refused;
    REQUIRE(shard.go(false).exit_code == 0);
    CHECK(shard.dump(0) == start);
    CHECK(shard.dump(1) == start);
  }
  CHECK(refused > 0);
}

TEST_CASE("a replica that found done what another one did and died behind leads nobody back") {
  for (const int first : {0, 1}) {
    Shard shard;
    const auto start = shard.dump(0);
    shard.mischief = {};
    REQUIRE(shard.go(true).exit_code == 0);
    const auto end = shard.dump(0);
    const long events = shard.mischief.events;
    long found = 0;
    for (long at = 1; at <= events; at += 3) {
      shard.back_to_base();
      shard.away = 1 - first;
      shard.suffer(true, Mishap::dies, at, 0);
      shard.let_arrive(first);
      shard.away = first;
      shard.go(true);
      shard.away = -1;
      const auto there = shard.go(true);
      REQUIRE_MESSAGE(there.exit_code == 0, said(there));
      CHECK(shard.dump(0) == end);
      CHECK(shard.dump(1) == end);
      for (const auto& target : there.targets)
        found += std::ranges::count(target.steps, "found", &executor::StepReport::state);
      const auto back = shard.go(false);
      REQUIRE_MESSAGE(back.exit_code == 0, fmt::format("{} {}: {}", first, at, said(back)));
      CHECK(shard.dump(0) == start);
      CHECK(shard.dump(1) == start);
    }
    CHECK(found > 0);
  }
}

TEST_CASE("what was there on every replica before the change is taken back on none") {
  Shard shard;
  shard.servers[0].script("insert into log values ('first')");  // and comes to the other one
  const auto there = shard.go(true);
  REQUIRE_MESSAGE(there.exit_code == 0, said(there));
  const auto back = shard.go(false);
  REQUIRE_MESSAGE(back.exit_code == 0, said(back));
  for (auto& server : shard.servers)
    CHECK(server.rows("select x from log order by x") == std::vector<std::string>{"first"});
}

TEST_CASE("what a server took and does not show in time stays open, is not sent again and keeps an undo waiting") {
  Shard shard;
  shard.plans = done_in_its_own_time();
  const auto asked = [&] { return shard.servers[0].rows("select count(*) from log where x = 'asked'").front(); };
  const auto late = shard.go(true);
  CHECK(late.exit_code == executor::exit_code::failed);
  const auto text = said(late);
  const std::string golden = DMC_SOURCE_DIR "/tests/unit/executor/late.txt";
  if (std::getenv("DMC_ACCEPT")) std::ofstream(golden) << text;
  std::ifstream in(golden);
  CHECK(text == std::string(std::istreambuf_iterator<char>(in), {}));
  const auto told = shard.kept.all<journal::StepProgressed>();
  CHECK(std::ranges::any_of(told, [](const auto& event) { return event.phase.starts_with("waiting for "); }));
  CHECK(shard.go(true).exit_code == executor::exit_code::failed);
  CHECK(shard.go(false).exit_code == executor::exit_code::failed);
  CHECK(asked() == "1");
  shard.servers[0].script("insert into log values ('slow')");
  const auto there = shard.go(true);
  CHECK_MESSAGE(there.exit_code == 0, said(there));
  CHECK(asked() == "1");
}

TEST_CASE("what somebody changes by hand on a replica is drift, though a plan will change it too") {
  Shard shard;
  shard.passing = true;  // on this one alone
  shard.servers[1].script("alter table log add column y text");
  shard.passing = false;
  const auto refused = shard.go(true);
  CHECK(refused.exit_code == executor::exit_code::not_in_base);
  CHECK(refused.targets.at(1).verdict == executor::Verdict::drift);
  CHECK(refused.targets.at(0).outcome == "not started");
}

TEST_CASE("what somebody did by hand to what replicas pass on is not recorded as done") {
  Shard shard;
  const auto plans = PlanMaker(base).on("fake").add(on_one(new_column())).make();
  shard.passing = true;  // each by itself
  for (auto& server : shard.servers) server.script("alter table log add column y text");
  shard.passing = false;
  Options options;
  options.by_hand = "at night";
  const auto refused = shard.with(
      [&](executor::Environment& environment) { return executor::run(plans, Shard::targets(), options, environment); });
  CHECK(refused.exit_code == executor::exit_code::not_in_base);
  for (const auto& target : refused.targets) {
    CHECK(target.verdict == executor::Verdict::drift);
    CHECK_MESSAGE(target.next.command.find("--by-hand WHY") == std::string::npos, target.next.command);
  }
}
