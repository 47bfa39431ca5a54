// Names in queries and trigger bodies: which of them mean one table or one of its columns, by SQLite's scoping rules.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/sqlite/tokens.hpp"

namespace dmc::dialects::sqlite {

/// The table, or the column of it, that gets another name.
struct Renaming {
  std::string table;
  std::optional<std::string> column;
  std::string to;
  /// Whether another table or view is known to have a column of that name.
  std::function<bool(std::string_view relation)> has_column;
};

/// A query, as a view holds it.
std::string query_renamed(std::string_view text, const Renaming& renaming);

/// The statements of a trigger, or its `when`; `on_table`: `new` and `old` are rows of the table.
std::string statements_renamed(std::string_view text, const Renaming& renaming, bool on_table);

/// Where a query, statements or an expression name it. `on_table`: `new` and `old` are rows of the table; `free_names`:
/// its columns stand free.
std::vector<Edit> mentions_in(std::string_view text, const Renaming& renaming, bool on_table, bool free_names);

}  // namespace dmc::dialects::sqlite
