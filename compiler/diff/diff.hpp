// Catalog × desired state × intent → changes in the order they run. The door of the folder.
#pragma once

#include <vector>

#include "compiler/change/change.hpp"
#include "compiler/dialects/dialect.hpp"
#include "compiler/model/project.hpp"
#include "grammar/diagnostic.hpp"

namespace dmc::diff {

/// What leads from `base` (the databases of catalog N−1) to the project's desired state: its statements as they stand, additions
/// as early as every name in them exists, tightening after the last statement. A loss, rename, narrowing or rewrite that no statement
/// declares is an error with the statement that would declare it; then the list is not to be used.
std::vector<change::Change> diff(const std::vector<model::Database>& base, const model::Project& project, const model::Intent& intent,
                                 const dialects::Dialects& dialects, grammar::Diagnostics& diagnostics);

/// Moves the model on by one change; a rename is carried into the texts that the engine itself rewrites.
void apply(const change::Change& change, model::Database& database, const dialects::Dialect& dialect);

}  // namespace dmc::diff
