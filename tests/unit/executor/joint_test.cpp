// Steps that share a commit: the ledger, the report and what is there after a fault are those of single commits.
#include <algorithm>
#include <filesystem>

#include <doctest/doctest.h>

#include "runtime/session/forwarding.hpp"
#include "tests/support/runner_world.hpp"

using namespace dmc;
using namespace dmc::tests;

namespace {

const std::vector<std::string> base{"create table people (id integer primary key, name text)"};

MadeStep of_class(MadeStep step, const std::string& work) {
  step.forward.locks = step.reverse->locks = {{"database", "reserved", work}};
  return step;
}

/// Six steps of the class; the last but one can be made to fail by a check.
PlanMaker six(const std::string& work) {
  PlanMaker maker(base);
  for (const std::string name : {"a", "b", "c"})
    maker.add(of_class(
        sql_step("create " + name, {"create table " + name + " (id integer primary key)"}, {"drop table " + name}),
        work));
  for (const std::string name : {"first", "last", "middle"}) {
    auto step = sql_step("add " + name, {"alter table people add column " + name + " text"},
                         {"alter table people drop column " + name});
    if (name == "last")
      step.forward.post = {check("nobody is called bad", "select count(*) from people where name = 'bad'", "0")};
    maker.add(of_class(step, work));
  }
  return maker;
}

/// Counts commits, and loses the answer of one; each statement of the plan takes as long as is said.
class Slow : public session::ForwardingConnector {
 public:
  Slow(session::Connector& inner, StillClock& clock, std::int64_t each_ms = 0)
      : ForwardingConnector(inner), clock_(clock), each_ms_(each_ms) {}
  int commits = 0;
  int lost = 0;  ///< the commit that takes place and is answered with an error, from 1

  std::unique_ptr<session::Session> open(const session::Url& url, session::Missing missing, session::Access access,
                                         session::Lock* lock = nullptr) override {
    class Counting : public session::Forwarding {
     public:
      Counting(std::unique_ptr<session::Session> inner, Slow& slow) : Forwarding(std::move(inner)), slow_(slow) {}
      std::int64_t execute(std::string_view sql, std::span<const session::Value> parameters) override {
        if (sql.starts_with("create") || sql.starts_with("alter")) slow_.clock_.pass(slow_.each_ms_);
        return inner_->execute(sql, parameters);
      }
      void transaction(session::Transaction what) override {
        inner_->transaction(what);
        if (what != session::Transaction::commit) return;
        if (++slow_.commits == slow_.lost) throw session::SessionError("the answer was lost");
      }

     private:
      Slow& slow_;
    };
    return std::make_unique<Counting>(inner_.open(url, missing, access, lock), *this);
  }

 private:
  StillClock& clock_;
  std::int64_t each_ms_;
};

/// All that the ledger says of steps, attempts, objects and moves; ids are of the plan, so places stand for them.
std::vector<std::string> ledger_of(const RunnerWorld& world) {
  std::vector<std::string> all;
  for (const char* sql :
       {"select at_name, moving_plan is null, generation, epoch, seq from _dmc_target",
        "select ordinal, state, epoch, attempt, kind, seq, facts from _dmc_step order by ordinal",
        "select s.ordinal, a.attempt, a.forward, a.epoch, a.runner, a.started, a.ended, a.outcome, a.error from "
        "_dmc_attempt a join _dmc_step s using (generation, step) order by 1, 2, 3",
        "select path, state, normaliser, seq from _dmc_object order by 1",
        "select seq, move, generation, epoch from "
        "_dmc_history order by 1"})
    for (auto& row : world.rows(sql)) all.push_back(std::move(row));
  return all;
}

struct World : RunnerWorld {
  explicit World(const std::string& work = "catalog") : plans(six(work).make()) {
    begin_with(base, plans);
    execute_script(file(), "insert into people (name) values ('good')");
  }
  executor::PlanPair plans;
  Slow slow{*real, clock};

