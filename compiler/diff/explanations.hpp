// What `dmc explain` says of a change that does not say what it does, and of statements that mean nothing at their
// place.
#pragma once

#include <span>

#include "grammar/explanation.hpp"

namespace dmc::diff {

/// Every code of this layer, of the planner (E0299) and of the draft (E0351); in order.
std::span<const grammar::Explanation> explanations();

}  // namespace dmc::diff
