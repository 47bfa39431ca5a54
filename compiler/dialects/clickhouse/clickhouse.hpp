// ClickHouse as a dialect. The door of the folder.
#pragma once

#include <memory>

#include "compiler/dialects/dialect.hpp"

namespace dmc::dialects::clickhouse {

std::unique_ptr<Dialect> make_clickhouse();

}  // namespace dmc::dialects::clickhouse
