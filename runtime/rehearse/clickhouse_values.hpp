// Values of ClickHouse's types, in the text that CAST reads. Internal to this folder.
#pragma once

#include <optional>
#include <string>

#include "runtime/rehearse/engine.hpp"

namespace dmc::rehearse {

/// None for a type whose values have no text: states of aggregate functions, and what this build does not know.
std::optional<Pool> clickhouse_pool(const std::string& name, const std::string& type,
                                    const std::vector<session::Value>& literals);

}  // namespace dmc::rehearse
