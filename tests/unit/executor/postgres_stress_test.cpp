// Two runners on a real PostgreSQL server, and one of them in trouble; and a mutant without the fence, which must be
// seen to go wrong. STRESS_PLANS says how many plans, STRESS_SEED which.
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <map>
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

const std::string log_table = "create table log (x text not null)";

/// Adds a line, outside any transaction unless it is said: twice would be seen.
MadeStep log_step(const std::string& line = "once", bool in_transaction = false) {
  auto made = sql_step("log " + line, {"insert into public.log values ('" + line + "')"},
                       {"delete from public.log where x = '" + line + "'"});
  made.scratch = std::vector<std::string>{};
  if (in_transaction) return made;
  const auto lines = "select count(*) from public.log where x = '" + line + "'";
  const auto none = check("no line " + line + " is logged", lines, "0");
  const auto once = check("one line " + line + " is logged", lines, "1");
  made.forward.pre = made.reverse->post = {none};
  made.forward.post = made.reverse->pre = {once};
  for (auto* step : {&made.forward, &*made.reverse}) {
    std::get<plan::RunSql>(step->action).in_transaction = false;
    step->exactly_once_by = plan::ExactlyOnce::post;
  }
  return made;
}

executor::PlanPair logged() { return PlanMaker({log_table}).on("postgres").add(log_step()).make(); }

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

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15U | 1U) {}
  long below(long count) {
    state_ ^= state_ << 13U;
    state_ ^= state_ >> 7U;
    state_ ^= state_ << 17U;
    return static_cast<long>((state_ >> 11U) % static_cast<std::uint64_t>(count));
  }

 private:
  std::uint64_t state_;
};

long from_environment(const char* name, long otherwise) {
  const char* value = std::getenv(name);
  return value ? std::atol(value) : otherwise;
}

/// Three to six steps of every kind; one of them always outside any transaction, and not to be repeated.
executor::PlanPair drawn_plans(Draw& draw) {
  auto tables = base;
  tables.push_back(log_table);
  PlanMaker maker(tables);
  maker.on("postgres");
  const long steps = 3 + draw.below(4), unrepeatable = draw.below(steps);
  for (long i = 0; i < steps; ++i) {
    const auto number = std::to_string(i);
    switch (i == unrepeatable ? 4 : draw.below(5)) {
      case 0:
        maker.add(sql_step("column c" + number, {"alter table people add column c" + number + " text"},
                           {"alter table people drop column c" + number}));
        break;
      case 1:
        maker.add(index_step(false, "people_" + number, draw.below(2) == 0 ? "name" : "n"));
        break;
      case 2:
        maker.add(fill_step());
        break;
      case 3:
        maker.add(log_step("t" + number, true));
        break;
      default:
        maker.add(log_step("a" + number));
    }
  }
  return maker.make();
}

/// Rows, columns, indexes, and where the ledger stands; without what differs from run to run.
std::string picture(const PostgresWorld& world) {
  auto all = people(world) + "\n";
  for (const std::string sql :
       {"select x from public.log order by x", "select at_hash, at_name, moving_plan is null, parked from dmc.target",
        "select step, state, kind from dmc.step where generation = (select generation from dmc.target) order by 1",
        "select name from dmc.leftover order by 1", "select path, state from dmc.object order by 1"})
    for (const auto& row : world.rows(sql)) all += row + "\n";
  return all;
}

/// Every row of the ledger.
std::string ledger(const PostgresWorld& world) {
  std::string all;
  for (const std::string table : {"target", "step", "attempt", "history", "object", "leftover", "backup"})
    for (const auto& row : world.rows("select to_jsonb(t)::text from dmc." + table + " t order by 1"))
      all += row + "\n";
  return all;
}

enum class Trouble { killed, frozen, frozen_twice, cut_off, raced, refused, turned_round, count };
constexpr std::array<const char*, 7> names{"killed",
                                           "frozen and taken over",
                                           "frozen and taken over twice",
                                           "its sessions terminated",
                                           "taken over while it acts",
                                           "met by another without --take-over",
                                           "frozen and turned round"};

