// What the targets of one run owe each other: steps that wait for steps elsewhere, and one scope.
#pragma once

#include <list>
#include <vector>

#include "runtime/executor/target_run.hpp"

namespace dmc::executor {

using Targets = std::list<TargetRun>;

/// Whether every step that this one was built on is there, wherever it runs.
bool may_run(const plan::Plan& plan, const plan::Step& step, const TargetRun& target, const Targets& targets);

/// The done steps of other databases that this one is built on, as their own ledgers number them.
std::vector<ledger::Required> built_on(const plan::Plan& plan, const plan::Step& step, const TargetRun& target,
                                       const Targets& targets);

/// Stops every target that was built on a step which its target has no longer: that one was restored, or an older copy
/// took its place. False when there is one. A target whose ledger cannot be asked stops with that.
bool still_built_on(const plan::Plan& plan, Targets& targets);

/// Targets that were typed, by what their ledgers call themselves; those without one are new.
FrozenScope scope_of(const Targets& targets);

/// Another path to a database that has a target before: text for the later one, by its place in the list.
std::map<std::size_t, std::string> named_twice(const std::vector<const TargetResult*>& targets);

}  // namespace dmc::executor
