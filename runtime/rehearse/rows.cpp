// Reads with the columns in an order of our own.
#include "runtime/rehearse/rows.hpp"

#include <algorithm>

#include "runtime/ledger/facts.hpp"

namespace dmc::rehearse {

std::string sql_name(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) text.append(c == '"' ? 2 : 1, c);
  text += '"';
  return text;
}

std::string sql_name(const model::Table& table) {
  return (table.schema.empty() ? std::string() : sql_name(table.schema) + ".") + sql_name(table.name);
}

std::string text_at(const session::Row& row, std::size_t column) {
  const auto* text = column < row.size() ? std::get_if<std::string>(&row[column]) : nullptr;
  return text ? *text : std::string();
}

std::int64_t count_rows(session::Session& session, const model::Table& table) {
  const auto rows = session.query("select count(*) from " + sql_name(table)).rows;
  const auto* number = rows.empty() ? nullptr : std::get_if<std::int64_t>(&rows.front().front());
  return number ? *number : 0;
}

std::vector<session::Row> rows_of(session::Session& session, const model::Table& table,
                                  const std::vector<std::string>& columns, std::size_t most) {
  if (columns.empty()) return {};
  std::string list;
  for (const auto& column : columns) list += (list.empty() ? "" : ", ") + sql_name(column);
  std::string sql = "select " + list + " from " + sql_name(table);
  if (most > 0) sql += " limit " + std::to_string(most);
  return session.query(sql).rows;
}

Contents contents_of(session::Session& session, const model::Database& database) {
  Contents contents;
  for (const auto& table : database.tables) {
    auto& held = contents[table.path()];
    for (const auto& column : table.columns)
      if (!column.ephemeral) held.columns.push_back(column.name);
    std::sort(held.columns.begin(), held.columns.end());
    for (const auto& row : rows_of(session, table, held.columns)) {
      auto& texts = held.rows.emplace_back();
      for (const auto& value : row) texts.push_back(ledger::encoded(value));
    }
    std::sort(held.rows.begin(), held.rows.end());
  }
  return contents;
}

}  // namespace dmc::rehearse
