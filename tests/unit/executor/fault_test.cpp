#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include <doctest/doctest.h>

#include "runtime/session/forwarding.hpp"
#include "tests/support/runner_world.hpp"

using namespace dmc;
using namespace dmc::tests;
using executor::Options;

namespace {

constexpr long stride = fault_stride;

const std::vector<std::string> base{"create table people (id integer primary key, n int not null default 0, name text)",
                                    "create table \"old\" (a)"};

/// Every kind of transaction the runtime knows: DDL, batches forth and back, a check, a backup, a statement outside any
/// transaction.
executor::PlanPair everything() {
  PlanMaker maker(base);
  maker.add(sql_step("add full", {"alter table people add column full_name text"},
                     {"alter table people drop column full_name"}));
  auto fill = backfill_step("people", "id", "n = n + 1", "true");
  std::get<plan::Backfill>(fill.forward.action).pace.batch = 2;
  auto back = backfill_step("people", "id", "n = n - 1", "true");
  std::get<plan::Backfill>(back.forward.action).pace.batch = 2;
  fill.reverse = back.forward;
  maker.add(fill);
  auto vacuum = sql_step("rewrite the file", {"pragma user_version = 7"}, {"pragma user_version = 0"});
  vacuum.forward.exactly_once_by = vacuum.reverse->exactly_once_by = plan::ExactlyOnce::post;
  vacuum.forward.post =
      vacuum.reverse->pre = {check("the version is 7", "select user_version from pragma_user_version", "7")};
  vacuum.reverse->post =
      vacuum.forward.pre = {check("the version is 0", "select user_version from pragma_user_version", "0")};
  std::get<plan::RunSql>(vacuum.forward.action).in_transaction =
      std::get<plan::RunSql>(vacuum.reverse->action).in_transaction = false;
  maker.add(vacuum);
  auto fence =
      sql_step("fence old", {"alter table old rename to _dmc_gone_old"}, {"alter table _dmc_gone_old rename to old"});
  maker.add(fence);
  plan::Backup copy;
  copy.source = "table old";
  copy.tombstone = "_dmc_gone_old";
  copy.artifact = "_dmc_backup_old";
  copy.write = {"create table _dmc_backup_old as select * from _dmc_gone_old"};
  copy.columns = {"a"};
  copy.rows = "select count(*) from _dmc_backup_old";
  copy.read_back = {check("nothing differs",
                          "select count(*) from (select * from _dmc_gone_old except select * from _dmc_backup_old)",
                          "0")};
  auto backup = sql_step("back up old", {}, {"drop table _dmc_backup_old"});
  backup.forward.action = copy;
  backup.scratch = copy.write;
  maker.add(backup);
  maker.add(sql_step("drop old", {"drop table _dmc_gone_old"},
                     {"create table _dmc_gone_old (a)", "insert into _dmc_gone_old select a from _dmc_backup_old"}));
  maker.add(verify_step("nobody is left out", "select count(*) from people where n <> 1", "0"));
  return maker.make();
}

struct Prepared {
  RunnerWorld world;
  executor::PlanPair plans = everything();
  std::string before, after;  ///< dumps
  std::string ledger_before, ledger_after;

