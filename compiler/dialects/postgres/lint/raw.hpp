// The hazards of the SQL that a change carries as text.
#pragma once

#include <vector>

#include "compiler/change/change.hpp"
#include "compiler/dialects/dialect.hpp"
#include "compiler/model/database.hpp"
#include "compiler/plan/step.hpp"

namespace dmc::dialects::postgres::lint {

/// Of the statements of a `run`, and of what an object is created, replaced or dropped with; none for other changes.
/// `before` is the database as the change finds it. Timeouts are the runner's, so nothing is said of them.
struct RawHazards {
  std::vector<plan::Hazard> hazards;
  std::vector<HazardPlace> places;
};
RawHazards raw_hazards(const change::Change& change, const model::Database& before);

}  // namespace dmc::dialects::postgres::lint
