// What a plan destroys or cannot give back in full.
#pragma once

#include <string>
#include <vector>

#include "compiler/plan/plan.hpp"

namespace dmc::cli {

/// A line for each such step, for people; empty when everything comes back as it was.
std::vector<std::string> losses(const plan::Plan& plan);

}  // namespace dmc::cli
