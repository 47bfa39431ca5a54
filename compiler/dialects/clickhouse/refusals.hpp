// Statements that no recipe carries out truly: said before anything is planned, with what to do instead.
#pragma once

#include "compiler/dialects/trial.hpp"
#include "grammar/diagnostic.hpp"

namespace dmc::dialects::clickhouse {

/// Where nothing was and nothing is meant, nothing is refused.
void refuse(const Tried& tried, grammar::Diagnostics& diagnostics);

}  // namespace dmc::dialects::clickhouse
