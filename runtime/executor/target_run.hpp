// One target in one run: opened, judged, claimed, stepped through, ended.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "runtime/executor/executor.hpp"
#include "runtime/executor/inspection.hpp"
#include "runtime/executor/preflight.hpp"
#include "runtime/executor/verdict.hpp"
#include "runtime/steps/joint.hpp"
#include "runtime/steps/steps.hpp"

namespace dmc::executor {

/// What the runner knows of where a database lies.
struct Layout {
  std::int64_t hosts = 0, shards = 0;
  std::int64_t replicas = 0;  ///< of the target's own shard
};

/// Its methods catch what the world did and put it into the result; false means that this target goes no further.
class TargetRun {
 public:
  TargetRun(const TargetAddress& address, const PlanPair& plans, const Options& options, Environment& environment,
            bool undo);

  /// What is asked of the target before it may be changed is asked with this.
  void lies_in(const Layout& layout) { layout_ = layout; }
  /// Opens, locks and judges. Changes nothing.
  bool look();
  /// A run that goes on does so on the targets that it was begun on, unless the difference was accepted.
  void check_scope(const FrozenScope& now);
  /// Takes the target over: from here on nobody else writes to it. The marker stays where it is. `alone`: nothing has
  /// to wait for other targets, and a begin takes it over in its own commit.
  bool take(bool alone);
  /// Moves the marker of a target that was taken: begins, resumes or turns round.
  bool begin_or_go_on(const FrozenScope& scope);
  /// It stands where the plan leads, and is not yet the shard that the inventory says.
  bool joins() const {
    return result_.verdict == Verdict::already_there && !undo_ && !address_.cluster.empty() &&
           target_.identity.shard.empty();
  }
  /// Takes it and notes which shard of which cluster it is.
  void join();
  /// Puts a marker back that this run has just begun to move; nothing once a step has begun. True when it is at rest.
  bool give_back();
  /// The same as `look`, to end the plan at the gate where it waits.
  bool look_to_settle();
  /// Carries out the first of these steps, in the order of the run, in one commit, or, where each acts by itself, with
  /// their records together: as many as may share that. None when that is one step only; what does not come to its end
  /// is left to `step`. `alone`: no other target has to be asked before the end, which then goes into the commit of the
  /// last steps.
  void step_jointly(std::span<const plan::Step* const> ahead, bool alone);
  /// Carries out one forward step of the plan, or takes it back. A step that is already there is passed over.
  /// `leader`: another replica did it, and it only has to arrive.
  bool step(const plan::Step& forward, std::vector<ledger::Required> built_on,
            std::optional<steps::Leader> leader = std::nullopt);
  /// Compares the target with what the plan promised and brings the marker to rest. Nothing while steps are missing.
  bool end();
  /// At the gate that ends a stage: inspects what is there, and notes that the target waits. Nothing when it did
  /// already, or when it has not come that far.
  void park(std::int64_t stage);
  /// Gates that an earlier run passed, with nothing behind them begun: a query is asked once more, and a word that is
  /// too old counts no longer. What is closed again is passed anew by `step`.
  /// `begun_elsewhere`: whether another target has begun something behind that stage.
  void ask_gates_again(const std::function<bool(std::int64_t)>& begun_elsewhere);
  /// Whether it has begun to act behind that stage.
  bool begun_behind(std::int64_t stage) const;
  /// Brings a parked marker to rest at its stage.
  void settle();
  /// The stage it is in; 0 at rest.
  std::int64_t stage() const { return target_.moving ? target_.moving->stage : 0; }
  /// The version it would be settled at, or was: "7.1".
  std::string settles_at() const { return target_.moving ? stage_name(target_.moving->stage) : target_.at_name; }
  /// A stage for people: "7.1".
  std::string stage_name(std::int64_t stage) const;
  /// What its steps and losses look like now; nothing of it is asked again.
  void describe();
  /// After `look`: every question that the steps will ask, in their order; one that is wrong stops nothing.
  std::vector<Foreseen> foresee();
  session::Session* session() { return session_.get(); }

