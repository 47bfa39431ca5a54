// Targets that are behind: the plans of the project that lead from an older version to the base of a plan.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/cli/world.hpp"
#include "runtime/executor/executor.hpp"

namespace dmc::cli {

/// Every state that the plan's bases come from, as the plans of the project it lies in tell: for each database the
/// chain backwards to the empty one, or to where it breaks off.
std::vector<executor::Ancestor> ancestors_of(const executor::PlanPair& plans, const World& world);

/// What is done with one plan on some of the targets, in the order they were given.
using OnTargets = std::function<executor::RunResult(const executor::PlanPair&, const std::vector<std::string>& urls)>;

/// Leads every target that is behind to the plan's base, one plan after the other, the oldest first. `look` is a dry
/// run of the plan itself, `carry` runs an earlier one on the targets with these addresses, and `settle` ends it at the
/// gate where the project says that it was settled. The result of a plan that did not come to its end; none when every
/// target has caught up.
std::optional<executor::RunResult> catch_up(const executor::PlanPair& plans, const World& world,
                                            const std::function<executor::RunResult()>& look, const OnTargets& carry,
                                            const OnTargets& settle);

}  // namespace dmc::cli
