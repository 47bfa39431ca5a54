// A rename of a table or a column, carried into everything that SQLite itself rewrites.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "compiler/model/database.hpp"

namespace dmc::dialects::sqlite {

/// `column` none: the table. Lists keep their order, so that a caller can compare place by place.
void rename(model::Database& database, std::string_view table, const std::optional<std::string>& column,
            std::string_view to);

}  // namespace dmc::dialects::sqlite
