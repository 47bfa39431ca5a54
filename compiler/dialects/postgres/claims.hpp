// What statements lock that are taken as they stand in a model: read out of their texts.
#pragma once

#include <string>
#include <vector>

#include "compiler/plan/step.hpp"

namespace dmc::dialects::postgres {

/// Of everything that locks a relation more than a reader or writer does. What cannot be parsed claims nothing.
std::vector<plan::Lock> claims_of(const std::vector<std::string>& statements);

}  // namespace dmc::dialects::postgres
