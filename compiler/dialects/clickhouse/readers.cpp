// A materialized view is bound to its source by name, and nobody is told when that is gone.
#include "compiler/dialects/clickhouse/readers.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/step_parts.hpp"
#include "compiler/model/sql_text.hpp"

namespace dmc::dialects::clickhouse {

std::string as_pattern(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (std::string_view("\\^$.[]|()?*+{}").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return "\\b" + out + "\\b";
}

namespace {

std::string matches(std::string_view name) {
  return "match(create_table_query, " + text_literal(as_pattern(name)) + ")";
}

}  // namespace

bool names(std::string_view text, std::string_view name) {
  const auto all = model::names_in(text);
  return std::ranges::find(all, name) != all.end();
}

std::vector<std::string> fed_by(const model::Database& database, const std::string& table) {
  std::vector<std::string> found;
  for (const auto& view : database.views)
    if (view.materialized && names(view.query.text, table)) found.push_back(view.name);
  return found;
}

std::vector<std::string> fed_by(const model::Database& database, const std::string& table, const std::string& column) {
  auto found = fed_by(database, table);
  std::erase_if(found, [&](const auto& name) {
    const auto* view = database.view(name);
    return !view || !names(view->query.text, column);
  });
  return found;
}

plan::QueryCheck nobody_reads(const Lowering& lowering, const std::string& table, const std::string& column) {
  std::vector<std::string> known;
  for (const auto& view : lowering.before.views)
    if (view.materialized) known.push_back(text_literal(view.name));
  auto query =
      fmt::format("select concat(database, '.', name) from system.tables where engine = 'MaterializedView' and {}{}",
                  matches(table), column.empty() ? "" : " and " + matches(column));
  // Of another database only a view that names this one; the server keeps both names of a table.
  query += fmt::format(
      " and (database = currentDatabase() or position(replaceAll(create_table_query, '`', ''), "
      "concat(currentDatabase(), "
      "{})) > 0)",
      text_literal("." + table));
  if (!known.empty())
    query += fmt::format(" and not (database = currentDatabase() and name in ({}))", joined(known, ", "));
  return no_rows(fmt::format("no other materialized view reads {}{}", column.empty() ? "" : column + " of ", table),
                 query + " limit 1", "adopt the view, or drop it first");
}

}  // namespace dmc::dialects::clickhouse
