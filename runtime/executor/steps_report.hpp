// A plan's steps as a target remembers them, and what undoing them would lose.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/plan/plan.hpp"
#include "runtime/executor/result.hpp"
#include "runtime/ledger/ledger.hpp"

namespace dmc::executor {

std::vector<StepReport> report_steps(const plan::Plan& plan, const std::string& database,
                                     const std::map<std::string, ledger::StepRow>& rows,
                                     const std::vector<ledger::AttemptRow>& attempts);

/// Steps whose effect is there, wholly or in part: an undo must take them back.
bool has_effect(ledger::State state);

/// In the order an undo would come to them.
std::vector<Loss> report_losses(const plan::Plan& plan, const std::string& database,
                                const std::map<std::string, ledger::StepRow>& rows);

/// "3 of 8 steps are done"
std::string count_done(const std::vector<StepReport>& steps);

std::map<std::string, ledger::StepRow> rows_by_step(std::vector<ledger::StepRow> rows);

}  // namespace dmc::executor
