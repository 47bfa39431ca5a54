// Two runners on a real PostgreSQL server, and one of them in trouble. DMC_STRESS says how many plans.
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <doctest/doctest.h>

#include "runtime/session/forwarding.hpp"
#include "tests/unit/executor/postgres_plans.hpp"

using namespace dmc;
using namespace dmc::tests;
using namespace dmc::tests::on_postgres;

namespace {

/// Adds a line outside any transaction: twice would be seen.
executor::PlanPair logged() {
  auto made = sql_step("log", {"insert into public.log values ('once')"}, {"delete from public.log"});
  made.scratch = std::vector<std::string>{};
  const auto none = check("nothing is logged", "select count(*) from public.log", "0");
  const auto once = check("one line is logged", "select count(*) from public.log", "1");
  made.forward.pre = made.reverse->post = {none};
  made.forward.post = made.reverse->pre = {once};
  for (auto* step : {&made.forward, &*made.reverse}) {
    std::get<plan::RunSql>(step->action).in_transaction = false;
    step->exactly_once_by = plan::ExactlyOnce::post;
  }
  PlanMaker maker({"create table log (x text not null)"});
  return maker.on("postgres").add(made).make();
}

/// A mutant: nothing is locked, and nobody's session is looked at or ended.
class Unfenced : public session::Connector {
 public:
  explicit Unfenced(session::Connector& inner) : inner_(inner) {}
  std::unique_ptr<session::Session> open(const session::Url& url, session::Missing missing, session::Access access,
                                         session::Lock*) override {
    class Blind : public session::Forwarding {
     public:
      using Forwarding::Forwarding;
      bool alive(const std::string&) override { return false; }
      void end(const std::string&) override {}
    };
    return std::make_unique<Blind>(inner_.open(url, missing, access, nullptr));
  }
  std::unique_ptr<session::Lock> lock(const session::Url&, const session::Holder&, session::Held) override {
    return std::make_unique<session::Lock>();
  }
  session::Holder holder(const session::Url&) override { return {}; }

 private:
  session::Connector& inner_;
};

/// The lines in the log after a runner that was frozen at every event of its run, and one that took over from it.
/// `all`: also inside a transaction, where only a runner that ends the frozen one's session comes past its locks.
std::vector<std::string> most_logged(PostgresWorld& world, session::Connector& connector, bool all) {
  const auto plans = logged();
  std::vector<std::string> bad;
  bool frozen = true;
  for (long at = 1; frozen; at += 3) {  // just before each statement is sent
    frozen = false;
    FaultPoint point = fault(FaultKind::meanwhile, at);
    point.meanwhile = [&](bool in_transaction) {
      frozen = true;
      if (all || !in_transaction) world.run(plans, taking_over(), &connector);
    };
    FaultConnector freezing(connector, point);
    world.run(plans, {}, &freezing);
    const auto lines = world.one("select count(*) from public.log");
    if (lines != "1") bad.push_back(point.where + ": " + lines);
    world.undo(plans, all_lossy(), &connector);
    // Whatever the mutant left behind.
    world.server.script(world.database, {"delete from public.log",
                                         "update dmc.target set moving_plan = null, moving_to = null, "
                                         "moving_forward = null, moving_stage = null, parked = false",
                                         "update dmc.step set state = 'absent'"});
  }
  return bad;
}

}  // namespace

TEST_CASE(
    "SRV LCK-1: frozen at any event around a statement outside a transaction, it acts once; without the fence, twice") {
  WITH_WORLD("postgres mutant", "mutant");
  world.begin_with({"create table log (x text not null)"}, logged());
  for (const auto& bad : most_logged(world, *world.real, true)) CHECK_MESSAGE(false, bad);
  Unfenced mutant(*world.real);
  CHECK_MESSAGE(!most_logged(world, mutant, false).empty(), "the harness does not notice that the fence is gone");
}

TEST_CASE("SRV: runners are killed, frozen and cut off at any time, and taken over; nothing is done twice") {
  WITH_WORLD("postgres stress", "stress");
  const auto plans = everything();
  world.begin_with(with_rows(), plans);
  const char* wanted = std::getenv("DMC_STRESS");
  const int rounds = wanted ? std::atoi(wanted) : 12;
  std::uint64_t drawn = 0x9e3779b97f4a7c15U;
  const auto draw = [&](std::uint64_t below) {
    drawn ^= drawn << 13U;
    drawn ^= drawn >> 7U;
    drawn ^= drawn << 17U;
    return static_cast<int>(drawn % below);
  };
  int went_wrong = 0, still_there = 0;
  for (int round = 0; round < rounds; ++round) {
    const int runner = ::fork();
    if (runner == 0) {
      const auto connector = session::connector();
      const auto result = world.run(plans, {}, connector.get());
      ::_exit(result.exit_code);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(draw(160)));
    const int mishap = draw(3);
    if (mishap == 0) ::kill(runner, SIGSTOP);
    if (mishap == 1) ::kill(runner, SIGKILL);
    if (mishap == 2)
      world.rows(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'dmc/%' and datname = "
          "'stress'");
    if (!world.rows("select 1 from pg_locks where locktype = 'advisory'").empty()) ++still_there;
    auto result = world.run(plans, taking_over());
    if (mishap == 0) ::kill(runner, SIGCONT);
    ::waitpid(runner, nullptr, 0);
    // Where the first runner was not stopped but only cut off, two met, and the one that lost says so.
    if (result.exit_code != 0) result = world.run(plans);
    const auto there = people(world);
    if (result.exit_code != 0 || there != as_changed || world.verify().exit_code != 0) {
      ++went_wrong;
      CHECK_MESSAGE(false, "round " << round << ", mishap " << mishap << ": " << there << "\n" << text(result));
    }
    REQUIRE(world.undo(plans, all_lossy()).exit_code == 0);
    REQUIRE(people(world) == as_made);
  }
  CHECK(went_wrong == 0);
  MESSAGE(rounds << " plans, " << still_there << " of them taken over from a session that was still there, "
                 << went_wrong << " bad");
}
