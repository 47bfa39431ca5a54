// Properties of runtime.md §8 that no other test shows by its name: what is sent, in which order, and what nothing
// depends on.
#include <algorithm>
#include <filesystem>
#include <set>

#include <doctest/doctest.h>

#include "runtime/journal/journal.hpp"
#include "runtime/session/forwarding.hpp"
#include "tests/support/fake_world.hpp"
#include "tests/support/runner_world.hpp"

using namespace dmc;
using namespace dmc::tests;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string> people{
    "create table people (id integer primary key, n int not null default 0, name text)", "create table \"old\" (a)"};

executor::PlanPair several_kinds() {
  PlanMaker maker(people);
  maker.add(sql_step("add full", {"alter table people add column full_name text"},
                     {"alter table people drop column full_name"}));
  auto fill = backfill_step("people", "id", "n = n + 1", "true"),
       back = backfill_step("people", "id", "n = n - 1", "true");
  std::get<plan::Backfill>(fill.forward.action).pace.batch = 2;
  std::get<plan::Backfill>(back.forward.action).pace.batch = 2;
  fill.reverse = back.forward;
  maker.add(fill).add(verify_step("everybody is counted", "select count(*) from people where n <> 1", "0"));
  auto outside = sql_step("mark the file", {"pragma user_version = 7"}, {"pragma user_version = 0"});
  std::get<plan::RunSql>(outside.forward.action).in_transaction =
      std::get<plan::RunSql>(outside.reverse->action).in_transaction = false;
  outside.forward.exactly_once_by = outside.reverse->exactly_once_by = plan::ExactlyOnce::post;
  outside.forward.post =
      outside.reverse->pre = {check("the version is 7", "select user_version from pragma_user_version", "7")};
  outside.reverse->post =
      outside.forward.pre = {check("the version is 0", "select user_version from pragma_user_version", "0")};
  return maker.add(outside).make();
}

/// Five people in a database that is adopted in the plan's base.
struct People : RunnerWorld {
  executor::PlanPair plans = several_kinds();
  People() {
    begin_with(people, plans);
    for (int i = 0; i < 5; ++i) execute_script(file(), "insert into people (name) values ('p')");
  }
};

/// Notes every statement that may write, as it was sent.
class Recorder : public session::ForwardingConnector {
 public:
  using ForwardingConnector::ForwardingConnector;
  std::set<std::string> executed, asked;

  std::unique_ptr<session::Session> open(const session::Url& url, session::Missing missing, session::Access access,
                                         session::Lock* lock) override;
};

class Recording : public session::Forwarding {
 public:
  Recording(std::unique_ptr<session::Session> inner, Recorder& recorder)
      : Forwarding(std::move(inner)), recorder_(recorder) {}
  session::Rows query(std::string_view sql, std::span<const session::Value> parameters) override {
    recorder_.asked.emplace(sql);
    return inner_->query(sql, parameters);
  }
  std::int64_t execute(std::string_view sql, std::span<const session::Value> parameters) override {
    recorder_.executed.emplace(sql);
    return inner_->execute(sql, parameters);
  }

 private:
  Recorder& recorder_;
};

std::unique_ptr<session::Session> Recorder::open(const session::Url& url, session::Missing missing,
                                                 session::Access access, session::Lock* lock) {
  return std::make_unique<Recording>(inner_.open(url, missing, access, lock), *this);
}

/// The JSON of the plan holds every statement byte for byte, in quotes.
bool in_plan(const executor::PlanPair& plans, const std::string& sql) {
  const auto written = plan::canonical(std::vector<std::string>{sql});
  const auto quoted = written.substr(1, written.size() - 2);
  return plans.forward.bytes.find(quoted) != std::string::npos || plans.reverse.bytes.find(quoted) != std::string::npos;
}

/// Forward and backward, as often as it takes something.
std::string jumping(std::uint64_t& state) {
  state = state * 6364136223846793005U + 1442695040888963407U;
  const auto year = 1971 + (state >> 33U) % 100;
  return std::to_string(year) + "-01-02T03:04:05Z";
}

