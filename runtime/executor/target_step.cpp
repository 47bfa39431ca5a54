// Carries out one step, forward or back: retries what may be retried, and looks at the row when an answer was lost.
#include <algorithm>

#include "runtime/executor/steps_report.hpp"
#include "runtime/executor/target_run.hpp"
#include "runtime/journal/time_words.hpp"
#include "runtime/steps/check.hpp"

namespace dmc::executor {

namespace {

/// The word of an outcome in events and in the ledger, and what a person reads.
struct Words {
  std::string outcome;
  std::string text;
};

Words words_of(const steps::Outcome& outcome, const steps::Task& task) {
  struct Reader {
    const steps::Task& task;
    Words operator()(const steps::Done&) const {
      if (task.was_found)
        return {"passed over", "this change had found it done and did nothing, so nothing is taken back"};
      if (task.by_hand) return {"done", "by hand before: it was recorded only"};
      return {task.undo ? "undone" : "done", ""};
    }
    Words operator()(const steps::Exceeded& exceeded) const { return {"exceeded", exceeded.text}; }
    Words operator()(const steps::Found&) const { return {"found", "skipped: what it must come to holds already"}; }
    Words operator()(const steps::Failed& failed) const { return {"failed", failed.text}; }
    Words operator()(const steps::Conflict& conflict) const { return {"conflict", conflict.text}; }
    Words operator()(const steps::InDoubt& doubt) const { return {"in doubt", doubt.text}; }
    Words operator()(const steps::Waiting& waiting) const { return {"waiting", waiting.text}; }
    Words operator()(const steps::Interrupted&) const { return {"interrupted", "stopped on request"}; }
  };
  return std::visit(Reader{task}, outcome);
}

}  // namespace

std::optional<steps::Task> TargetRun::task_of(const plan::Step& forward) const {
  const auto row = rows_.find(forward.id);
  if (forward.database != address_.database || row == rows_.end()) return std::nullopt;
  const auto state = row->second.state;
  if (!undo_) {
    if (done(forward.id)) return std::nullopt;
    return steps::Task{.forward = forward,
                       .reverse = nullptr,
                       .undo = false,
                       .skip_pre = false,
                       .retry = 0,
                       .was_found = false,
                       .built_on = built_on_,
                       .leader = {},
                       .by_hand = by_hand_ && std::holds_alternative<plan::RunSql>(forward.action)};
  }
  if (state == ledger::State::absent) return std::nullopt;
  const bool accepts_loss = forward.reverse.grade == plan::ReverseClass::exact_until_written && accepted(forward);
  return steps::Task{.forward = forward,
                     .reverse = state == ledger::State::found ? nullptr : reverse_of(forward),
                     .undo = true,
                     .skip_pre = accepts_loss,
                     .retry = 0,
                     .was_found = state == ledger::State::found};
}

bool TargetRun::step(const plan::Step& forward, std::vector<ledger::Required> built_on,
                     std::optional<steps::Leader> leader) {
  built_on_ = std::move(built_on);
  return guarded([&] {
    auto task = task_of(forward);
    if (!task) return;
    if (leader && task->was_found) {
      // Another replica did for all of them what this one found, and has taken it back: it goes here too.
      task->reverse = reverse_of(forward);
      task->was_found = false;
    }
    if ((task->reverse || !undo_) && !task->by_hand) task->leader = std::move(leader);
    if (environment_.stop.requested())
      return stop(exit_code::interrupted, "interrupted", "stopped on request; what is done stays done");
    const session::Stop::InFlight in_flight(environment_.stop, *session_);
    if (!undo_) enter_stage(forward);
    const auto outcome = carry_out(*task);
    conclude(*task, outcome);
    if (!std::holds_alternative<steps::Done>(outcome)) reload_row(forward.id);
  });
}

void TargetRun::reload_row(const std::string& step) {
  if (auto row = ledger_->step(context_->grip.generation, step)) rows_[step] = std::move(*row);
}

/// Databases whose gates lie elsewhere come into the next stage with their first step of it.
void TargetRun::enter_stage(const plan::Step& step) {
  if (!target_.moving || step.stage <= target_.moving->stage) return;
  const auto now = ledger_->target();
  if (now.moving && now.moving->stage < step.stage) {
    ledger::Unit unit(*ledger_);
    ledger_->stage(context_->grip, plans_.forward.hash, now.moving->stage, step.stage);
    ledger_->remember(move("stage", ""));
    unit.commit();
  }
  target_.moving->stage = step.stage;
}

void TargetRun::tell_start(const steps::Task& task) {
  const auto row = rows_.find(task.forward.id);
  journal::StepStarted started{.target = label(),
                               .step = task.forward.id,
                               .ordinal = row == rows_.end() ? 0 : row->second.ordinal,
                               .of = static_cast<std::int64_t>(rows_.size()),
                               .summary = task.step().summary,
                               .forward = !task.undo,
                               .attempt = row == rows_.end() ? 1 : row->second.attempt + 1};
  environment_.sink.tell(started);
}

void TargetRun::tell_end(const steps::Task& task, const steps::Outcome& outcome, std::int64_t milliseconds) {
  const auto words = words_of(outcome, task);
  const auto* finished = std::get_if<steps::Done>(&outcome);
  environment_.sink.tell(journal::StepEnded{.target = label(),
                                            .step = task.forward.id,
                                            .outcome = words.outcome,
                                            .text = words.text,
                                            .milliseconds = milliseconds,
                                            .rows = finished ? finished->rows : std::nullopt});
}

steps::Outcome TargetRun::carry_out(const steps::Task& task) {
  tell_start(task);
  const auto began = environment_.clock.milliseconds();
  steps::Task trying = task;
  bool again = false;
  auto outcome = try_once(trying, again);
  for (auto wait = task.step().timeouts.backoff_min_ms; again;
       wait = std::min(wait * 2, task.step().timeouts.backoff_max_ms)) {
    const auto reason = words_of(outcome, task).text;
    environment_.sink.tell(journal::StepRetried{.target = label(),
                                                .step = task.forward.id,
                                                .reason = reason,
                                                .retry = trying.retry + 1,
                                                .of = task.step().timeouts.retries,
                                                .wait_ms = wait});
    pause(wait);
    ++trying.retry;
    outcome = try_once(trying, again);
  }
  tell_end(task, outcome, environment_.clock.milliseconds() - began);
  return outcome;
}

/// The step's row, unless it may have moved on behind an answer that was lost.
std::optional<ledger::StepRow> TargetRun::row_known(const steps::Task& task) const {
  const auto row = rows_.find(task.forward.id);
  if (task.retry > 0 || row == rows_.end() || alone_.contains(task.forward.id)) return std::nullopt;
  return row->second;
}

/// What the step's row says now is known from here on.
steps::Outcome TargetRun::done_as(const steps::Attempt& attempt) {
  rows_[attempt.row().step] = attempt.row();
  if (undo_ && !attempt.task().was_found) undone_.insert(attempt.row().step);
  return steps::Done{};
}

/// `again` says that the outcome is a lock that may be free later.
steps::Outcome TargetRun::try_once(const steps::Task& task, bool& again) {
  again = false;
  const auto& timeouts = task.step().timeouts;
  try {
    context_->overran = false;
    steps::Attempt attempt(task, *context_, row_known(task));
    const auto ended = task.undo ? ledger::State::absent : ledger::State::done;
    if (attempt.row().state == ended) return done_as(attempt);
    ledger_->limits(timeouts.lock_ms, timeouts.statement_ms);
    auto outcome = task.leader ? attempt.follow() : steps::run_step(attempt);
    if (std::holds_alternative<steps::Done>(outcome)) done_as(attempt);
    return outcome;
  } catch (const session::SessionError& error) {
    if (environment_.stop.immediately() || (error.retryable && environment_.stop.requested()))
      return steps::Interrupted{};
    if (context_->overran)
      return after_error(task,
                         (timeouts.statement_ms ? "a statement took longer than the " : "it took longer than the ") +
                             journal::time_words(timeouts.statement_ms.value_or(timeouts.deadline_ms.value_or(0))) +
                             " the plan allows and was cancelled: " + error.what());
    again = error.retryable && !context_->spoiled && task.retry < timeouts.retries && !environment_.stop.requested();
    if (again) return steps::Failed{error.what()};
    const std::string tries = error.retryable ? " (tried " + std::to_string(task.retry + 1) + " times)" : "";
    return after_error(task, error.what() + tries);
  }
}

/// Nothing from memory is trusted after an error: the row says whether the commit whose answer was lost took place.
steps::Outcome TargetRun::after_error(const steps::Task& task, const std::string& text) {
  try {
    steps::Attempt attempt(task, *context_);
    const auto state = attempt.row().state;
    if (state == (task.undo ? ledger::State::absent : ledger::State::done)) return done_as(attempt);
    const auto* run = std::get_if<plan::RunSql>(&task.step().action);
    const bool open = state == ledger::State::intended || state == ledger::State::undoing;
    if (run && !run->in_transaction && open)
      if (auto settled = attempt.settle()) {
        done_as(attempt);
        return std::move(*settled);
      }
  } catch (const session::SessionError&) {
    // The next run looks at the row; the first error is the one that tells what happened.
  }
  return steps::Failed{text};
}

/// Turns the outcome into how the target's run goes on; false when it does not.
bool TargetRun::conclude(const steps::Task& task, const steps::Outcome& outcome) {
  if (context_->spoiled)
    stop(exit_code::failed, "failed", "a setting of the session could not be put back; run again, with a new session");
  if (std::holds_alternative<steps::Done>(outcome) || std::holds_alternative<steps::Found>(outcome)) return !over_;
  const auto words = words_of(outcome, task);
  const std::string where = task.step().summary + (task.step().source.empty() ? "" : " (" + task.step().source + ")");
  if (const auto* gate = std::get_if<steps::Waiting>(&outcome)) {
    waiting_ = true;
    stop(exit_code::waiting, "waiting",
         gate->person ? "it waits until a person says: " + gate->text
                      : "it waits at a gate (" + task.forward.summary + "): " + gate->text);
    return false;
  }
  if (std::holds_alternative<steps::Interrupted>(outcome)) {
    stop(exit_code::interrupted, "interrupted", "stopped on request at: " + where + "; what is done stays done");
    return false;
  }
  std::string text = "step '" + where + "' ";
  if (words.outcome == "conflict")
    text += "was not begun, because " + words.text;
  else if (words.outcome == "in doubt")
    text += "is in doubt: " + words.text;
  else if (words.outcome == "exceeded")
    text += "is done, and the run stops behind it: " + words.text;
  else
    text += "failed: " + words.text;
  // What was written in the meantime is a loss that can be accepted by name.
  const bool until_written = task.forward.reverse.grade == plan::ReverseClass::exact_until_written;
  if (task.undo && until_written && words.outcome == "conflict" && !accepted(task.forward))
    result_.unaccepted.push_back(task.forward.id);
  stop(exit_code::failed, words.outcome, text);
  try {
    steps::Attempt(task, *context_).record_failure(words.outcome, steps::without_data(words.text));
  } catch (const session::SessionError&) {
    // A target that cannot be asked any more keeps its rows as they are.
  }
  return false;
}

}  // namespace dmc::executor
