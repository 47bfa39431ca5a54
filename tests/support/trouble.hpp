// Two runners on a real server, and one of them in trouble: killed, frozen, cut off, taken over at any event of any
// plan. A world says what its plans are, what is there, and what its ledger holds.
#pragma once

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <doctest/doctest.h>

#include "runtime/executor/executor.hpp"
#include "runtime/session/forwarding.hpp"
#include "tests/support/fault_session.hpp"

namespace dmc::tests {

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

inline long from_environment(const char* name, long otherwise) {
  const char* value = std::getenv(name);
  return value ? std::atol(value) : otherwise;
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
template <class World>
class Round {
 public:
  template <class Server>
  Round(Server& server, Draw& draw, bool fenced)
      : draw_(draw), plans_(World::drawn_plans(draw)), world_(server, "stress"), fenced_(fenced) {
    world_.begin(plans_);
    start_ = world_.picture();
    forth_ = traced(true);
    end_ = world_.picture();
    if (start_ == end_) throw std::runtime_error("the plan does nothing");
    back_ = traced(false);
    undone_ = world_.picture();
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
        world_.cut_off();
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
        const auto before = world_.ledger();
        const int code = go(forth, false);
        // Where a server has no locks, whoever stands still for seconds is taken over.
        if (!World::frozen_holds && code == 0) return in_vain({runner});
        expect("the other", code, 5);
        if (world_.ledger() != before) wrong_ += "who was refused wrote something\n";
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
    const auto before = world_.picture() + world_.ledger();
    for (const int runner : runners)
      // Where a server has no locks, one that stood still before it held anything is one that came later.
      if (continued(runner) == 0 && !World::frozen_holds) return;
    if (const auto is = world_.picture() + world_.ledger(); is != before)
      wrong_ += "who was taken over wrote something; it was\n" + before + "and is\n" + is;
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
    if (const auto is = world_.picture(); is != wanted) wrong_ += "it is\n" + is + "and must be\n" + wanted;
    if (world_.verify().exit_code != 0) wrong_ += "it does not verify\n";
  }

  /// Runs to the event, where it stops itself; 0: to its end.
  int started(bool forth, long at, bool take_over) {
    const int child = ::fork();
    if (child != 0) {
      runners_.push_back(child);
      return child;
    }
    FaultPoint point;
    point.kind = FaultKind::meanwhile;
    point.at = at;
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
    executor::Options options;
    options.take_over = take_over;
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
      if (fenced_ || events[i].starts_with(World::once_only)) found.push_back(long(i) + 1);
    return found.at(static_cast<std::size_t>(draw_.below(static_cast<long>(found.size()))));
  }

  void expect(const std::string& who, int code, int wanted) {
    if (code != wanted)
      wrong_ += who + " answered " + std::to_string(code) + " instead of " + std::to_string(wanted) + "\n";
  }

  Draw& draw_;
  executor::PlanPair plans_;
  World world_;
  bool fenced_;
  std::string start_, end_, undone_, wrong_;
  std::vector<std::string> forth_, back_;
  std::vector<int> runners_;  ///< that have not ended yet
};

/// STRESS_PLANS says how many plans, STRESS_SEED which; each on a database of its own, there and back.
template <class World, class Server>
void stress(Server& server, long otherwise) {
  const long plans = from_environment("STRESS_PLANS", otherwise), seed = from_environment("STRESS_SEED", 20261126);
  std::map<std::string, long> times;
  long bad = 0, troubles = 0;
  for (long plan = 0; plan < plans; ++plan) {
    Draw draw(static_cast<std::uint64_t>(seed + plan));
    Round<World> round(server, draw, true);
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
      CHECK_MESSAGE(false, "plan " << plan << std::string(forth ? ", forth, " : ", back, ") << std::string(name) << "\n"
                                   << wrong);
      break;
    }
  }
  for (const auto& [name, count] : times) MESSAGE(name << ": " << count << " times");
  CHECK(bad == 0);
  MESSAGE(plans << " plans, " << troubles << " in trouble, " << bad << " bad, from seed " << seed);
}

/// How many of that many plans go wrong where nothing ends a session.
template <class World, class Server>
long bad_without_fence(Server& server, long plans) {
  long bad = 0;
  for (long plan = 0; plan < plans; ++plan) {
    Draw draw(static_cast<std::uint64_t>(plan + 1));
    if (!Round<World>(server, draw, false).suffer(true, Trouble::frozen).empty()) ++bad;
  }
  MESSAGE(plans << " plans without the fence, " << bad << " bad");
  return bad;
}

}  // namespace dmc::tests