  const TargetAddress& address() const { return address_; }
  TargetResult& result() { return result_; }
  /// The marker moves or will move in this run.
  bool has_work() const { return may_go(result_.verdict) && result_.verdict != Verdict::already_there; }
  bool waiting() const { return waiting_; }
  /// It could not be asked.
  bool unknown() const { return unknown_; }
  /// The run goes on without it, in its shard.
  void left_behind(const std::string& text);
  /// Differences that are held back are drift, but for those that `elsewhere` accounts for: another replica has come to
  /// the end of the step.
  void judge_ahead(const std::function<bool(const plan::Step&)>& elsewhere);
  /// Whether the step, in this direction, is done by one replica for all.
  bool passes_on(const plan::Step& forward) const;
  /// It is not begun while a replica cannot be asked: what that one did of it would be done twice, or missed.
  bool needs_all_known(const plan::Step& forward) const;
  bool has_begun(const std::string& step) const;
  /// It still has to be done in this direction.
  bool has_open(const std::string& step) const;
  /// It was done already when this change came to it, which did nothing here.
  bool has_found(const std::string& step) const;
  /// It was done in this direction, in this generation.
  bool has_ended(const std::string& step) const;
  bool at_the_end() const;
  /// What other replicas wait for, of a step that has ended here.
  steps::Leader lead(const plan::Step& forward);
  bool over() const { return over_; }
  bool done(const std::string& step) const;
  /// What this run has read of the step's row; none when it has no row.
  const ledger::StepRow* row(const std::string& step) const;
  /// The steps of other targets that those done here were built on.
  std::vector<ledger::Required> built_on() const;
  /// Asks the ledger whether that step is still done, with that number; none, and stopped, when it cannot be asked.
  std::optional<bool> still_has(const ledger::Required& required);
  void restored(const std::string& text) { verdict(Verdict::restored, text); }
  void named_twice(const std::string& text) { verdict(Verdict::twice, text); }
  /// The target's own row as it was read last.
  const ledger::Target& remembered() const { return target_; }
  /// For events: "shop (sqlite:shop.db)".
  std::string label() const;
  void stop(int exit_code, const std::string& outcome, const std::string& text);

 private:
  bool guarded(const std::function<void()>& body);
  /// The same for what is the ledger's own: a locked database is waited for as the plan's first step would.
  bool patiently(const std::function<void()>& body);

  /// Waits, in slices, while nobody asks to stop.
  void pause(std::int64_t milliseconds);

  void open();
  void connect(session::Missing missing);
  void judge_one_moment();
  void judge();
  void judge_likeness();
  void judge_index();
  void note_engine();
  void check_ledger(Verdict what);
  void judge_drift();
  void drifted(std::vector<Difference> differences);
  void forgive_own_work(Comparison& compared);
  void note_unproven(const Comparison& compared);
  /// Whether the database stands where the plan leads, although no step of it has run; only of what a schema shows.
  bool is_made_by_hand() const;
  bool accept_by_hand();
  void judge_looks();
  void note_undone();
  /// What the database is at the gate of that stage, when it is what the plan promised; else stops and says how it
  /// differs. Inside a transaction.
  std::optional<std::string> promised_at(std::int64_t stage, const std::string& when);
  bool stage_is_done(std::int64_t stage) const;
  void close_gate(const plan::Step& step, const std::string& reason);
  /// Whether the rows fit what the plan makes of them, as far as that can be asked before its first step.
  void judge_rows();
  /// Whether what is lost by taking the plan back was accepted, and what was written since.
  void judge_losses();
  /// The first of the checks that does not hold; one that cannot be asked yet is passed over.
  std::optional<std::string> wrong(const plan::Step& step, const std::vector<plan::QueryCheck>& checks);
  void verdict(Verdict verdict, const std::string& text);
  std::string standing() const;
  std::string run_text() const;
  std::string undo_text() const;
  std::string settle_text() const;
  std::string progress_text() const;
  std::string under_way_text();
  /// The plan of the project that leads on from where this target stands; none when it is not on the way to the base.
  const Ancestor* ancestor() const;
  /// Those of this database, the newest first.
  std::vector<const Ancestor*> ancestors() const;
  enum class Past { ran, missing, untold };
  Past past_of(const Ancestor& plan) const;
  /// Of the plans that only move rows and come right before `before` (none: before this plan), the oldest that has not
  /// run here; where there is none, one of which nobody can tell.
  struct Missed {
    const Ancestor* plan = nullptr;
    bool untold = false;
  };
  Missed passed_over(const Ancestor* before) const;
  void judge_untold(const Ancestor& plan);
  void judge_behind(const Ancestor& ancestor, const std::string& at);

