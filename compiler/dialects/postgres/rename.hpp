// What PostgreSQL's own rename of a table or a column does to everything that names it, done to the model.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/mentions.hpp"
#include "compiler/model/database.hpp"

namespace dmc::dialects::postgres {

/// `column` none: the table itself; `to` may then be in another schema. Bodies of functions stay as they are, as they
/// do on the server.
void rename(model::Database& database, std::string_view table, const std::optional<std::string>& column,
            std::string_view to);

/// As `Texts::mentions`.
std::vector<Mentions> mentions(const model::Database& database, const std::vector<AuthorText>& texts,
                               std::string_view relation, const std::optional<std::string>& column);

}  // namespace dmc::dialects::postgres
