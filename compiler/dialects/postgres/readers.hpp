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
/// gives them back. `as`: to another relation than the one they are of.
std::string remember(const std::vector<std::string>& relations, const std::string& as = {});
std::string give_back(const std::vector<std::string>& relations);
/// The same of a function, by its signature as regprocedure reads it.
std::string remember_function(const std::string& signature);
std::string give_back_function(const std::string& signature);

/// The triggers and rules that go with a view.
std::vector<std::string> belongings(const model::View& view, const model::Database& database);

/// Names the readers and their locks in the step.
void note_readers(plan::Step& step, const Readers& readers);

}  // namespace dmc::dialects::postgres
