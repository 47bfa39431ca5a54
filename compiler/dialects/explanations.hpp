// What `dmc explain` says of the codes that the dialects report.
#pragma once

#include <vector>

#include "grammar/explanation.hpp"

namespace dmc::dialects {

/// Of every dialect of this build, by code.
std::vector<grammar::Explanation> explanations();

}  // namespace dmc::dialects
