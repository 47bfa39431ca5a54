// Several steps that act outside any transaction and are recorded together.
//
// The promise: every step keeps its intent, its checks, row, number and attempt, and its intent is durable before its
// statement is sent. What is shared is how often the target is asked: what they start from is asked in one question,
// their intents are noted in one unit, what they came to is asked in one question, and noted in another unit. A crash
// leaves several intents open instead of one; each is settled by its own checks, as runtime.md §1.5 says, because no
// two of them touch the same object, and what each starts from held before the first of them.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "runtime/steps/joint.hpp"

namespace dmc::steps {

/// Whether the task may be one of them, behind those `before` it: one statement on the catalog, on an object of its
/// own, that takes nothing away and says by its checks whether it acted.
bool acts_apart(const Task& task, std::span<const Task> before);

struct Apart {
  std::vector<Joined> done;  ///< of the first tasks, in their order
  /// What became of the task behind them, where its statement took effect and did not come to what it should.
  std::optional<Outcome> stopped;
};

/// Carries out as many of the tasks, from the first on, as it can; all of them `acts_apart`, at rest, with the timeouts
/// of the first. `begins` is told before the statement of a task is sent. What met trouble is to be carried out alone,
/// by what its row says.
Apart run_apart(std::span<const Task> tasks, Context& context, const KnownRow& known,
                const std::function<void(const Task&)>& begins);

}  // namespace dmc::steps
