// What PostgreSQL refuses, or takes and cannot keep, in a database that is otherwise well-formed.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/database.hpp"
#include "grammar/diagnostic.hpp"
#include "grammar/explanation.hpp"

namespace dmc::dialects::postgres {

/// Reports it, and brings the database to the form in which it is compared with a live one: with the names that the
/// server makes up and what it adds by itself.
void check(model::Database& desired, grammar::Diagnostics& diagnostics);

/// Texts that are no SQL; the rules of tables; of views, triggers and objects.
void check_texts(const model::Database& database, grammar::Diagnostics& diagnostics);
void check_tables(const model::Database& database, grammar::Diagnostics& diagnostics);
void check_objects(const model::Database& database, grammar::Diagnostics& diagnostics);

/// Those of the server itself.
std::vector<std::string_view> index_methods();

/// "check 'adult'"; "a check" of one without a name.
std::string called(std::string_view kind, const std::string& name);

/// Reports what needs a newer server than the database is declared for.
void need(const model::Database& database, int major, const std::string& what, const model::Origin& origin,
          grammar::Diagnostics& diagnostics);

/// The long forms of the codes E0870 to E0884.
std::span<const grammar::Explanation> explanations();

}  // namespace dmc::dialects::postgres