  Prepared() {
    world.begin_with(base, plans);
    for (int i = 0; i < 5; ++i)
      execute_script(world.file(),
                     "insert into people (name) values ('p'); insert into old values (" + std::to_string(i) + ")");
    before = dump(world.file());
    keep("before");
    REQUIRE(world.run(plans).exit_code == 0);
    after = dump(world.file());
    ledger_after = ledger();
    keep("after");
    REQUIRE(world.undo(plans).exit_code == 0);
    REQUIRE(dump(world.file()) == before);
    ledger_before = ledger();
  }
  void keep(const std::string& name) {
    std::filesystem::copy_file(world.file(), world.folder.at(name), std::filesystem::copy_options::overwrite_existing);
  }
  void put_back(const std::string& name) {
    for (const char* tail : {"-journal", "-wal", "-shm"}) std::filesystem::remove(world.file() + tail);
    std::filesystem::copy_file(world.folder.at(name), world.file(), std::filesystem::copy_options::overwrite_existing);
  }
  /// What must not depend on what went wrong on the way.
  std::string ledger() const {
    std::string text;
    for (const char* sql :
         {"select at_hash, at_name, moving_plan, generation, fingerprint from _dmc_target",
          "select step, state from _dmc_step order by 1", "select path, state from _dmc_object order by 1",
          "select kind, name from _dmc_leftover order by 1, 2",
          "select artifact, \"rows\" from _dmc_backup order by 1"})
      for (const auto& row : world.rows(sql)) text += row + "\n";
    text += "user_version " + world.one("pragma user_version");
    return text;
  }
  long events(bool forward) {
    put_back(forward ? "before" : "after");
    FaultPoint point;
    act(forward, point);
    return point.events;
  }
  executor::RunResult act(bool forward, FaultPoint& point) {
    FaultConnector connector(*world.real, point);
    return forward ? world.run(plans, {}, &connector)
                   : world.undo(plans, {.through = {}, .lossy = {"all"}, .confirm = {}}, &connector);
  }
  /// Runs into the fault; a runner that dies is simply gone.
  void disturbed(bool forward, FaultKind kind, long at, std::string& where) {
    FaultPoint point{.kind = kind, .at = at, .events = 0, .tripped = false, .where = {}, .meanwhile = {}};
    try {
      act(forward, point);
    } catch (const RunnerDied&) {
    }
    where += (where.empty() ? "" : ", then ") + point.where;
  }
  void check_end(bool forward, const std::string& where) {
    FaultPoint quiet;
    const auto result = act(forward, quiet);
    CHECK_MESSAGE(result.exit_code == 0, where << "\n" << text(result));
    CHECK_MESSAGE(dump(world.file()) == (forward ? after : before), where);
    CHECK_MESSAGE(ledger() == (forward ? ledger_after : ledger_before), where << "\n" << ledger());
    const auto broken = world.verify();
    CHECK_MESSAGE(broken.checks.at(0).answer == "holds", where << broken.checks.at(0).text);
  }
};

}  // namespace

TEST_CASE(
    "a fault at every event: running again ends in the same schema, rows and ledger (LED-1, LED-2, LED-4, BKF-2, "
    "UND-1)") {
  Prepared prepared;
  for (const bool forward : {true, false}) {
    const long events = prepared.events(forward);
    CHECK(events > 100);
    for (const auto kind : {FaultKind::dies, FaultKind::answer_lost})
      for (long at = 1; at <= events; at += kind == FaultKind::dies ? stride : 3 * stride) {
        prepared.put_back(forward ? "before" : "after");
        std::string where = (forward ? "run " : "undo ") + std::to_string(at) + " ";
        prepared.disturbed(forward, kind, at, where);
        prepared.check_end(forward, where);
      }
  }
}

TEST_CASE("a runner that died anywhere can be turned round instead, and then goes forward again") {
  Prepared prepared;
  for (const bool forward : {true, false}) {
    const long events = prepared.events(forward);
    for (long at = 1; at <= events; at += 5 * stride) {
      prepared.put_back(forward ? "before" : "after");
      std::string where = (forward ? "run " : "undo ") + std::to_string(at) + " ";
      prepared.disturbed(forward, FaultKind::dies, at, where);
      FaultPoint quiet;
      const auto turned = prepared.act(!forward, quiet);
      CHECK_MESSAGE(turned.exit_code == 0, where << "\n" << text(turned));
      CHECK_MESSAGE(dump(prepared.world.file()) == (forward ? prepared.before : prepared.after), where);
      const auto again = prepared.act(forward, quiet);
      CHECK_MESSAGE(again.exit_code == 0, where << "\n" << text(again));
      CHECK_MESSAGE(dump(prepared.world.file()) == (forward ? prepared.after : prepared.before), where);
    }
  }
}

TEST_CASE("two faults deep: the one who clears up dies too") {
  Prepared prepared;
  for (const bool forward : {true, false}) {
    const long events = prepared.events(forward);
    for (long first = 5; first <= events; first += 41 * stride)
      for (long second = 3; second <= events; second += 29 * stride) {
        prepared.put_back(forward ? "before" : "after");
        std::string where = (forward ? "run " : "undo ") + std::to_string(first) + "/" + std::to_string(second) + " ";
        prepared.disturbed(forward, FaultKind::dies, first, where);
        prepared.disturbed(forward, FaultKind::answer_lost, second, where);
        prepared.check_end(forward, where);
      }
  }
}

