// Triggers of ours that set columns of every row that is written: what keeps a second column equal, what `follow` is.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/model/table.hpp"
#include "compiler/plan/query_check.hpp"
#include "compiler/plan/step.hpp"

namespace dmc::dialects::postgres {

struct RowTrigger {
  std::string name;                                      ///< of its function; the trigger's is `last_to_fire` of it
  std::string schema;                                    ///< of the table
  std::string table;                                     ///< as statements name it
  std::vector<std::pair<std::string, std::string>> set;  ///< column and its value, over the columns of the row
  std::string where;                                     ///< over them too; empty: always
  /// An update that writes one of the `set` columns itself is let be, as the batches of a backfill are. No column is
  /// named for it, so that each of them can be renamed or dropped meanwhile.
  bool unless_written = false;
  bool tolerant = false;  ///< a value that cannot be had is null, and stops no writer

  /// `columns`: those of the table, which the values name.
  std::vector<std::string> create(const model::Table& columns) const;
  /// Asks whether a trigger of the table fires behind it: what that makes of a row, it would not see.
  plan::QueryCheck is_last() const;
  /// A statement that fails where one does, or where it is not in force itself.
  std::string assert_in_force() const;
  /// `on`: the table that it stands on.
  std::vector<std::string> drop(const model::Table& on) const;
  std::vector<plan::Leftover> leftovers(const model::Table& on, std::string_view release) const;

 private:
  std::string of_updates() const;
  std::string fires_behind() const;
};

/// Keeps two columns of a row equal, whichever is written: of an insert that one whose value is given, of an update
/// that one which changes. Where both are, `kept` gives way in an update and wins in an insert, in which the other may
/// have its default.
struct EqualTrigger {
  std::string name;  ///< as of a RowTrigger
  std::string schema;
  std::string table;
  std::string kept, with;  ///< columns
  std::string value;       ///< of `kept`, over `with`
  std::string back;        ///< of `with`, over `kept`
  bool tolerant = false;   ///< a value of `kept` that cannot be had is null, and stops no writer

  std::vector<std::string> create(const model::Table& columns) const;
};

/// An expression over the columns of the table as one over a row of it: `new` of a trigger, an alias.
std::string over_row(std::string_view row, std::string_view expression, const model::Table& table);
std::string over_new(std::string_view expression, const model::Table& table);

}  // namespace dmc::dialects::postgres
