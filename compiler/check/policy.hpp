// The policies of a project, merged: every one of them holds, so the strictest wins.
#pragma once

#include <vector>

#include "compiler/check/context.hpp"
#include "compiler/model/intent.hpp"

namespace dmc::check {

model::Policy check_policies(Context& context, const std::vector<const ast::Policy*>& policies);

}  // namespace dmc::check
