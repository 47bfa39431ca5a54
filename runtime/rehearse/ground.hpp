// Databases as catalogs know them, built from nothing by the compiler's own machinery.
#pragma once

#include <string>
#include <vector>

#include "compiler/dialects/dialect.hpp"
#include "compiler/model/database.hpp"
#include "runtime/executor/executor.hpp"

namespace dmc::rehearse {

/// The plan that leads from empty databases to `models`, as version `number` of the project. Throws
/// session::SessionError when the models cannot be built, which says that a catalog does not hold what it should.
executor::PlanPair from_nothing(std::vector<model::Database> models, const std::string& project, std::int64_t number,
                                const dialects::Dialects& dialects);

/// The statements that add to `base` the objects of `after` that are called so ("table users").
std::vector<std::string> statements_adding(const std::vector<std::string>& objects, const model::Database& base,
                                           const model::Database& after, const dialects::Dialects& dialects);

}  // namespace dmc::rehearse
