// How each kind of step is carried out, in both directions. The door of the folder.
#pragma once

#include "runtime/steps/attempt.hpp"

namespace dmc::steps {

Outcome run(const plan::RunSql& action, Attempt& attempt);
Outcome run(const plan::Backfill& action, Attempt& attempt);
Outcome run(const plan::Verify& action, Attempt& attempt);
Outcome run(const plan::Backup& action, Attempt& attempt);
Outcome run(const plan::Gate& action, Attempt& attempt);
Outcome run(const plan::Wait& action, Attempt& attempt);
Outcome run(const plan::ForEach& action, Attempt& attempt);

/// Carries out the attempt's step. The row of a step without a way back is taken back by itself when it is undone.
Outcome run_step(Attempt& attempt);

}  // namespace dmc::steps
