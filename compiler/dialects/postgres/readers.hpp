// The views that read something, taken away and made anew in the same transaction with all that people gave them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/database.hpp"
#include "compiler/plan/step.hpp"

namespace dmc::dialects::postgres {

/// A view, or a function whose arguments or result have a view's row type: exactly one of the two is set.
struct Reader {
  const model::View* view = nullptr;
  const model::Object* function = nullptr;
  bool operator==(const Reader&) const = default;
  /// "adults"; "function grown_up(adults)".
  std::string label() const { return view ? view->path() : function->label(); }
};

/// In an order in which each stands behind what it reads.
using Readers = std::vector<Reader>;

/// Everything that reads the table, view or function of that path, directly or through others. `column`: only those
/// that name one of the columns too, or read a view that does; empty: all.
Readers readers_of(const model::Database& database, std::string_view path,
                   const std::vector<std::string>& columns = {});

/// The same readers, each once, in that order.
Readers in_order(const Readers& readers);

/// Statements that take the readers away, the last one first, and remember owner, grants and comments of their columns;
/// with those of further relations and of a function (by its signature, as regprocedure reads it) that go too.
std::vector<std::string> take_away(const Readers& readers, const std::vector<std::string>& also = {},
                                   const std::string& function = {});
/// Statements that make them anew, with triggers, rules, indexes, comments, owner and grants.
std::vector<std::string> make_anew(const Readers& readers, const model::Database& database,
                                   const std::vector<std::string>& also = {});

/// What it locks to take them away and make them anew.
std::vector<plan::Lock> locks_on(const Readers& readers);

/// Remembers owner, grants and column comments of relations that are dropped and made anew in this transaction. `as`:
/// to be given to another relation than the one they are of.
std::string remember(const std::vector<std::string>& relations, const std::string& as = {});
/// What `take_away` or `remember` remembered, given back to the relations and to the functions that are there again.
std::string give_back(const std::vector<std::string>& relations);

/// The triggers and rules that go with a view.
std::vector<std::string> belongings(const model::View& view, const model::Database& database);

/// Names the readers and their locks in the step.
void note_readers(plan::Step& step, const Readers& readers, const model::Database& database);
/// A materialized view that the step makes anew is filled from the tables that it locks.
void note_filling(plan::Step& step);

}  // namespace dmc::dialects::postgres
