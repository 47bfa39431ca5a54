// Expressions of a table's own definition: checks, defaults, generated columns, indexes. They see that table's columns
// alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/table.hpp"

namespace dmc::dialects::sqlite {

/// Without parentheses around the whole and without blanks at the ends.
std::string bare(std::string_view expression);

/// Without `table.` in front of columns: SQLite allows it in a CHECK, where it can mean nothing else.
std::string without_qualifier(std::string_view expression, std::string_view table);

/// With what stands in double quotes and is no column of the table in single ones: a text, by an old mistake that
/// SQLite keeps for schemas that have it.
std::string with_texts(std::string_view expression, const model::Table& table);

/// Whether a column of that name may be meant somewhere in the expression.
bool mentions(std::string_view expression, std::string_view column);

/// The columns of the table that the expression mentions, in the table's order.
std::vector<std::string> columns_in(std::string_view expression, const model::Table& table);

/// With the column called `to`.
std::string with_column_renamed(std::string_view expression, std::string_view column, std::string_view to);

/// A default that existing rows can take when a column is added: a literal or a sign and a number, nothing computed.
bool is_constant(std::string_view expression);

/// A literal that can stand behind `default` without parentheses.
bool is_plain_default(std::string_view expression);

/// Whether two evaluations may differ: the time, random numbers, what the connection did last.
bool is_volatile(std::string_view expression);

}  // namespace dmc::dialects::sqlite