TEST_CASE("LCK-1: a runner that was frozen at any event outside a transaction writes nothing after another took over") {
  Prepared prepared;
  /// The lock is gone, as when somebody removed the side file: only the epoch is left.
  class NoLock : public session::ForwardingConnector {
   public:
    using ForwardingConnector::ForwardingConnector;
    std::unique_ptr<session::Lock> lock(const session::Url&, const session::Holder&, session::Held) override {
      return nullptr;
    }
  };
  NoLock unlocked(*prepared.world.real);
  for (const bool forward : {true, false}) {
    const long events = prepared.events(forward);
    long tried = 0;
    for (long at = 1; at <= events; at += 2 * stride) {
      prepared.put_back(forward ? "before" : "after");
      std::string then;
      FaultPoint point{
          .kind = FaultKind::meanwhile, .at = at, .events = 0, .tripped = false, .where = {}, .meanwhile = {}};
      point.meanwhile = [&](bool in_transaction) {
        if (in_transaction) return;
        ++tried;
        const Options options{.through = {}, .lossy = {"all"}, .confirm = {}};
        const auto other = forward ? prepared.world.run(prepared.plans, options, &unlocked)
                                   : prepared.world.undo(prepared.plans, options, &unlocked);
        CHECK_MESSAGE(other.exit_code == 0, point.where << "\n" << text(other));
        then = dump(prepared.world.file()) + prepared.ledger();
      };
      FaultConnector frozen(unlocked, point);
      const Options options{.through = {}, .lossy = {"all"}, .confirm = {}};
      const auto late = forward ? prepared.world.run(prepared.plans, options, &frozen)
                                : prepared.world.undo(prepared.plans, options, &frozen);
      if (then.empty()) continue;
      CHECK_MESSAGE(dump(prepared.world.file()) + prepared.ledger() == then, point.where << "\n" << text(late));
    }
    CHECK(tried > 20 / std::min(stride, 4L));
  }
}

TEST_CASE("two runners: the second is refused with the name of the first") {
  RunnerWorld world;
  PlanMaker maker(base);
  const auto plans =
      maker.add(sql_step("add a", {"alter table people add column a"}, {"alter table people drop column a"})).make();
  world.begin_with(base, plans);
  std::vector<executor::RunResult> others;
  std::vector<executor::TargetStatus> seen;
  world.kept.on_event = [&](const journal::Event& event) {
    if (!std::holds_alternative<journal::StepStarted>(event)) return;
    others.push_back(world.run(plans));
    others.push_back(world.undo(plans));
    seen.push_back(world.status());
  };
  CHECK(world.run(plans).exit_code == 0);
  REQUIRE(others.size() == 2);
  for (const auto& other : others) {
    CHECK(other.exit_code == executor::exit_code::held);
    CHECK(other.targets.front().holder->pid == 4711);
    CHECK(other.targets.front().text ==
          "the target is held by dmc test (process 4711 of tester on host) since 2026-01-02T03:04:05Z");
  }
  CHECK(seen.front().exit_code == executor::exit_code::held);
  CHECK(seen.front().text.find("a runner is at work on it") != std::string::npos);
}

