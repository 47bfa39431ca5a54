// What a declared database takes for granted of its server, by name.
#pragma once

#include <vector>

#include "compiler/dialects/dialect.hpp"

namespace dmc::dialects::clickhouse {

/// Engines, settings of tables, types, codecs and kinds of skip indexes, each where it is named first.
std::vector<ServerName> server_names(const model::Database& desired);

}  // namespace dmc::dialects::clickhouse
