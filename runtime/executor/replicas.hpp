// What replicas of one shard owe each other: an act that one of them does for all, and an end that none comes to alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/executor/together.hpp"

namespace dmc::executor {

/// Where the database of a target lies, of the targets that are named so ("shop/s1/a").
Layout layout_of(const TargetAddress& target, const std::vector<std::string>& names);

/// Hosts that cannot be asked are left behind where another replica of the shard can; the others go on as far as they
/// may.
void leave_behind(Targets& targets);

/// Differences that a replica further on accounts for are none; any other is drift.
void judge_ahead(Targets& targets);

/// In which order targets carry out a step: who began it comes first, and who found it done comes last.
std::vector<TargetRun*> in_turn(const plan::Step& step, Targets& targets);

/// The replica that did the step, where one does it for all; none when it is this target's turn to act.
std::optional<steps::Leader> leader_of(const plan::Step& step, const TargetRun& target, Targets& targets);

/// Stops a target in front of a step that must not be sent while a replica cannot be asked; false then.
bool may_act(const plan::Step& step, TargetRun& target, const Targets& targets);

/// No replica comes to its end before all of its shard have every step; what has to wait says for whom.
bool may_end(TargetRun& target, const Targets& targets);

}  // namespace dmc::executor