TEST_CASE("stopped on request: between steps nothing is lost, a second request cancels the statement in flight") {
  RunnerWorld world;
  PlanMaker maker(base);
  const auto plans =
      maker.add(sql_step("add a", {"alter table people add column a"}, {"alter table people drop column a"}))
          .add(sql_step("add b", {"alter table people add column b"}, {"alter table people drop column b"}))
          .make();
  world.begin_with(base, plans);
  session::Stop stop;
  world.kept.on_event = [&](const journal::Event& event) {
    if (std::holds_alternative<journal::StepEnded>(event)) stop.signal();
  };
  const auto result = world.run(plans, {}, nullptr, &stop);
  CHECK(result.exit_code == executor::exit_code::interrupted);
  CHECK(world.states() == "done absent");
  CHECK(result.targets.front().next.text.find("the same command goes on") != std::string::npos);
  world.kept.on_event = {};
  CHECK(world.run(plans).exit_code == 0);

  PlanMaker endless({base.front(), base.back()});
  auto lengthy =
      sql_step("count for ever",
               {"insert into old with recursive n(x) as (select 1 union all select x + 1 from n) select x from n"}, {});
  lengthy.scratch = std::vector<std::string>{};
  RunnerWorld slow;
  const auto plan = endless.add(lengthy).make();
  slow.begin_with(base, plan);
  session::Stop twice;
  FaultPoint point{.kind = FaultKind::none, .at = 0, .events = 0, .tripped = false, .where = {}, .meanwhile = {}};
  FaultConnector connector(*slow.real, point);
  std::thread impatient;
  // On a busy machine a clock alone would stop the run before the step has begun.
  slow.kept.on_event = [&](const journal::Event& event) {
    if (!std::holds_alternative<journal::StepStarted>(event) || impatient.joinable()) return;
    impatient = std::thread([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      twice.signal();
      twice.signal();
    });
  };
  const auto cancelled = slow.run(plan, {}, &connector, &twice);
  impatient.join();
  CHECK(cancelled.exit_code == executor::exit_code::interrupted);
  CHECK(slow.one("select count(*) from old") == "0");
  CHECK(slow.states() == "absent");
}

TEST_CASE("a statement that takes longer than the plan allows is cancelled and says so") {
  RunnerWorld world;
  PlanMaker maker(base);
  auto lengthy =
      sql_step("count for ever",
               {"insert into old with recursive n(x) as (select 1 union all select x + 1 from n) select x from n"}, {});
  lengthy.scratch = std::vector<std::string>{};
  lengthy.forward.timeouts.statement_ms = 60;
  const auto plans = maker.add(lengthy).make();
  world.begin_with(base, plans);
  const auto result = world.run(plans);
  CHECK(result.exit_code == executor::exit_code::failed);
  CHECK(result.targets.front().text.find("a statement took longer than the 60 ms the plan allows and was cancelled") !=
        std::string::npos);
}

TEST_CASE("the deadline of a step is one for all its statements: the last gets what is left of it") {
  // Every statement that is sent takes ten seconds of the plan's clock.
  struct Slow : session::Connector {
    Slow(session::Connector& inner, StillClock& clock) : inner(inner), clock(clock) {}
    std::unique_ptr<session::Session> open(const session::Url& url, session::Missing missing, session::Access access,
                                           session::Lock* lock) override {
      struct Passing : session::Forwarding {
        Passing(std::unique_ptr<session::Session> inner, StillClock& clock)
            : Forwarding(std::move(inner)), clock(clock) {}
        std::int64_t execute(std::string_view sql, std::span<const session::Value> parameters) override {
          const auto rows = Forwarding::execute(sql, parameters);
          if (sql.starts_with("insert into old values")) clock.pass(10'000);
          return rows;
        }
        StillClock& clock;
      };
      return std::make_unique<Passing>(inner.open(url, missing, access, lock), clock);
    }
    std::unique_ptr<session::Lock> lock(const session::Url& url, const session::Holder& holder,
                                        session::Held held) override {
      return inner.lock(url, holder, held);
    }
    session::Holder holder(const session::Url& url) override { return inner.holder(url); }
    session::Connector& inner;
    StillClock& clock;
  };
  PlanMaker maker(base);
  auto lengthy =
      sql_step("count for ever",
               {"insert into old values (1)", "insert into old values (2)",
                "insert into old with recursive n(x) as (select 1 union all select x + 1 from n) select x from n"},
               {});
  lengthy.scratch = std::vector<std::string>{};
  // Too long to wait for: only what the first two left of it ends the third in time.
  lengthy.forward.timeouts.deadline_ms = 20'060;
  const auto plans = maker.add(lengthy).make();
  RunnerWorld world;
  world.begin_with(base, plans);
  Slow slow(*world.real, world.clock);
  const auto began = std::chrono::steady_clock::now();
  const auto result = world.run(plans, {}, &slow);
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(15));
  CHECK(result.exit_code == executor::exit_code::failed);
  CHECK_MESSAGE(result.targets.front().text.find("it took longer than the 21 s the plan allows and was cancelled") !=
                    std::string::npos,
                result.targets.front().text);
  CHECK(world.one("select count(*) from old") == "0");
  CHECK(world.states() == "absent");
}
