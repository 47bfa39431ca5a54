// The names that the server makes up for what its author left unnamed.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "compiler/model/database.hpp"

namespace dmc::dialects::postgres {

/// `t_pkey`, `t_a_b_key`, `t_a_fkey`, `t_a_check` (of a check of one column) or `t_check`, `t_a_excl`, `t_a_idx`,
/// within 63 bytes; a name that is taken gets a number. A name of more bytes, which the server would cut, counts as
/// none. Names are free or not in a schema, so all its tables are named at once.
void name_what_is_unnamed(model::Database& database);

/// Takes away the names that the server would have made up, so that `name_what_is_unnamed` makes them up anew: for a
/// rename of the table or of a column of it.
void forget_derived_names(model::Table& table);

/// The sequences of the names that the server makes up, and what these become when the table, or the column of it, is
/// called `to`.
std::map<std::string, std::string> sequences_along(const model::Table& table, const std::optional<std::string>& column,
                                                   std::string_view to);

}  // namespace dmc::dialects::postgres
