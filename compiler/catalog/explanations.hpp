// What `dmc explain` says of files that dmc writes (plans, catalogs, the index) and of the chain of versions.
#pragma once

#include <span>

#include "grammar/explanation.hpp"

namespace dmc::catalog {

/// Every code of this layer and of `compiler/plan`, which has no words for people of its own; in order.
std::span<const grammar::Explanation> explanations();

}  // namespace dmc::catalog