  /// "1 started, 1 done, 2 started, …"
  std::string told() const {
    std::string text;
    std::size_t ordinal = 0;
    for (const auto& event : kept.events) {
      if (const auto* started = std::get_if<journal::StepStarted>(&event)) {
        ordinal = static_cast<std::size_t>(started->ordinal);
        text += (text.empty() ? "" : ", ") + std::to_string(ordinal) + " started";
      }
      if (const auto* ended = std::get_if<journal::StepEnded>(&event))
        text += ", " + std::to_string(ordinal) + " " + ended->outcome;
    }
    return text;
  }
};

}  // namespace

TEST_CASE("steps on the catalog share a commit, forward and back, and the ledger is that of single commits") {
  World joint, alone("scan");
  for (const bool forward : {true, false}) {
    joint.slow.commits = alone.slow.commits = 0;
    const auto act = [&](World& world) {
      return forward ? world.run(world.plans, {}, &world.slow) : world.undo(world.plans, {}, &world.slow);
    };
    const auto together = act(joint), single = act(alone);
    REQUIRE_MESSAGE(together.exit_code == 0, text(together));
    REQUIRE_MESSAGE(single.exit_code == 0, text(single));
    CHECK(joint.slow.commits == 2);  // the begin; the steps and the end
    CHECK(alone.slow.commits == 8);
    CHECK(ledger_of(joint) == ledger_of(alone));
    CHECK(dump(joint.file()) == dump(alone.file()));
    CHECK(joint.told() == alone.told());
    CHECK(joint.verify().exit_code == 0);
  }
}

TEST_CASE("a step that fails in a joint commit leaves and says what it would have alone") {
  World joint, alone("scan");
  for (auto* world : {&joint, &alone}) execute_script(world->file(), "insert into people (name) values ('bad')");
  const auto together = joint.run(joint.plans, {}, &joint.slow), single = alone.run(alone.plans, {}, &alone.slow);
  CHECK(together.exit_code == 3);
  CHECK(together.targets.front().text == single.targets.front().text);
  CHECK(joint.states() == "done done done done absent absent");
  CHECK(ledger_of(joint) == ledger_of(alone));
  CHECK(joint.told() == alone.told());

  for (auto* world : {&joint, &alone}) {
    execute_script(world->file(), "delete from people where name = 'bad'");
    CHECK(world->run(world->plans, {}, &world->slow).exit_code == 0);
  }
  CHECK(ledger_of(joint) == ledger_of(alone));
  CHECK(dump(joint.file()) == dump(alone.file()));
}

TEST_CASE("a joint commit whose answer was lost is found in the ledger, with and without the end in it") {
  for (const bool with_end : {true, false}) {
    RunnerWorld world;
    auto maker = six("catalog");
    if (!with_end)
      maker.add(verify_step("nobody is called bad", "select count(*) from people where name = 'bad'", "0"));
    const auto plans = maker.make();
    world.begin_with(base, plans);
    Slow slow(*world.real, world.clock);
    slow.lost = 2;
    const auto result = world.run(plans, {}, &slow);
    REQUIRE_MESSAGE(result.exit_code == 0, text(result));
    CHECK(result.targets.front().outcome == "done");
    CHECK(world.one("select count(*) from _dmc_step where state = 'done' and attempt = 1") == (with_end ? "6" : "7"));
    CHECK(world.kept.all<journal::StepEnded>().size() == (with_end ? 6 : 7));
    CHECK(world.verify().exit_code == 0);
  }
}

TEST_CASE("what takes longer than a moment shares no commit") {
  World world;
  Slow slow(*world.real, world.clock, 60);
  REQUIRE(world.run(world.plans, {}, &slow).exit_code == 0);
  CHECK(slow.commits == 8);  // begin, six steps, end
  CHECK(world.told().ends_with("6 started, 6 done"));
}

TEST_CASE("where a moment is enough for some of them, fewer share a commit") {
  World joint, alone("scan");
  Slow slow(*joint.real, joint.clock, 20);
  REQUIRE(joint.run(joint.plans, {}, &slow).exit_code == 0);
  REQUIRE(alone.run(alone.plans, {}, &alone.slow).exit_code == 0);
  CHECK(slow.commits == 5);  // begin, one alone, two together, three more, end
  CHECK(ledger_of(joint) == ledger_of(alone));
  CHECK(dump(joint.file()) == dump(alone.file()));
  CHECK(joint.told().ends_with("6 started, 6 done"));
  CHECK(joint.verify().exit_code == 0);
}

