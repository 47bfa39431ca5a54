// Keys and ttl: what they name, and whether it can be sorted or counted by. Internal to this folder.
#pragma once

#include "compiler/model/table.hpp"
#include "grammar/diagnostic.hpp"

namespace dmc::dialects::clickhouse {

/// Of a table with columns; of one without (a view's own), nothing is known that could be wrong.
void check_keys(const model::Table& table, grammar::Diagnostics& diagnostics);

}  // namespace dmc::dialects::clickhouse
