// What `dmc explain` says of this layer's diagnostics.
#pragma once

#include <span>

#include "grammar/explanation.hpp"

namespace dmc::ast {

/// Every code that build() reports, in order.
std::span<const grammar::Explanation> explanations();

}  // namespace dmc::ast
