// What `dmc explain` says of this layer's diagnostics.
#pragma once

#include <span>

#include "grammar/explanation.hpp"

namespace dmc::grammar {

/// Every code that parse() reports, in order.
std::span<const Explanation> explanations();

}  // namespace dmc::grammar
