// Asks the other targets' ledgers, never a memory of them.
#include "runtime/executor/together.hpp"

#include <algorithm>

namespace dmc::executor {

namespace {

const plan::Step* step_named(const plan::Plan& plan, const std::string& id) {
  const auto found =
      std::find_if(plan.steps.begin(), plan.steps.end(), [&](const auto& step) { return step.id == id; });
  return found == plan.steps.end() ? nullptr : &*found;
}

std::string lost(const plan::Plan& plan, const ledger::Required& required, const TargetRun& other) {
  const auto* step = step_named(plan, required.step);
  const std::string what = step ? "'" + step->summary + "'" : required.step;
  return "target " + other.label() + " no longer has step " + what +
         " as it was done then [E0614]; what was done here " +
         "was built on it. That database was restored from a backup, or failed over";
}

}  // namespace

bool may_run(const plan::Plan& plan, const plan::Step& step, const TargetRun& target, const Targets& targets) {
  return std::all_of(step.requires_steps.begin(), step.requires_steps.end(), [&](const std::string& id) {
    const auto* required = step_named(plan, id);
    if (!required) return true;
    if (required->database == target.address().database) return target.done(id);
    return std::all_of(targets.begin(), targets.end(), [&](const TargetRun& other) {
      return other.address().database != required->database || !other.has_work() || other.done(id);
    });
  });
}

std::vector<ledger::Required> built_on(const plan::Plan& plan, const plan::Step& step, const TargetRun& target,
                                       const Targets& targets) {
  std::vector<ledger::Required> all;
  for (const auto& id : step.requires_steps) {
    const auto* required = step_named(plan, id);
    if (!required || required->database == target.address().database) continue;
    for (const auto& other : targets) {
      const auto* row = other.row(id);
      if (other.address().database != required->database || !row || !row->seq) continue;
      all.push_back({other.remembered().identity.target_id, other.remembered().generation, id, *row->seq});
    }
  }
  return all;
}

bool still_built_on(const plan::Plan& plan, Targets& targets) {
  bool all = true;
  for (auto& target : targets)
    for (const auto& required : target.built_on()) {
      const auto other = std::find_if(targets.begin(), targets.end(), [&](const TargetRun& candidate) {
        return candidate.remembered().identity.target_id == required.target_id;
      });
      if (other == targets.end() || &*other == &target) continue;
      const auto there = other->still_has(required);
      if (there.value_or(true)) continue;
      target.restored(lost(plan, required, *other));
      all = false;
      break;
    }
  return all;
}

std::map<std::size_t, std::string> named_twice(const std::vector<const TargetResult*>& targets) {
  std::map<std::string, const TargetResult*> first;
  std::map<std::size_t, std::string> texts;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const auto& target = *targets[i];
    if (target.lies_in.empty()) continue;
    const auto [known, is_new] = first.emplace(target.lies_in, &target);
    if (!is_new)
      texts[i] = "it is the same database as " + known->second->database + " (" + known->second->url +
                 ") [E0620], by another path: the plan would run twice on it; nothing was changed";
  }
  return texts;
}

FrozenScope scope_of(const Targets& targets) {
  Scope scope;
  for (const auto& target : targets) {
    const auto& id = target.remembered().identity.target_id;
    if (!target.address().shard.empty()) {
      scope.targets.push_back(target.address().name());
      continue;
    }
    scope.targets.push_back(target.address().database + " " + (id.empty() ? "new" : id));
  }
  return FrozenScope(std::move(scope));
}

}  // namespace dmc::executor