TEST_CASE("steps that wait, read rows or change the session share no commit") {
  const auto commits = [](const std::function<void(MadeStep&)>& change) {
    RunnerWorld world;
    PlanMaker maker(base);
    for (const std::string name : {"first", "last"}) {
      auto step = of_class(sql_step("add " + name, {"alter table people add column " + name + " text"},
                                    {"alter table people drop column " + name}),
                           "catalog");
      change(step);
      maker.add(step);
    }
    const auto plans = maker.make();
    world.begin_with(base, plans);
    Slow slow(*world.real, world.clock);
    const auto result = world.run(plans, {}, &slow);
    REQUIRE_MESSAGE(result.exit_code == 0, text(result));
    return slow.commits;
  };
  CHECK(commits([](MadeStep&) {}) == 2);
  CHECK(commits([](MadeStep& step) { step.forward.locks.clear(); }) == 4);
  CHECK(commits([](MadeStep& step) { step.forward.locks.push_back({"database", "reserved", "rows"}); }) == 4);
  CHECK(commits([](MadeStep& step) {
          step.forward.invariants = {{"no row is lost", "select count(*) from people", "select count(*) from people"}};
        }) == 4);
  CHECK(commits([](MadeStep& step) {
          std::get<plan::RunSql>(step.forward.action).settings = {
              {"pragma foreign_keys = 0", "pragma foreign_keys", "0", "pragma foreign_keys = {}"}};
        }) == 4);
  CHECK(commits([n = 0](MadeStep& step) mutable { step.forward.timeouts.lock_ms += n++; }) ==
        3);  // the second, the end
}

TEST_CASE("a fault at every event of joint steps: nothing was told that is not there, and the next run ends the same") {
  World world;
  namespace fs = std::filesystem;
  const auto keep = [&](const std::string& name) {
    fs::copy_file(world.file(), world.folder.at(name), fs::copy_options::overwrite_existing);
  };
  const auto put_back = [&](const std::string& name) {
    for (const char* tail : {"-journal", "-wal", "-shm"}) fs::remove(world.file() + tail);
    fs::copy_file(world.folder.at(name), world.file(), fs::copy_options::overwrite_existing);
  };
  const auto act = [&](bool forward, FaultPoint& point) {
    FaultConnector connector(*world.real, point);
    return forward ? world.run(world.plans, {}, &connector) : world.undo(world.plans, {}, &connector);
  };
  for (const bool forward : {true, false}) {
    keep("start");
    FaultPoint count;
    REQUIRE(act(forward, count).exit_code == 0);
    const auto dumped = dump(world.file());
    const auto states = world.states();
    keep("end");
    for (const auto kind : {FaultKind::dies, FaultKind::answer_lost})
      for (long at = 1; at <= count.events; ++at) {
        put_back("start");
        world.kept.events.clear();
        FaultPoint point{.kind = kind, .at = at, .events = 0, .tripped = false, .where = {}, .meanwhile = {}};
        try {
          act(forward, point);
        } catch (const RunnerDied&) {
        }
        for (const auto& ended : world.kept.all<journal::StepEnded>())
          if (ended.outcome == "done" || ended.outcome == "undone")
            CHECK_MESSAGE(world.one("select state from _dmc_step where step = '" + ended.step + "'") ==
                              (forward ? "done" : "absent"),
                          point.where);
        FaultPoint quiet;
        const auto result = act(forward, quiet);
        CHECK_MESSAGE(result.exit_code == 0, point.where << "\n" << text(result));
        CHECK_MESSAGE(dump(world.file()) == dumped, point.where);
        CHECK_MESSAGE(world.states() == states, point.where);
        CHECK_MESSAGE(world.verify().exit_code == 0, point.where);
      }
    put_back("end");
  }
}
