// A rename of a table or a column, carried into everything that SQLite itself rewrites.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/mentions.hpp"
#include "compiler/model/database.hpp"

namespace dmc::dialects::sqlite {

/// `column` none: the table. Lists keep their order, so that a caller can compare place by place.
void rename(model::Database& database, std::string_view table, const std::optional<std::string>& column,
            std::string_view to);

/// As `Texts::mentions`.
std::vector<Mentions> mentions(const model::Database& database, const std::vector<AuthorText>& texts,
                               std::string_view relation, const std::optional<std::string>& column);

}  // namespace dmc::dialects::sqlite
