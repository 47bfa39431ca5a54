// What ClickHouse's own rename of a table or a column does to everything that names it, done to the model.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/mentions.hpp"
#include "compiler/model/database.hpp"

namespace dmc::dialects::clickhouse {

/// `column` none: the table itself. The server carries a column's new name into the table's own defaults, ttl, indexes,
/// constraints and projections; views and what else names the table or the column by its text stay as they are.
void rename(model::Database& database, std::string_view table, const std::optional<std::string>& column,
            std::string_view to);

/// As `Texts::mentions`: by tokens and their scopes, and sure only where nothing else can be meant.
std::vector<Mentions> mentions(const model::Database& database, const std::vector<AuthorText>& texts,
                               std::string_view relation, const std::optional<std::string>& column);

}  // namespace dmc::dialects::clickhouse
