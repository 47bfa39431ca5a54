// Everything `dmc explain` can explain: the tables of all layers, and the exit codes.
#pragma once

#include <vector>

#include "grammar/explanation.hpp"

namespace dmc::cli {

/// By code; exit codes ("0", "130") come first.
std::vector<grammar::Explanation> all_explanations();

}  // namespace dmc::cli
