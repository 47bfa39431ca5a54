#include "runtime/steps/apart.hpp"

#include <algorithm>
#include <deque>
#include <utility>

namespace dmc::steps {

bool acts_apart(const Task& task, std::span<const Task> before) {
  if (task.row_only() || task.leader || task.skip_pre || !task.forward.leftovers.empty()) return false;
  const auto& step = task.step();
  const auto* run = std::get_if<plan::RunSql>(&step.action);
  if (!run || run->in_transaction || run->statements.size() != 1 || !run->settings.empty()) return false;
  if (!step.session.empty() || !step.invariants.empty() || !step.leftovers.empty() || !step.hazards.empty())
    return false;
  if (step.unclaimed || step.one_replica || step.all_known || step.exactly_once_by != plan::ExactlyOnce::post)
    return false;
  // Between the question whether anything was written and the statement lie those of the others.
  if (task.undo && task.forward.reverse.grade != plan::ReverseClass::exact) return false;
  if (step.pre.empty() || step.post.empty() || step.locks.empty()) return false;
  return std::all_of(step.locks.begin(), step.locks.end(), [](const auto& lock) { return lock.work == "catalog"; }) &&
         std::none_of(before.begin(), before.end(),
                      [&](const Task& other) { return touch_the_same(step, other.step()); });
}

Apart run_apart(std::span<const Task> tasks, Context& context, const KnownRow& known,
                const std::function<void(const Task&)>& begins) {
  Apart apart;
  context.overran = false;
  std::deque<Attempt> attempts;
  std::vector<Attempt*> all;
  for (const auto& task : tasks) all.push_back(&attempts.emplace_back(task, context, known(task)));
  std::span<Attempt*> going(all);
  going = going.first(Attempt::holding(context, going, &plan::Step::pre).first);
  if (going.size() < 2) return apart;
  Attempt::intend(context, going);

  bool may_have_acted = false;  // the one whose statement failed
  for (auto* attempt : going) {
    if (context.stop.requested()) break;
    begins(attempt->task());
    const auto began = context.clock.milliseconds();
    try {
      attempt->sender().execute(std::get<plan::RunSql>(attempt->step().action).statements.front());
    } catch (const session::SessionError& error) {
      may_have_acted = error.begun;
      break;
    }
    apart.done.push_back({Done{}, context.clock.milliseconds() - began});
  }

  const auto acted = going.first(apart.done.size());
  const auto [proven, reason] = Attempt::holding(context, acted, &plan::Step::post);
  apart.done.resize(proven);
  const auto left = going.subspan(acted.size() + (may_have_acted ? 1 : 0));
  if (proven > 0 || !left.empty()) Attempt::end(context, acted.first(proven), left);
  if (proven < acted.size()) apart.stopped = acted[proven]->acted_in_vain(reason);
  return apart;
}

}  // namespace dmc::steps
