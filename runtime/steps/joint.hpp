// Several steps in one commit.
//
// The promise: every step keeps its own fence, guarded update, checks, row, number and attempt, exactly as in a
// transaction of its own, so that the ledger ends with the same content. Only the commit is one. It is all or nothing:
// when one of the steps does not come to its end, nothing of any of them stays, nothing was told of them, and the
// caller carries each out alone, which says what is wrong with it. No row is waited for in between and no more is begun
// once `joint_ms` are over, so that writers of the application are kept out for a moment only.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/steps/attempt.hpp"

namespace dmc::steps {

/// Behind the step that ends after so much work the commit is due.
inline constexpr std::int64_t joint_ms = 100;

/// Whether the task may wait for its neighbours' commit: statements in a transaction, in a session as it is, on the
/// catalog alone.
bool joins(const Task& task);

struct Joined {
  Done done;
  std::int64_t milliseconds = 0;  ///< without the commit
};

/// Carries out the first of the tasks, as many as the time allows, in one commit; all of them `joins`, with the
/// timeouts of the first. → what became of each. Empty: it did not come to a commit, or its answer was lost; then the
/// rows tell.
std::vector<Joined> run_jointly(std::span<const Task> tasks, Context& context);

}  // namespace dmc::steps
