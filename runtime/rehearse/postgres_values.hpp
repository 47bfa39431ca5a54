// Values of PostgreSQL's types, as texts that the server reads or as the numbers and bytes that sessions bind.
#pragma once

#include <vector>

#include "runtime/rehearse/engine.hpp"

namespace dmc::rehearse {

/// `type` in the dialect's canonical spelling; enums, domains and composites are looked up in the database. Of a type
/// that nothing is known of, every value is null.
Pool postgres_pool(const model::Database& database, const std::string& name, const std::string& type,
                   const std::vector<session::Value>& literals);

}  // namespace dmc::rehearse
