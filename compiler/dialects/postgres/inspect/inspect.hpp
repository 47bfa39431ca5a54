// The door of the folder: a live database in the model's words.
#pragma once

#include "compiler/dialects/dialect.hpp"

namespace dmc::dialects::postgres {

/// Asks fifteen questions, whatever the size. They see one state when `query` runs them in one repeatable read
/// transaction. Sets how its session prints names and values.
Inspected inspect(const Query& query);

}  // namespace dmc::dialects::postgres
