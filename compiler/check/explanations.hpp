// What `dmc explain` says of this layer's diagnostics.
#pragma once

#include <span>

#include "grammar/explanation.hpp"

namespace dmc::check {

/// Every code that check() reports, in order.
std::span<const grammar::Explanation> explanations();

}  // namespace dmc::check
