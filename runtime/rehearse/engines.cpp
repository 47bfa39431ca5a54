// One line per engine.
#include "runtime/rehearse/engines.hpp"

#include "runtime/rehearse/literals.hpp"
#include "runtime/rehearse/rows.hpp"

namespace dmc::rehearse {

std::unique_ptr<Engine> engine_of(std::string_view name, const Yard& yard) {
  if (name == "sqlite") return make_sqlite_engine();
  if (name == "postgres") return make_postgres_engine(yard);
  if (name == "clickhouse") return make_clickhouse_engine(yard);
  return nullptr;
}

std::string Engine::table_name(const std::string& path) const { return sql_name(path); }

std::vector<std::string> named_in(const std::string& sql, const model::Table& table) {
  std::vector<std::string> columns;
  for (const auto& column : table.columns)
    if (says(sql, column.name)) columns.push_back(column.name);
  return columns;
}

std::vector<std::string> named_in(const model::Index& index, const model::Table& table) {
  std::vector<std::string> columns;
  for (const auto& element : index.elements) {
    if (element.column) columns.push_back(*element.column);
    if (!element.expression) continue;
    const auto more = named_in(element.expression->text, table);
    columns.insert(columns.end(), more.begin(), more.end());
  }
  return columns;
}

}  // namespace dmc::rehearse
