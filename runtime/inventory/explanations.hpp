// What `dmc explain` says of an inventory that cannot be used.
#pragma once

#include <span>

#include "grammar/explanation.hpp"

namespace dmc::inventory {

std::span<const grammar::Explanation> explanations();

}  // namespace dmc::inventory
