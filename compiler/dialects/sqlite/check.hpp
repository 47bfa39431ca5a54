// What SQLite refuses, or takes and cannot keep, in a database that is otherwise well-formed.
#pragma once

#include <span>

#include "compiler/model/database.hpp"
#include "grammar/diagnostic.hpp"
#include "grammar/explanation.hpp"

namespace dmc::dialects::sqlite {

/// Reports it, and brings the database to the form in which it is compared with a live one.
void check(model::Database& desired, grammar::Diagnostics& diagnostics);

/// The rules of one table; of views and triggers.
void check_table(const model::Database& database, const model::Table& table, grammar::Diagnostics& diagnostics);
void check_objects(const model::Database& database, grammar::Diagnostics& diagnostics);

/// The long forms of the codes E0401 to E0418.
std::span<const grammar::Explanation> explanations();

}  // namespace dmc::dialects::sqlite
