// What PostgreSQL's own rename of a table or a column does to everything that names it, done to the model.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "compiler/model/database.hpp"

namespace dmc::dialects::postgres {

/// `column` none: the table itself; `to` may then be in another schema. Bodies of functions stay as they are, as they
/// do on the server.
void rename(model::Database& database, std::string_view table, const std::optional<std::string>& column,
            std::string_view to);

}  // namespace dmc::dialects::postgres