class JumpingClock : public journal::Clock {
 public:
  std::string utc() override { return jumping(state_); }
  std::int64_t milliseconds() override {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::int64_t>(state_ >> 20U) - (std::int64_t{1} << 42U);
  }
  void pause(std::int64_t) override {}

 private:
  std::uint64_t state_ = 42;
};

}  // namespace

TEST_CASE("LED-3: what takes effect by itself is sent only after its intent is durable") {
  fake::World world;
  const auto plans = fake::provable();
  REQUIRE(world.go(plans, true).exit_code == 0);
  const auto writes = world.server.writes();
  std::size_t acts = 0;
  for (std::size_t at = 0; at < writes.size(); ++at) {
    if (writes[at].starts_with("insert or ignore") || writes[at].starts_with("create table if not exists")) continue;
    ++acts;
    // Directly before it, the unit that notes the intent was made to count; between that and the intent stands nothing
    // but its own records.
    REQUIRE(at > 1);
    CHECK_MESSAGE(writes[at - 1].find("|unit|") != std::string::npos, writes[at - 1]);
    const auto intent =
        std::find_if(writes.rbegin() + static_cast<std::ptrdiff_t>(writes.size() - at), writes.rend(),
                     [](const auto& write) { return write.find("\"state\":\"intended\"") != std::string::npos; });
    REQUIRE(intent != writes.rend());
    CHECK_MESSAGE(std::distance(intent, writes.rend()) + 4 > static_cast<std::ptrdiff_t>(at), writes[at]);
  }
  CHECK(acts == 4);
}

TEST_CASE("LED-8: the journal may be gone at any event, and nothing is different") {
  const auto outcome = [](long gone_at) {
    People world;
    const auto path = world.folder.at("run.jsonl");
    const auto journal = journal::open_journal(path, world.clock);
    long events = 0;
    world.kept.on_event = [&](const journal::Event& event) {
      if (++events == gone_at) fs::remove(path);
      journal->tell(event);
    };
    const auto result = world.run(world.plans);
    return std::pair{events, dump(world.file()) + world.states() + text(result)};
  };
  const auto [events, undisturbed] = outcome(0);
  REQUIRE(events > 8);
  const auto plain = [](std::string text) {  // folders are others each time
    for (auto at = text.find("dmc-unit-"); at != std::string::npos; at = text.find("dmc-unit-", at + 1))
      text.replace(at, 15, "folder");
    return text;
  };
  for (long at = 1; at <= events; ++at) CHECK(plain(outcome(at).second) == plain(undisturbed));
}

TEST_CASE("LCK-2: no decision reads a clock: one that jumps for- and backwards changes nothing that is kept") {
  People still, jumps;
  JumpingClock clock;
  const auto act = [&](People& world, bool forward, session::Connector& connector) {
    session::Stop stop;
    executor::Environment environment{connector,  world.dialects, clock,
                                      world.kept, stop,           {4711, "host", "tester", "dmc", ""}};
    return forward ? executor::run(world.plans, world.targets_of(world.plans), {}, environment)
                   : executor::undo(world.plans, world.targets_of(world.plans),
                                    {.through = {}, .lossy = {"all"}, .confirm = {}}, environment);
  };
  REQUIRE(still.run(still.plans).exit_code == 0);
  const auto after = dump(still.file());
  FaultPoint count;
  FaultConnector counting(*jumps.real, count);
  REQUIRE(act(jumps, true, counting).exit_code == 0);
  CHECK(dump(jumps.file()) == after);
  REQUIRE(act(jumps, false, *jumps.real).exit_code == 0);
  for (long at = 1; at <= count.events; at += 3) {
    FaultPoint point{.kind = FaultKind::dies, .at = at, .events = 0, .tripped = false, .where = {}, .meanwhile = {}};
    FaultConnector connector(*jumps.real, point);
    try {
      act(jumps, true, connector);
    } catch (const RunnerDied&) {
    }
    CHECK(act(jumps, true, *jumps.real).exit_code == 0);
    CHECK(dump(jumps.file()) == after);
    CHECK(act(jumps, false, *jumps.real).exit_code == 0);
  }
}

