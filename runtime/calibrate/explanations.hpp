// What `dmc explain` says of calibrations.
#pragma once

#include <span>

#include "grammar/explanation.hpp"

namespace dmc::calibrate {

std::span<const grammar::Explanation> explanations();

}  // namespace dmc::calibrate
