// What a declared database takes for granted of its server, by name.
#pragma once

#include <vector>

#include "compiler/dialects/dialect.hpp"

namespace dmc::dialects::postgres {

/// The extensions: their files lie beside the server, or they cannot be created.
std::vector<ServerName> server_names(const model::Database& desired);

}  // namespace dmc::dialects::postgres
