// What a target's marker says of a plan: runtime.md §1.11 as a function.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/plan/plan.hpp"
#include "runtime/executor/result.hpp"
#include "runtime/ledger/rows.hpp"

namespace dmc::executor {

using History = std::vector<std::pair<ledger::Move, std::string>>;

/// The last time the marker came to rest; none when it never moved.
const ledger::Move* last_end(const History& history);
/// Which forward plan the present generation belongs to; none when the target never ran one.
std::optional<std::string> plan_of_generation(const ledger::Target& target, const History& history);
/// Whether this plan was settled at a gate and nothing moved the marker since.
bool settled_by(const ledger::Target& target, const History& history, const std::string& hash);
/// The purge that gave up the undo of the last change; none where it can be taken back, or was.
const ledger::Move* purged(const ledger::Target& target, const History& history);
/// When the marker last moved, UTC; empty when it never did.
std::string last_moved(const History& history);

/// `hash` is the forward plan's; drift, identity and locks are asked elsewhere.
Verdict verdict_of_run(const ledger::Target& target, const History& history, const std::string& hash,
                       const plan::DatabaseInput& input);
/// `run` while it waits at a gate of this plan, `already_there` once it was settled.
Verdict verdict_of_settle(const ledger::Target& target, const History& history, const std::string& hash);
Verdict verdict_of_undo(const ledger::Target& target, const History& history, const std::string& hash,
                        const plan::DatabaseInput& input);

/// Whether a run or an undo may go on from there.
bool may_go(Verdict verdict);
int exit_code_of(Verdict verdict);

}  // namespace dmc::executor