  std::int64_t end_earlier_session();
  std::int64_t over_epoch_ = 0;  ///< whose holder is known to be gone
  void create_ledger();
  std::string holder() const;
  /// In the transaction of the begin, before anything else is read or written.
  void take_within();
  void check_unmoved(const ledger::Target& now);
  void begin(const FrozenScope& scope);
  void begin_undo(const FrozenScope& scope);
  void rescope(const FrozenScope& scope);
  void turn();
  /// What a person says of steps that are in doubt, into their rows and into the history.
  void take_word();
  void settle_open_steps();
  void refuse_half_taken_back(const plan::Step& step);
  void end_the_way_back();
  void note_identity();

  steps::Outcome carry_out(const steps::Task& task);
  void tell_start(const steps::Task& task);
  void tell_end(const steps::Task& task, const steps::Outcome& outcome, std::int64_t milliseconds);
  steps::Outcome try_once(const steps::Task& task, bool& again);
  steps::Outcome after_error(const steps::Task& task, const std::string& text);
  std::optional<ledger::StepRow> row_known(const steps::Task& task) const;
  steps::Outcome done_as(const steps::Attempt& attempt);
  bool conclude(const steps::Task& task, const steps::Outcome& outcome);
  std::optional<steps::Task> task_of(const plan::Step& forward) const;
  /// Whether a task may join those before it.
  using Joins = std::function<bool(const steps::Task&, const std::vector<steps::Task>&)>;
  std::vector<steps::Task> joining(std::span<const plan::Step* const> ahead, const Joins& joins) const;
  void share_commit(std::span<const plan::Step* const> ahead, const ledger::Sharing& sharing, bool alone);
  void share_records(std::span<const plan::Step* const> ahead);
  bool follows(const plan::Step& step, const std::vector<steps::Task>& tasks) const;
  void reload_row(const std::string& step);
  void enter_stage(const plan::Step& step);

  bool at_its_end(const ledger::StepRow& row) const;
  /// Inside a unit, the marker; else what the database should be and is not, and the unit must not be committed.
  std::optional<std::string> bring_to_rest();
  /// Behind the commit of that.
  void rest();
  bool came_to_rest();
  void release_leftovers();
  ledger::Move move(const std::string& kind, const std::string& evidence) const;

  const plan::Plan& forward_plan() const { return plans_.forward.plan; }
  const plan::Step* reverse_of(const plan::Step& forward) const;
  bool accepted(const plan::Step& step) const;
  const std::vector<plan::Step>& own_steps() const { return own_steps_; }

  const TargetAddress& address_;
  const PlanPair& plans_;
  const Options& options_;
  Environment& environment_;
  bool undo_;
  bool settling_ = false;
  bool by_hand_ = false;  ///< what its steps do was done by somebody else, and is recorded only
  const plan::DatabaseInput& input_;
  const std::vector<plan::Step> own_steps_;  ///< of the plan, those of this database
  const dialects::Dialect& dialect_;
  const ledger::Keeper& keeper_;

  std::unique_ptr<session::Lock> lock_;
  std::unique_ptr<session::Session> session_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::optional<steps::Context> context_;
  ledger::Target target_;
  History history_;
  Live live_;
  std::string normaliser_;
  std::map<std::string, ledger::StepRow> rows_;
  TargetResult result_;
  std::vector<ledger::Required> built_on_;          ///< of the step in hand
  std::size_t most_together_ = steps::joint_steps;  ///< so many share a commit, or their records, in good time
  std::set<std::string> alone_;                     ///< steps that share no commit: they were tried together, in vain
  std::string rescoped_;  ///< how the targets differ from those of the begin, when that was accepted
  bool begun_ = false;    ///< by this run
  bool told_of_place_ = false;
  bool to_be_taken_ = false;  ///< by the transaction that begins
  std::optional<Layout> layout_;
  std::set<std::string> undone_;   ///< steps that were taken back in this generation
  std::vector<Difference> ahead_;  ///< that another replica may account for
  bool unknown_ = false;
  bool waiting_ = false;
  bool over_ = false;
};

}  // namespace dmc::executor
