// Several steps in one commit.
//
// The promise: every step keeps its own fence, guarded update, checks, row, number and attempt, exactly as in a
// transaction of its own, so that the ledger ends with the same content. Only the commit is one; and what is asked
// around steps that do not touch the same is asked at once, in front of all of them and behind them. It is all
// or nothing: when one of the steps does not come to its end, or when they take longer than a moment, nothing of any of
// them stays, nothing was told of them, and the caller carries each out alone, which says what is wrong with it and has
// the patience of its plan. Here nothing is tried twice, and a lock is waited for no longer than the ledger's `Sharing`
// allows, so that the application is kept out for no more than `joint_ms`, what `last` takes, and a commit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "runtime/steps/attempt.hpp"

namespace dmc::steps {

/// So many steps at most, and so much time for all of them: a server that is slow, or far away, has fewer of them share
/// a commit.
inline constexpr std::size_t joint_steps = 25;
inline constexpr std::int64_t joint_ms = 100;

/// Whether the task may wait for its neighbours' commit: statements in a transaction, in a session as it is, on the
/// catalog alone, that leave nothing else behind.
bool joins(const Task& task, const ledger::Sharing& sharing);

struct Joined {
  Done done;
  std::int64_t milliseconds = 0;  ///< without the commit
};

struct Joint {
  std::vector<Joined> done;  ///< empty: it did not come to a commit, whatever the reason, or its answer was lost
  std::size_t in_time = 0;   ///< where only the time was too short for all: for so many it was enough
};

/// The row of a task as this run left it; see `Attempt`.
using KnownRow = std::function<std::optional<ledger::StepRow>(const Task&)>;

/// Carries out the tasks in one commit; all of them `joins`, with the timeouts of the first. `last`: what goes into it
/// behind them, and whether it may be. → what became of each; where its answer was lost, the rows tell.
Joint run_jointly(std::span<const Task> tasks, Context& context, const KnownRow& known,
                  const std::function<bool()>& last = {});

}  // namespace dmc::steps
