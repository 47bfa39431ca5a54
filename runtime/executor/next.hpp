// The one command to type next.
#pragma once

#include <string>
#include <vector>

#include "runtime/executor/executor.hpp"

namespace dmc::executor {

/// "dmc run plans/0007.plan.json --on shop=sqlite:shop.db", quoted for a shell where it must be.
std::string command_line(const std::string& verb, const std::string& operand, const std::vector<TargetAddress>& targets,
                         const std::vector<std::string>& more = {});

/// A word as a shell takes it.
std::string shell_word(const std::string& text);

/// Where plan N lies by convention.
std::string plan_path(std::int64_t number);

/// What follows from how a run or an undo ended on a target.
Next next_of(const TargetResult& result, const PlanPair& plans, const std::vector<TargetAddress>& targets,
             const TargetAddress& target, const Options& options, bool undo);

/// The same of a settle.
Next next_of_settle(const TargetResult& result, const PlanPair& plans, const TargetAddress& target);

}  // namespace dmc::executor
