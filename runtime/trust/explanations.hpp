// What `dmc explain` says of approvals and of what a cluster demands.
#pragma once

#include <span>

#include "grammar/explanation.hpp"

namespace dmc::trust {

std::span<const grammar::Explanation> explanations();

}  // namespace dmc::trust
