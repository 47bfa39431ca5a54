// Hazards: found over changes and steps, accepted by statements, judged by the project's policy. The door of the
// folder.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "compiler/change/change.hpp"
#include "compiler/dialects/dialect.hpp"
#include "compiler/model/project.hpp"
#include "compiler/planner/planner.hpp"
#include "grammar/diagnostic.hpp"
#include "grammar/explanation.hpp"

namespace dmc::lint {

/// Adds the hazards that do not depend on an engine to the steps (those that do are there already), fills in which are
/// accepted and by what, and reports: a hazard that blocks or that the policy denies is an error until an `accept`
/// names it; one that the policy warns of is a warning; an `accept` that met nothing is a warning. The code of a report
/// is the hazard's id.
///
/// `Telling::everything` also reports what needs nothing from the author: a hazard that is only a warning, and, as
/// notes, one that was accepted and one that is avoided by the way it is lowered.
enum class Telling { what_is_asked, everything };
/// A hazard that is an error until the change accepts it.
struct Demand {
  std::string accept;  ///< "accept rewrite.type_narrowing on users.email", to which a reason belongs
  std::string why;
};
std::vector<Demand> lint(planner::Lowering& lowering, const std::vector<change::Change>& changes,
                         const model::Project& project, const model::Intent& intent, Telling telling,
                         grammar::Diagnostics& diagnostics);

/// The same of hazards that stand in a plan already, one report a hazard and object: for a plan without its sources.
void lint(const plan::Plan& plan, grammar::Diagnostics& diagnostics);

/// What `dmc explain` says of each hazard, and of the codes of this layer.
std::span<const grammar::Explanation> explanations();

}  // namespace dmc::lint
