// One target in one run: opened, judged, claimed, stepped through, ended.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/executor/executor.hpp"
#include "runtime/executor/inspection.hpp"
#include "runtime/executor/verdict.hpp"
#include "runtime/steps/steps.hpp"

namespace dmc::executor {

/// Its methods catch what the world did and put it into the result; false means that this target goes no further.
class TargetRun {
 public:
  TargetRun(const TargetAddress& address, const PlanPair& plans, const Options& options, Environment& environment,
            bool undo);

  /// Opens, locks and judges. Changes nothing.
  bool look();
  /// The same, to end the plan at the gate where it waits.
  bool look_to_settle();
  /// Takes the target over and moves its marker: begins, resumes or turns round.
  bool claim();
  /// Carries out one forward step of the plan, or takes it back. A step that is already there is passed over.
  bool step(const plan::Step& forward);
  /// Compares the target with what the plan promised and brings the marker to rest. Nothing while steps are missing.
  bool end();
  /// At the gate that ends a stage: inspects what is there, and notes that the target waits. Nothing when it did
  /// already, or when it has not come that far.
  void park(std::int64_t stage);
  /// Gates that an earlier run passed, with nothing behind them begun: a query is asked once more, and a word that is
  /// too old counts no longer. What is closed again is passed anew by `step`.
  void ask_gates_again();
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

  const TargetAddress& address() const { return address_; }
  TargetResult& result() { return result_; }
  /// The marker moves or will move in this run.
  bool has_work() const { return may_go(result_.verdict) && result_.verdict != Verdict::already_there; }
  bool waiting() const { return waiting_; }
  bool over() const { return over_; }
  bool done(const std::string& step) const;
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
  void judge();
  void judge_drift();
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
  std::optional<std::string> wrong(const std::vector<plan::QueryCheck>& checks,
                                   const std::function<bool(const plan::QueryCheck&)>& can_be_asked);
  void verdict(Verdict verdict, const std::string& text);
  std::string run_text() const;
  std::string undo_text() const;
  std::string settle_text() const;
  std::string progress_text() const;
  std::string under_way_text();

  void create_ledger();
  void check_unmoved(const ledger::Target& now);
  void begin();
  void begin_undo();
  void turn();
  void settle_open_steps();
  void note_identity();

  steps::Outcome carry_out(const steps::Task& task);
  steps::Outcome try_once(const steps::Task& task, bool& again);
  steps::Outcome after_error(const steps::Task& task, const std::string& text);
  bool conclude(const steps::Task& task, const steps::Outcome& outcome);
  std::optional<steps::Task> task_of(const plan::Step& forward) const;
  void reload_row(const std::string& step);
  void enter_stage(const plan::Step& step);

  void release_leftovers();
  ledger::Move move(const std::string& kind, const std::string& evidence) const;

  const plan::Plan& forward_plan() const { return plans_.forward.plan; }
  const plan::Step* reverse_of(const plan::Step& forward) const;
  bool accepted(const plan::Step& step) const;
  std::vector<plan::Step> own_steps() const;

  const TargetAddress& address_;
  const PlanPair& plans_;
  const Options& options_;
  Environment& environment_;
  bool undo_;
  bool settling_ = false;
  const plan::DatabaseInput& input_;
  const dialects::Dialect& dialect_;
  const ledger::Statements& statements_;

  std::unique_ptr<session::Lock> lock_;
  std::unique_ptr<session::Session> session_;
  std::optional<ledger::Ledger> ledger_;
  std::optional<steps::Context> context_;
  ledger::Target target_;
  History history_;
  Live live_;
  std::string normaliser_;
  std::map<std::string, ledger::StepRow> rows_;
  TargetResult result_;
  bool waiting_ = false;
  bool over_ = false;
};

}  // namespace dmc::executor
