// Neighbouring steps of one target in one commit, where the engine's ledger lets them share it.
#include <algorithm>

#include "runtime/executor/steps_report.hpp"
#include "runtime/executor/target_run.hpp"
#include "runtime/steps/joint.hpp"

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

std::vector<steps::Task> TargetRun::joining(std::span<const plan::Step* const> ahead,
                                            const ledger::Sharing& sharing) const {
  std::vector<steps::Task> tasks;
  for (const auto* step : ahead) {
    if (step->database != address_.database || alone_.contains(step->id) || tasks.size() == steps::joint_steps) break;
    auto task = task_of(*step);
    if (!task) continue;
    if (!steps::joins(*task, sharing) || !follows(*step, tasks)) break;
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
    const auto sharing = ledger_->sharing();
    if (!sharing || environment_.stop.requested()) return;
    built_on_.clear();
    const auto tasks = joining(ahead, *sharing);
    const bool ends = alone && sharing->with_end && std::all_of(rows_.begin(), rows_.end(), [&](const auto& row) {
                        return at_its_end(row.second) || is_among(row.first, tasks);
                      });
    if (tasks.size() + (ends ? 1 : 0) < 2 || tasks.empty()) return;
    const session::Stop::InFlight in_flight(environment_.stop, *session_);
    if (!undo_) enter_stage(tasks.front().forward);
    auto joined = steps::run_jointly(
        tasks, *context_, [&](const steps::Task& task) { return row_known(task); },
        [&] { return !ends || !bring_to_rest(); });
    if (joined.empty() && ends && came_to_rest()) joined.resize(tasks.size());
    if (joined.empty()) {
      for (const auto& task : tasks) alone_.insert(task.forward.id);
      result_.drift.clear();  // as `end` finds it, when it comes to that
      return;
    }
    for (std::size_t i = 0; i < joined.size(); ++i) {
      tell_start(tasks[i]);
      tell_end(tasks[i], joined[i].done, joined[i].milliseconds);
    }
    if (ends) rest();
    rows_ = rows_by_step(ledger_->steps(context_->grip.generation));
  });
}

}  // namespace dmc::executor
