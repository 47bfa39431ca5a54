// What `dmc explain` says of what a run finds at its targets.
#pragma once

#include <span>

#include "grammar/explanation.hpp"

namespace dmc::executor {

std::span<const grammar::Explanation> explanations();

}  // namespace dmc::executor
