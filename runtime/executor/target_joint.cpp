// Neighbouring steps of one target together: in one commit, where the engine's ledger lets them share it, or with their
// records together, where each acts by itself.
#include <algorithm>

#include "runtime/executor/steps_report.hpp"
#include "runtime/executor/target_run.hpp"
#include "runtime/steps/apart.hpp"

namespace dmc::executor {

namespace {

bool is_among(const std::string& step, const std::vector<steps::Task>& tasks) {
  return std::any_of(tasks.begin(), tasks.end(), [&](const steps::Task& task) { return task.forward.id == step; });
}

}  // namespace

/// Nothing of another target is needed, and what is needed here is there or comes before.
bool TargetRun::follows(const plan::Step& step, const std::vector<steps::Task>& tasks) const {
  return undo_ || std::all_of(step.requires_steps.begin(), step.requires_steps.end(),
                              [&](const std::string& id) { return done(id) || is_among(id, tasks); });
}

std::vector<steps::Task> TargetRun::joining(std::span<const plan::Step* const> ahead, const Joins& joins) const {
  std::vector<steps::Task> tasks;
  for (const auto* step : ahead) {
    if (step->database != address_.database || alone_.contains(step->id) || tasks.size() == most_together_) break;
    auto task = task_of(*step);
    if (!task) continue;
    if (!joins(*task, tasks) || !follows(*step, tasks)) break;
    if (!tasks.empty() &&
        (step->stage != tasks.front().forward.stage || task->step().timeouts != tasks.front().step().timeouts))
      break;
    tasks.push_back(std::move(*task));
  }
  return tasks;
}

/// Whether a commit whose answer was lost took place.
bool TargetRun::came_to_rest() {
  try {
    const auto now = ledger_->target();
    return !now.moving && now.epoch == context_->grip.epoch;
  } catch (const session::SessionError&) {
    return false;
  }
}

void TargetRun::step_jointly(std::span<const plan::Step* const> ahead, bool alone) {
  guarded([&] {
    if (environment_.stop.requested() || by_hand_) return;
    built_on_.clear();
    if (const auto sharing = ledger_->sharing())
      share_commit(ahead, *sharing, alone);
    else if (!ledger_->acts_in_units())
      share_records(ahead);
  });
}

void TargetRun::share_commit(std::span<const plan::Step* const> ahead, const ledger::Sharing& sharing, bool alone) {
  const auto tasks = joining(ahead, [&](const auto& task, const auto&) { return steps::joins(task, sharing); });
  const bool ends = alone && sharing.with_end && std::all_of(rows_.begin(), rows_.end(), [&](const auto& row) {
                      return at_its_end(row.second) || is_among(row.first, tasks);
                    });
  if (tasks.size() + (ends ? 1 : 0) < 2 || tasks.empty()) return;
  const session::Stop::InFlight in_flight(environment_.stop, *session_);
  if (!undo_) enter_stage(tasks.front().forward);
  auto [joined, in_time] = steps::run_jointly(
      tasks, *context_, [&](const steps::Task& task) { return row_known(task); },
      [&] { return !ends || !bring_to_rest(); });
  if (joined.empty() && ends && came_to_rest()) joined.resize(tasks.size());
  if (joined.empty()) {
    if (in_time > 1) {
      most_together_ = in_time / 2;
      alone_.insert(tasks.front().forward.id);
    } else {
      for (const auto& task : tasks) alone_.insert(task.forward.id);
    }
    result_.drift.clear();  // as `end` finds it, when it comes to that
    return;
  }
  // A moment in which the server was busy is over at some time.
  std::int64_t took = 0;
  for (const auto& one : joined) took += one.milliseconds;
  if (tasks.size() == most_together_ && took < steps::joint_ms / 3)
    most_together_ = std::min(most_together_ * 2, steps::joint_steps);
  for (std::size_t i = 0; i < joined.size(); ++i) {
    tell_start(tasks[i]);
    tell_end(tasks[i], joined[i].done, joined[i].milliseconds);
  }
  if (ends) rest();
  rows_ = rows_by_step(ledger_->steps(context_->grip.generation));
}

void TargetRun::share_records(std::span<const plan::Step* const> ahead) {
  const auto at_rest = undo_ ? ledger::State::done : ledger::State::absent;
  const auto tasks = joining(ahead, [&](const steps::Task& task, const std::vector<steps::Task>& before) {
    return rows_.at(task.forward.id).state == at_rest && steps::acts_apart(task, before);
  });
  if (tasks.size() < 2) return;
  const session::Stop::InFlight in_flight(environment_.stop, *session_);
  if (!undo_) enter_stage(tasks.front().forward);
  const auto& timeouts = tasks.front().step().timeouts;
  try {
    ledger_->limits(timeouts.lock_ms, timeouts.statement_ms);
    const auto apart = steps::run_apart(
        tasks, *context_, [&](const steps::Task& task) { return row_known(task); },
        [&](const steps::Task& task) { tell_start(task); });
    for (std::size_t i = 0; i < apart.done.size(); ++i) {
      tell_end(tasks[i], apart.done[i].done, apart.done[i].milliseconds);
      if (undo_) undone_.insert(tasks[i].forward.id);
    }
    rows_ = rows_by_step(ledger_->steps(context_->grip.generation));
    if (apart.done.size() == tasks.size()) return;
    const auto& next = tasks[apart.done.size()];
    alone_.insert(next.forward.id);
    if (!apart.stopped) return;
    tell_end(next, *apart.stopped, 0);
    conclude(next, *apart.stopped);
  } catch (const session::SessionError&) {
    // Each is looked at by itself, and tells there what is wrong.
    for (const auto& task : tasks) alone_.insert(task.forward.id);
  }
}

}  // namespace dmc::executor