/// One plan on a database of its own; one runner comes into trouble at an event that is drawn.
class Round {
 public:
  Round(PostgresServer& server, Draw& draw, bool fenced)
      : draw_(draw), plans_(drawn_plans(draw)), world_(server, "stress"), fenced_(fenced) {
    auto statements = with_rows();
    statements.push_back(log_table);
    world_.begin_with(statements, plans_);
    start_ = picture(world_);
    forth_ = traced(true);
    end_ = picture(world_);
    if (start_ == end_) throw std::runtime_error("the plan does nothing");
    back_ = traced(false);
    undone_ = picture(world_);
  }

  /// Nobody is left frozen where the round itself broke off.
  ~Round() {
    while (!runners_.empty()) {
      ::kill(runners_.back(), SIGKILL);
      ended(runners_.back());
    }
  }
  Round(const Round&) = delete;
  Round& operator=(const Round&) = delete;

  /// "" or what is wrong; `trouble` says what was done.
  std::string suffer(bool forth, Trouble trouble) {
    wrong_.clear();
    const auto& events = forth ? forth_ : back_;
    const auto at = event_of(events);
    const int runner = started(forth, at, false);
    if (!stopped(runner)) return "it did not stop at event " + std::to_string(at);
    after_freeze(forth, trouble, runner);
    settle(forth);
    if (!wrong_.empty()) wrong_ += "at " + events[static_cast<std::size_t>(at) - 1] + "\n";
    return wrong_;
  }

 private:
  void after_freeze(bool forth, Trouble trouble, int runner) {
    switch (trouble) {
      case Trouble::killed:
        ::kill(runner, SIGKILL);
        ended(runner);
        return;
      case Trouble::cut_off:
        world_.server.script("postgres", {drop_sessions(world_.database)});
        continued(runner);
        return;
      case Trouble::raced: {
        const int other = started(forth, 0, true);
        std::this_thread::sleep_for(std::chrono::milliseconds(draw_.below(150)));
        continued(runner);
        ended(other);
        return;
      }
      case Trouble::refused: {
        // The tables may be locked by the one that is frozen; nobody writes there without writing into the ledger too.
        const auto before = ledger(world_);
        expect("the other", go(forth, false), 5);
        if (ledger(world_) != before) wrong_ += "who was refused wrote something\n";
        expect("the one that held it", continued(runner), 0);
        return;
      }
      case Trouble::frozen_twice: {
        const auto& events = forth ? forth_ : back_;
        const int second = started(forth, 1 + draw_.below(static_cast<long>(events.size())), true);
        const bool both = stopped(second);
        go(forth, true);
        in_vain(both ? std::vector<int>{runner, second} : std::vector<int>{runner});
        return;
      }
      default:
        go(trouble == Trouble::turned_round ? !forth : forth, true);
        in_vain({runner});
    }
  }

  /// They go on, and write nothing.
  void in_vain(const std::vector<int>& runners) {
    const auto before = picture(world_) + ledger(world_);
    for (const int runner : runners) continued(runner);
    if (picture(world_) + ledger(world_) != before) wrong_ += "who was taken over wrote something\n";
  }

  /// A quiet run, once whoever is on his way out is gone.
  void settle(bool forth) {
    int code = 5;
    for (int tries = 0; tries < 100 && code == 5; ++tries) {
      if (tries > 0) std::this_thread::sleep_for(std::chrono::milliseconds(50));
      code = go(forth, false);
    }
    expect("the quiet one", code, 0);
    const auto wanted = forth ? end_ : undone_;
    if (const auto is = picture(world_); is != wanted) wrong_ += "it is\n" + is + "and must be\n" + wanted;
    if (world_.verify().exit_code != 0) wrong_ += "it does not verify\n";
  }

