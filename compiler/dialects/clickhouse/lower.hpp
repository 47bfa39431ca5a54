// From a change to the steps that carry it out.
#pragma once

#include <vector>

#include "compiler/dialects/dialect.hpp"

namespace dmc::dialects::clickhouse {

std::vector<StepPair> lower(const change::Change& change, const model::Database& before);

}  // namespace dmc::dialects::clickhouse
