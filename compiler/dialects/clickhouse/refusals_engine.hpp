// What the engine of a table, or one that stands over it, does not let happen.
#pragma once

#include "compiler/dialects/trial.hpp"
#include "grammar/diagnostic.hpp"

namespace dmc::dialects::clickhouse {

/// Columns that change in a table whose engine alters none.
void refuse_by_engine(const Tried& tried, grammar::Diagnostics& diagnostics);
/// A drop or a rename of what a Buffer table or a dictionary goes on to find by its old name.
void refuse_under_readers(const Tried& tried, grammar::Diagnostics& diagnostics);

}  // namespace dmc::dialects::clickhouse
