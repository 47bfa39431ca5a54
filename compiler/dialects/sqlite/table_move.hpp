// One table from what it is to what it becomes, and where the values of each column come from.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/change/change.hpp"
#include "compiler/dialects/sqlite/types.hpp"
#include "compiler/dialects/sqlite/version.hpp"
#include "compiler/model/database.hpp"

namespace dmc::dialects::sqlite {

/// A table and its neighbourhood, before and after. Both databases hold what `neighbourhood` answers.
struct TableMove {
  model::Database from;
  model::Database to;
  model::Table before;
  model::Table after;
  /// Renamed and retyped columns. One without `from` is new and takes the value of its expression, which qualifies its
  /// columns.
  std::vector<change::ColumnMove> moves;
  bool rebuild = false;     ///< asked for, even where less would do
  bool keep_order = false;  ///< a way back: the columns must stand in the order of `after`
  Version oldest;           ///< the oldest SQLite it must work on
};

/// The same the other way round: `undo` takes the place of `using`.
TableMove reversed(const TableMove& move);

const change::ColumnMove* move_to(const TableMove& move, std::string_view column);
const change::ColumnMove* move_from(const TableMove& move, std::string_view column);
/// The column of `before` that a column of `after` takes its values from; null for a new one.
const model::Column* source_of(const TableMove& move, std::string_view column);
/// Columns of `before` that are no source of any: they are gone.
std::vector<std::string> lost_columns(const TableMove& move);
std::vector<std::string> new_columns(const TableMove& move);

/// Whether its rows get a value of their own, from a column or an expression.
bool is_filled(const TableMove& move, const model::Column& after);

/// Whether the values may change on their way: another type that does not hold them all, or an expression.
bool converts(const TableMove& move, const model::Column& after);
/// What a column of that affinity makes of a value that it stores; unlike a cast, it leaves what it cannot convert.
std::string as_stored(const std::string& value, Affinity affinity);
/// Whether the value is a text that looks like no number: such a text is greater than every number.
std::string is_word(const std::string& value);
/// The value that a column of `after` will get, over the columns of `before`, for checks that run first.
std::string value_before(const TableMove& move, const model::Column& after);

}  // namespace dmc::dialects::sqlite
