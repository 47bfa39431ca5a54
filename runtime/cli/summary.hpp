// A plan in a few lines, for the moment after it was compiled or before it is run; `dmc show` tells all of it.
#pragma once

#include <string>

#include "compiler/plan/plan.hpp"
#include "runtime/cli/paint.hpp"

namespace dmc::cli {

/// Steps, gates, what is rewritten under a lock, what does not come back.
std::string summary(const plan::Plan& plan, Paint paint);

/// What the plan destroys or cannot give back in full, a line each; empty when everything comes back as it was.
std::vector<std::string> losses(const plan::Plan& plan);

}  // namespace dmc::cli
