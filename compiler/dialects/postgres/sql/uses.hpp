// Every place of a tree that means an object of the database, with what it means as far as scoping tells.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "compiler/dialects/postgres/sql/surroundings.hpp"
#include "compiler/dialects/postgres/sql/tree.hpp"

namespace dmc::dialects::postgres::sql {

struct Use {
  enum class What {
    relation,  ///< a table, view, sequence where a table can stand
    column,
    qualifier,  ///< the name of a relation before a column, without an alias between
    function,
    type,
    sequence,  ///< of nextval('…') and its like
    star       ///< `*` or `t.*` in a list of outputs
  };
  What what = What::relation;
  std::string schema;         ///< as written; "" without one
  std::string name;           ///< of a column: the column's
  std::string of_schema;      ///< of a column, a qualifier, a star: the relation that it comes from
  std::string of;             ///< "" in an expression of a table, or when it is not known which
  std::size_t arguments = 0;  ///< of a function
  std::size_t place = 0;      ///< where the first name of its path begins
  std::size_t part = 0;       ///< which name of the path is meant: 0 of `c`, 1 of `t.c`
  bool bare_output = false;   ///< an output column that takes its name from this column
  bool sure = true;           ///< false: one of several relations that may have the column
};

/// Of an expression over the columns of `around.table`, or of a statement. `trigger`: `new` and `old` are its rows.
std::vector<Use> uses_of(const Node& node, const Surroundings& around, bool trigger = false);

/// Of those that every table has: `ctid`, `xmin` …
bool is_system_column(std::string_view name);

/// A name that nothing has where it stands.
struct UnknownName {
  bool qualifies = false;           ///< it stands in front of a column, and no source is called so
  std::string name;                 ///< as the text means it, folded
  std::string of;                   ///< the relation or alias that lacks the column; "": none of the sources has it
  std::vector<std::string> others;  ///< that could have been meant
  bool may_be_called = false;       ///< `t.f`: it may be a function of the whole row that is not known here
};

/// Of the columns and qualifiers of a query or of an expression over `around.row`. Where a source is not known whole
/// (a sub-query, a function, a relation that `around.relation` does not know), everything may be one of its columns;
/// nothing is said of statements that write.
std::vector<UnknownName> unknown_names(const Node& node, const Surroundings& around, bool trigger = false);

}  // namespace dmc::dialects::postgres::sql
