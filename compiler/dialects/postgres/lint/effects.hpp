// What a statement locks, and how much it works while it holds the lock (reference/postgres.md, section 2).
#pragma once

#include <string>
#include <vector>

#include "compiler/dialects/postgres/lint/ground.hpp"

namespace dmc::dialects::postgres::lint {

enum class Lock {
  none,
  online,    ///< share update exclusive or weaker: readers and writers go on
  writers,   ///< share, share row exclusive: writers wait
  everybody  ///< access exclusive
};

struct Effect {
  Lock lock = Lock::none;
  std::string relation;   ///< whose lock that is
  bool rewrites = false;  ///< the table and its indexes are written anew
};

Effect effect_of(const Node& statement, const Ground& ground);

/// Whether changing a column from one type to the other writes the table anew; `from` unknown: it may.
bool rewrites_table(const Type& from, const Type& to);
/// Whether values may not survive the change.
bool narrows(const Type& from, const Type& to);
/// Whether an ADD COLUMN writes the table anew: a volatile default, serial, identity, stored, a constrained domain.
bool rewrites_table(const Node& column_definition, const Ground& ground);
/// A call of a function that is volatile, or that is not PostgreSQL's own and may be.
std::string volatile_call(const Node& expression);
/// The constraint of that kind of a ColumnDef: "CONSTR_DEFAULT"; null without one.
const Node* column_constraint(const Node& column_definition, std::string_view kind);

}  // namespace dmc::dialects::postgres::lint
