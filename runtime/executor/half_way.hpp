// A change of several steps that was broken off between two of them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/plan/plan.hpp"
#include "runtime/executor/inspection.hpp"
#include "runtime/ledger/ledger.hpp"

namespace dmc::executor {

/// Takes away the differences of objects that stand in between: a step of theirs is there, and the one that moves the
/// model on is not yet, or not any more. What they are then no state says; the steps to come look for themselves.
void forgive_half_way(Comparison& compared, const plan::Plan& forward,
                      const std::map<std::string, ledger::StepRow>& rows);

/// The steps of a change that was being taken back and is not back yet, in the order in which they are taken back:
/// those that are done, while one behind them is not any more. Taking back may do for several steps at once what they
/// did one by one, so that a change can only begin again from its beginning. Empty between two changes.
std::vector<const plan::Step*> rest_of_the_way_back(const plan::Plan& forward, const std::string& database,
                                                    const std::map<std::string, ledger::StepRow>& rows);

}  // namespace dmc::executor
