// The views that read something, taken away and made anew in the same transaction with all that people gave them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/database.hpp"
#include "compiler/plan/step.hpp"

namespace dmc::dialects::postgres {

/// Views in an order in which each stands behind what it reads.
using Readers = std::vector<const model::View*>;

/// Every view that reads the table or view of that path, directly or through others. `column`: only those that name one
/// of the columns too, or read a view that does; empty: all.
Readers readers_of(const model::Database& database, std::string_view path,
                   const std::vector<std::string>& columns = {});

/// The same views, each once, in that order.
Readers in_order(const Readers& views);

/// Statements that take the readers away, the last one first, and remember owner, grants and comments of their columns.
std::vector<std::string> take_away(const Readers& readers);
/// Statements that make them anew, with triggers, rules, indexes, comments, owner and grants.
std::vector<std::string> make_anew(const Readers& readers, const model::Database& database);

/// Remembers owner, grants and column comments of relations that are dropped and made anew in this transaction, and
/// gives them back.
std::string remember(const std::vector<std::string>& relations);
std::string give_back(const std::vector<std::string>& relations);
/// The same of a function, by its signature as regprocedure reads it.
std::string remember_function(const std::string& signature);
std::string give_back_function(const std::string& signature);

/// What is nothing without another thing: rules and policies, its comments, and the grants on it.
enum class Grants { with, without };
/// Statements that make again what lived on a table or view and went with it: its triggers, and all that is nothing
/// without it or them. Where `remember` keeps the grants, without those.
std::vector<std::string> belongings(std::string_view relation, const model::Database& database, Grants grants);
/// The same of any other thing, as plans call it: "function touch()", "trigger users.seen".
std::vector<std::string> living_on(std::vector<std::string> things, const model::Database& database, Grants grants);

/// Names the readers and their locks in the step.
void note_readers(plan::Step& step, const Readers& readers);

}  // namespace dmc::dialects::postgres
