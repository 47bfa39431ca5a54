// A change of several steps that was broken off between two of them.
#pragma once

#include <map>
#include <string>

#include "compiler/plan/plan.hpp"
#include "runtime/executor/inspection.hpp"
#include "runtime/ledger/ledger.hpp"

namespace dmc::executor {

/// Takes away the differences of objects that stand in between: a step of theirs is there, and the one that moves the
/// model on is not yet, or not any more. What they are then no state says; the steps to come look for themselves.
void forgive_half_way(Comparison& compared, const plan::Plan& forward,
                      const std::map<std::string, ledger::StepRow>& rows);

}  // namespace dmc::executor
