// The one form in which databases are compared: of what an author declares and of what a server holds alike.
#pragma once

#include <string>
#include <string_view>

#include "compiler/model/database.hpp"

namespace dmc::dialects::postgres {

/// Every text in one form; what goes without saying is said or left out as the server does it; names in the default
/// schema without it; lists in order.
void normalise(model::Database& database);

/// Names of the default schema and of pg_catalog without it, in an SQL text.
std::string unqualified(std::string_view text);

}  // namespace dmc::dialects::postgres
