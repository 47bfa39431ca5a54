// What `dmc explain` says of rehearsals.
#pragma once

#include <span>

#include "grammar/explanation.hpp"

namespace dmc::rehearse {

std::span<const grammar::Explanation> explanations();

}  // namespace dmc::rehearse