  /// Runs to the event, where it stops itself; 0: to its end.
  int started(bool forth, long at, bool take_over) {
    const int child = ::fork();
    if (child != 0) {
      runners_.push_back(child);
      return child;
    }
    FaultPoint point = fault(FaultKind::meanwhile, at);
    point.meanwhile = [](bool) { ::raise(SIGSTOP); };
    ::_exit(go(forth, take_over, &point));
  }
  bool stopped(int runner) {
    int status = 0;
    ::waitpid(runner, &status, WUNTRACED);
    if (!WIFSTOPPED(status)) std::erase(runners_, runner);
    return WIFSTOPPED(status);
  }
  int ended(int runner) {
    int status = 0;
    ::waitpid(runner, &status, 0);
    std::erase(runners_, runner);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  int continued(int runner) {
    ::kill(runner, SIGCONT);
    return ended(runner);
  }

  int go(bool forth, bool take_over, FaultPoint* point = nullptr) {
    const auto real = session::connector();
    Unfenced mutant(*real);
    FaultPoint none;
    FaultConnector connector(fenced_ ? *real : static_cast<session::Connector&>(mutant), point ? *point : none);
    auto options = take_over ? taking_over() : Options{};
    options.lossy = forth ? std::vector<std::string>{} : std::vector<std::string>{"all"};
    return (forth ? world_.run(plans_, options, &connector) : world_.undo(plans_, options, &connector)).exit_code;
  }

  std::vector<std::string> traced(bool forth) {
    std::vector<std::string> events;
    FaultPoint point;
    point.trace = &events;
    if (go(forth, false, &point) != 0) throw std::runtime_error("an undisturbed run fails");
    return events;
  }

  /// The mutant is frozen where nothing but the fence stands between it and doing a thing twice: with another in its
  /// transaction it would wait for itself.
  long event_of(const std::vector<std::string>& events) {
    std::vector<long> found;
    for (std::size_t i = 0; i < events.size(); ++i)
      if (fenced_ || events[i].starts_with("sent: insert into public.log values ('a")) found.push_back(long(i) + 1);
    return found.at(static_cast<std::size_t>(draw_.below(static_cast<long>(found.size()))));
  }

  void expect(const std::string& who, int code, int wanted) {
    if (code != wanted)
      wrong_ += who + " answered " + std::to_string(code) + " instead of " + std::to_string(wanted) + "\n";
  }

  Draw& draw_;
  executor::PlanPair plans_;
  PostgresWorld world_;
  bool fenced_;
  std::string start_, end_, undone_, wrong_;
  std::vector<std::string> forth_, back_;
  std::vector<int> runners_;  ///< that have not ended yet
};

}  // namespace

TEST_CASE(
    "SRV LCK-1: frozen at any event around a statement outside a transaction, it acts once; without the fence, twice") {
  WITH_WORLD("postgres mutant", "mutant");
  world.begin_with({log_table}, logged());
  for (const auto& bad : most_logged(world, *world.real, true)) CHECK_MESSAGE(false, bad);
  Unfenced mutant(*world.real);
  CHECK_MESSAGE(!most_logged(world, mutant, false).empty(), "the harness does not notice that the fence is gone");
}

TEST_CASE("SRV: runners are killed, frozen, cut off and taken over at any event of any plan; nothing is done twice") {
  auto* server = postgres_or_skip("postgres stress");
  if (!server) return;
  const long plans = from_environment("STRESS_PLANS", 6), seed = from_environment("STRESS_SEED", 20261126);
  std::map<std::string, long> times;
  long bad = 0, troubles = 0;
  for (long plan = 0; plan < plans; ++plan) {
    Draw draw(static_cast<std::uint64_t>(seed + plan));
    Round round(*server, draw, true);
    for (const bool forth : {true, false}) {
      const auto trouble = draw.below(static_cast<long>(Trouble::count));
      const auto* const name = names[static_cast<std::size_t>(trouble)];
      CAPTURE(plan);
      CAPTURE(name);
      const auto wrong = round.suffer(forth, static_cast<Trouble>(trouble));
      ++times[name];
      ++troubles;
      if (wrong.empty()) continue;
      ++bad;
      CHECK_MESSAGE(false, "plan " << plan << (forth ? ", forth, " : ", back, ") << name << "\n" << wrong);
      break;
    }
  }
  for (const auto& [name, count] : times) MESSAGE(name << ": " << count << " times");
  CHECK(bad == 0);
  MESSAGE(plans << " plans, " << troubles << " in trouble, " << bad << " bad, from seed " << seed);
}

TEST_CASE("SRV: the same without the fence is seen to be bad") {
  auto* server = postgres_or_skip("postgres stress, without the fence");
  if (!server) return;
  const long plans = std::max(3L, from_environment("STRESS_PLANS", 6) / 10);
  long bad = 0;
  for (long plan = 0; plan < plans; ++plan) {
    Draw draw(static_cast<std::uint64_t>(plan + 1));
    if (!Round(*server, draw, false).suffer(true, Trouble::frozen).empty()) ++bad;
  }
  MESSAGE(plans << " plans without the fence, " << bad << " bad");
  CHECK(bad == plans);
}
