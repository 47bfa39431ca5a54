// Database blocks to databases of the model.
#pragma once

#include <vector>

#include "compiler/check/expand.hpp"
#include "compiler/model/database.hpp"

namespace dmc::check {

/// Checks all blocks; those of one name are one database. The answer holds what is right, by name.
std::vector<model::Database> check_databases(Context& context, Expander& expander,
                                             const std::vector<const ast::Database*>& blocks);

}  // namespace dmc::check
