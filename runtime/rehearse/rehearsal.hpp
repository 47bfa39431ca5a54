// One rehearsal under way: its databases, and what was shown so far. Internal to this folder.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "runtime/executor/inspection.hpp"
#include "runtime/executor/preflight.hpp"
#include "runtime/rehearse/again.hpp"
#include "runtime/rehearse/crash.hpp"
#include "runtime/rehearse/engine.hpp"
#include "runtime/rehearse/fill.hpp"
#include "runtime/rehearse/rehearse.hpp"
#include "runtime/rehearse/rows.hpp"
#include "runtime/rehearse/same_target.hpp"

namespace dmc::rehearse {

/// The rehearsal cannot go on, because of the plan (`failed`) or because it cannot even begin.
struct Ended {
  int exit_code = executor::exit_code::failed;
  std::string text;
  std::optional<executor::RunResult> report = {};
  std::string code = {};  ///< of what was refused
};

/// A question of the plan that generated rows of this database must answer.
struct Judge {
  std::string database;
  plan::QueryCheck check;
  bool operator==(const Judge&) const = default;
};

/// What a database is at one moment.
struct Moment {
  executor::Live live;
  Contents rows;
};
using Moments = std::map<std::string, Moment>;  ///< by database

/// Waits are passed over, and count as having passed: what a plan waits for does not come in a rehearsal.
class HurriedClock : public journal::Clock {
 public:
  explicit HurriedClock(journal::Clock& inner) : inner_(inner) {}
  std::string utc() override { return inner_.utc(); }
  std::int64_t milliseconds() override { return inner_.milliseconds() + skipped_; }
  void pause(std::int64_t milliseconds) override { skipped_ += milliseconds; }

 private:
  journal::Clock& inner_;
  std::int64_t skipped_ = 0;
};

/// For runs of which only the outcome is of interest.
class Silence : public journal::Sink {
 public:
  void tell(const journal::Event&) override {}
};

class Rehearsal {
 public:
  Rehearsal(const executor::PlanPair& plans, const Ground& ground, const Options& options,
            executor::Environment& environment);
  /// Throws Ended and session::SessionError.
  void go();
  trust::Rehearsal& record() { return record_; }
  const std::vector<executor::TargetAddress>& targets() const { return work_; }
  const Engine* engine() const { return engine_.get(); }

 private:
  using Names = std::set<std::string>;
  /// How the generated rows are drawn, from the odd to the harmless.
  struct Rows {
    bool plain = false;
    bool none = false;
    bool fitting = false;  ///< columns that get another type hold values of that type already
    std::vector<Judge> judges = {};
    std::set<std::string> empty = {};  ///< tables that get no row
  };

  // prepare.cpp
  void check_ground();
  void build_base();
  /// Fills the base and keeps a copy; asks the plan's own questions and draws again where they refuse the rows.
  void prepare(Rows& rows);
  /// Questions that stopped the run half way, in the names of the base, when its rows answer them wrongly too.
  bool learn(const executor::RunResult& run, Rows& rows);
  void fill_all(const Rows& rows);
  /// Runs with rows that get ever more ordinary, until the plan comes to its end or to a gate that does not open.
  executor::RunResult first_run();
  /// Tables that the statement names which failed, when it is an author's own.
  Names tables_of_own_statement(const executor::RunResult& run) const;
  void note_rows(const Rows& rows);

  // story.cpp
  void show_run(const executor::RunResult& run);
  void show_target();
  void show_rows();
  void show_second_passes();
  enum class Back { whole, lossy, refused, unfit };
  Back show_undo();
  /// False: the way back gave other values to columns whose type it changes, and it may be the rows that do not fit.
  bool tell();
  void show_again();
  void show_crashes(bool forward);
  void note_the_usual();

  executor::Environment surroundings(session::Connector& connector, journal::Sink& sink);
  executor::RunResult run(session::Connector& connector, journal::Sink& sink);
  executor::RunResult run();
  executor::RunResult undo(session::Connector& connector);
  session::Connector& connector() {
    return copies_ ? static_cast<session::Connector&>(*copies_) : environment_.connector;
  }
  void check_not_stopped() const;
  std::unique_ptr<session::Session> open(const executor::TargetAddress& address, session::Access access);
  Moments look();
  void copy(const std::vector<executor::TargetAddress>& from, const std::vector<executor::TargetAddress>& to) const;
  std::vector<executor::TargetAddress> places(const std::string& folder) const;
  const dialects::Dialect& dialect_of(const std::string& database) const;
  const plan::Plan& plan() const { return plans_.forward.plan; }
  bool same_rows(const Moments& left, const Moments& right) const;
  std::string name(const std::string& database, const std::string& object) const;

  void shown(const std::string& about, const std::string& text) { record_.shown.push_back({about, text}); }
  void not_shown(const std::string& about, const std::string& text) { record_.not_shown.push_back({about, text}); }

  const executor::PlanPair& plans_;
  const Ground& ground_;
  const Options& options_;
  executor::Environment& environment_;
  HurriedClock clock_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<SameTarget> copies_;  ///< none where a copy keeps what tells the target apart
  trust::Rehearsal record_;
  std::vector<executor::TargetAddress> work_;   ///< where the plan runs
  std::vector<executor::TargetAddress> bare_;   ///< the base without rows
  std::vector<executor::TargetAddress> base_;   ///< the base with rows
  std::vector<executor::TargetAddress> after_;  ///< behind the plan
  std::unique_ptr<Again> again_;
  Moments at_base_, at_end_;
  std::map<std::string, std::set<std::string>> drifting_;
  std::vector<std::pair<std::string, Filled>> filled_;  ///< database and table
  bool waiting_ = false;
  bool fitting_ = false;             ///< columns that get another type hold values of that type already
  std::vector<std::string> unfit_;   ///< columns that did not survive the change of their type and back
  std::vector<std::string> fitted_;  ///< what is not among the rows because of `fitting`
};

}  // namespace dmc::rehearse
