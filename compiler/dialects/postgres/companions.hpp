// What goes with a dropped thing and comes back with it: policies, rules, comments, grants.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/postgres/lowering.hpp"

namespace dmc::dialects::postgres {

/// Statements that make anew what lives on the thing of that label ("table users", "view adults", "function touch()"),
/// each behind what it stands on. They may be run where some of it still is.
std::vector<std::string> companions(const Lowering& lowering, std::string_view label);

/// The grants on the sequence of the name that the server makes up for the column, and the comment on it.
std::vector<std::string> said_of_sequence(const Lowering& lowering, const model::Table& table, std::string_view column);

/// The comment on a whole object, which a drop takes along.
std::vector<std::string> comments_on(const model::Object& object, const model::Database& database);

}  // namespace dmc::dialects::postgres
