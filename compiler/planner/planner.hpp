// Changes × dialects → ordered plan and its reverse. The door of the folder.
#pragma once

#include <string>
#include <vector>

#include "compiler/change/change.hpp"
#include "compiler/dialects/dialect.hpp"
#include "compiler/model/project.hpp"
#include "compiler/plan/plan.hpp"

namespace dmc::planner {

struct Planned {
  plan::Plan plan;       ///< steps with ids, stages, requires, effects; `reverse` not yet filled in
  plan::Plan reverse;
};

/// Lowers every change on the state that the changes before it leave, cuts stages at gates, chains each step to the one before it on its
/// database (and, where a statement needs another database, to that one's last step), and gives ids.
Planned make_plan(const std::vector<model::Database>& base, const std::vector<model::Database>& desired,
                  const std::vector<change::Change>& changes, const model::Project& project, const model::Intent& intent,
                  const dialects::Dialects& dialects);

}  // namespace dmc::planner
