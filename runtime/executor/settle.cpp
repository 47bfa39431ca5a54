// Ends a plan at the gate where its targets wait, all of them at the same one.
#include <algorithm>
#include <list>
#include <tuple>

#include "runtime/executor/admission.hpp"
#include "runtime/executor/next.hpp"
#include "runtime/executor/target_run.hpp"

namespace dmc::executor {

namespace {

using Settling = std::list<TargetRun>;

std::vector<TargetAddress> in_order(std::vector<TargetAddress> targets) {
  std::sort(targets.begin(), targets.end(), [](const auto& left, const auto& right) {
    return std::tie(left.database, left.url.location) < std::tie(right.database, right.url.location);
  });
  return targets;
}

/// The next change begins at one state of each database, so all targets end at one gate.
void check_one_stage(Settling& targets, const std::vector<std::string>& stages) {
  const auto first = std::find_if(stages.begin(), stages.end(), [](const auto& name) { return !name.empty(); });
  const bool same =
      std::all_of(stages.begin(), stages.end(), [&](const auto& name) { return name.empty() || name == *first; });
  if (same) return;
  auto name = stages.begin();
  for (auto& target : targets) {
    if (!target.over())
      target.stop(exit_code::refused, "refused",
                  "it is at version " + *name +
                      ", and another target is at another gate; bring all to the same one with dmc run; nothing was "
                      "changed");
    ++name;
  }
}

}  // namespace

RunResult settle(const PlanPair& plans, const std::vector<TargetAddress>& unsorted, const Options& options,
                 Environment& environment) {
  const auto& plan = plans.forward.plan;
  RunResult result{.plan = plans.forward.hash,
                   .title = title_of(plan),
                   .forward = true,
                   .dry_run = options.dry_run,
                   .exit_code = 0,
                   .text = refusal(plans, unsorted, environment),
                   .targets = {}};
  if (!result.text.empty()) {
    result.exit_code = exit_code::refused;
    return result;
  }
  const auto addresses = in_order(unsorted);
  Settling targets;
  for (const auto& address : addresses) targets.emplace_back(address, plans, options, environment, false);
  bool all = true;
  std::vector<std::string> stages;
  for (auto& target : targets) {
    all = target.look_to_settle() && all;
    stages.push_back(target.over() ? std::string() : target.settles_at());
  }
  if (all) check_one_stage(targets, stages);
  all = all && std::none_of(targets.begin(), targets.end(), [](const auto& target) { return target.over(); });
  for (auto& target : targets) {
    if (target.over()) continue;
    if (!all)
      target.stop(exit_code::done, "not started", "nothing was done here, because another target cannot be settled");
    else if (!target.has_work())
      target.stop(exit_code::done, "nothing to do", target.result().verdict_text);
    else if (options.dry_run)
      target.stop(exit_code::done, "would be settled", target.result().verdict_text);
  }
  if (all && !options.dry_run) {
    bool claimed = true;
    const auto scope = options.scope.value_or(FrozenScope(Scope{}));
    for (auto& target : targets)
      if (target.has_work() && claimed) claimed = target.take(false) && target.begin_or_go_on(scope);
    for (auto& target : targets)
      if (claimed && !target.over()) target.settle();
    for (auto& target : targets)
      if (!target.over())
        target.stop(exit_code::refused, "not started", "nothing was done here, because another target was lost");
  }
  for (auto& target : targets) {
    target.describe();
    auto& own = target.result();
    own.next = next_of_settle(own, plans, target.address());
    result.exit_code = worst(result.exit_code, static_cast<int>(own.exit_code));
    result.targets.push_back(std::move(own));
  }
  return result;
}

}  // namespace dmc::executor
