// What ClickHouse refuses, or takes and cannot keep, in a database that is otherwise well-formed.
#pragma once

#include <span>
#include <string>

#include "compiler/dialects/clickhouse/version.hpp"
#include "compiler/model/database.hpp"
#include "grammar/diagnostic.hpp"
#include "grammar/explanation.hpp"

namespace dmc::dialects::clickhouse {

/// Comments of tables and views, and `modify comment`.
inline constexpr Version table_comments = alter_settings;
inline constexpr Version check_constraints = modify_setting;
inline constexpr Version assumptions{20, 12};
inline constexpr Version ephemeral_columns{22, 4};

/// Reports it, and brings the database to the form in which it is compared with a live one.
void check(model::Database& desired, grammar::Diagnostics& diagnostics);

/// The rules of one table: engine and clauses, columns, keys.
void check_table(const model::Database& database, const model::Table& table, grammar::Diagnostics& diagnostics);

/// Reports what needs a newer server than the database is declared for. `what` is a sentence without its end:
/// "the type Map came with". Null when the server is new enough.
grammar::Diagnostic* need(const model::Database& database, Version version, const std::string& what,
                          const model::Origin& origin, grammar::Diagnostics& diagnostics);

/// The long forms of the codes E0951 to E0956.
std::span<const grammar::Explanation> explanations();

}  // namespace dmc::dialects::clickhouse
