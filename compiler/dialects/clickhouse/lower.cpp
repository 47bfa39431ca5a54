// Stands in until the recipes are there.
#include "compiler/dialects/clickhouse/lower.hpp"

namespace dmc::dialects::clickhouse {

std::vector<StepPair> lower(const change::Change& /*change*/, const model::Database& /*before*/) { return {}; }

}  // namespace dmc::dialects::clickhouse
