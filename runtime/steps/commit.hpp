// How a unit of the ledger ends, with the patience that a plan allows.
#pragma once

#include <cstdint>

#include "compiler/plan/step.hpp"
#include "runtime/steps/context.hpp"

namespace dmc::steps {

/// Waits, in slices, while nobody asks to stop.
void pause(Context& context, std::int64_t milliseconds);

/// COMMIT alone. An engine may answer busy and leave the transaction open: then COMMIT is tried again, and nothing
/// else.
void commit(ledger::Unit& unit, const plan::Timeouts& timeouts, Context& context);

}  // namespace dmc::steps
