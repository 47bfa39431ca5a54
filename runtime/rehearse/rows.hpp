// Rows of whole tables, to draw from and to compare.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/database.hpp"
#include "runtime/session/session.hpp"

namespace dmc::rehearse {

/// A name as every statement takes it.
std::string sql_name(std::string_view name);
/// Schema and name, each quoted.
std::string sql_name(const model::Table& table);

/// The text in a column of a row; empty for what is none.
std::string text_at(const session::Row& row, std::size_t column);

std::int64_t count_rows(session::Session& session, const model::Table& table);

/// At most `most` rows of these columns; all when it is 0.
std::vector<session::Row> rows_of(session::Session& session, const model::Table& table,
                                  const std::vector<std::string>& columns, std::size_t most = 0);

/// What a table holds: values as texts that are equal exactly when the values are.
struct TableRows {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  ///< sorted
  bool operator==(const TableRows&) const = default;
};

/// Every table of a database by its path.
using Contents = std::map<std::string, TableRows>;

/// Columns by name, so that their order in the table is no difference.
Contents contents_of(session::Session& session, const model::Database& database);

}  // namespace dmc::rehearse
