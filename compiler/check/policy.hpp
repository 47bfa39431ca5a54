// The policies of a project, merged: every one of them holds, so the strictest wins.
#pragma once

#include <string>
#include <vector>

#include "compiler/check/context.hpp"
#include "compiler/model/intent.hpp"

namespace dmc::check {

/// The ids and families among them; of each other one it says that there is none.
std::vector<std::string> known_hazards(const std::vector<ast::Hazard>& hazards, grammar::Diagnostics& diagnostics);

model::Policy check_policies(Context& context, const std::vector<const ast::Policy*>& policies);

}  // namespace dmc::check
