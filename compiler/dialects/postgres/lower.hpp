// One change as the steps that make it, each with its way back.
#pragma once

#include <vector>

#include "compiler/dialects/dialect.hpp"

namespace dmc::dialects::postgres {

std::vector<StepPair> lower(const change::Change& change, const model::Database& before);

}  // namespace dmc::dialects::postgres
