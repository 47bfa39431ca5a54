// What ClickHouse's own rename of a table or a column does to everything that names it, done to the model.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "compiler/model/database.hpp"

namespace dmc::dialects::clickhouse {

/// `column` none: the table itself. The server carries a column's new name into the table's own defaults, ttl, indexes,
/// constraints and projections; views and what else names the table or the column by its text stay as they are.
void rename(model::Database& database, std::string_view table, const std::optional<std::string>& column,
            std::string_view to);

}  // namespace dmc::dialects::clickhouse