TEST_CASE(
    "PLN-1: every statement that is sent stands in the plan, in the ledger's table, or asks the engine's own catalog") {
  People world;
  Recorder recorder(*world.real);
  REQUIRE(world.run(world.plans, {}, &recorder).exit_code == 0);
  REQUIRE(world.undo(world.plans, {.through = {}, .lossy = {"all"}, .confirm = {}}, &recorder).exit_code == 0);
  const auto of_ledger = [](const std::string& sql) {
    return sql.find("_dmc_") != std::string::npos || sql.starts_with("pragma busy_timeout = ");
  };
  for (const auto& sql : recorder.executed) CHECK_MESSAGE((of_ledger(sql) || in_plan(world.plans, sql)), sql);
  for (const auto& sql : recorder.asked) {
    const bool catalog = sql.find("sqlite_schema") != std::string::npos ||
                         sql.find("sqlite_master") != std::string::npos || sql.find("pragma_") != std::string::npos ||
                         sql == "select sqlite_version()";
    CHECK_MESSAGE((of_ledger(sql) || catalog || in_plan(world.plans, sql)), sql);
  }
  CHECK(recorder.executed.size() > 15);
}

TEST_CASE("DRF-1: what keeps the meaning is no drift: ANALYZE, VACUUM, REINDEX, a copy of every row into a new file") {
  People world;
  REQUIRE(world.run(world.plans).exit_code == 0);
  for (const char* sql :
       {"analyze", "vacuum", "reindex", "pragma page_size = 8192; vacuum", "pragma auto_vacuum = full; vacuum"}) {
    execute_script(world.file(), sql);
    CHECK_MESSAGE(world.drift().exit_code == 0, sql);
  }
  const auto restored = world.folder.at("restored");
  execute_script(world.file(), "vacuum into '" + restored + "'");
  fs::rename(restored, world.file());
  CHECK(world.drift().exit_code == 0);
  execute_script(world.file(), "create index behind on people (n)");
  CHECK(world.drift().exit_code == executor::exit_code::not_in_base);
}

TEST_CASE("BAK-1: what was written to a table between its backup and its end is not lost: the end is refused") {
  PlanMaker maker(people);
  auto fence = sql_step("take old out of use", {"alter table old rename to _dmc_gone_old"},
                        {"alter table _dmc_gone_old rename to old"});
  plan::Backup copy;
  copy.source = "table old";
  copy.tombstone = "_dmc_gone_old";
  copy.artifact = "_dmc_backup_old";
  copy.write = {"create table _dmc_backup_old as select * from _dmc_gone_old"};
  copy.columns = {"a"};
  copy.rows = "select count(*) from _dmc_backup_old";
  const auto same =
      check("the backup holds what the table holds",
            "select count(*) from (select * from _dmc_gone_old except select * from _dmc_backup_old)", "0");
  copy.read_back = {same};
  auto backup = sql_step("back up old", {}, {"drop table _dmc_backup_old"});
  backup.forward.action = copy;
  backup.scratch = copy.write;
  auto drop = sql_step("drop old", {"drop table _dmc_gone_old"},
                       {"create table _dmc_gone_old (a)", "insert into _dmc_gone_old select a from _dmc_backup_old"});
  drop.forward.pre = {same};
  const auto plans = maker.add(fence).add(backup).add(drop).make();
  RunnerWorld world;
  world.begin_with(people, plans);
  execute_script(world.file(), "insert into old values (1)");
  bool wrote = false;
  world.kept.on_event = [&](const journal::Event& event) {
    const auto* ended = std::get_if<journal::StepEnded>(&event);
    // An application that knows the tombstone: the one that knows only the table failed loudly before.
    if (!ended || wrote || world.states() != "done done absent") return;
    wrote = true;
    CHECK_THROWS(execute_script(world.file(), "insert into old values (2)"));
    execute_script(world.file(), "insert into _dmc_gone_old values (3)");
  };
  const auto result = world.run(plans);
  CHECK(wrote);
  CHECK(result.exit_code == executor::exit_code::failed);
  CHECK(result.targets.front().text.find("the backup holds what the table holds") != std::string::npos);
  CHECK(world.rows("select a from _dmc_gone_old") == std::vector<std::string>{"1", "3"});
}
