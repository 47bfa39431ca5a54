#include "tests/support/sqlite_file.hpp"

#include <memory>
#include <stdexcept>

#include <fmt/format.h>
#include <sqlite3.h>

namespace dmc::tests {
namespace {

struct Close {
  void operator()(sqlite3* handle) const { sqlite3_close(handle); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Handle = std::unique_ptr<sqlite3, Close>;

Handle open(const std::string& file) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open(file.c_str(), &raw);
  Handle handle(raw);
  if (code != SQLITE_OK) throw std::runtime_error("cannot open " + file);
  sqlite3_busy_timeout(raw, 5000);
  return handle;
}

std::vector<std::vector<std::string>> query(sqlite3* handle, const std::string& sql) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(handle, sql.c_str(), -1, &raw, nullptr) != SQLITE_OK)
    throw std::runtime_error(fmt::format("{}: {}", sqlite3_errmsg(handle), sql));
  const std::unique_ptr<sqlite3_stmt, Close> statement(raw);
  std::vector<std::vector<std::string>> rows;
  while (sqlite3_step(raw) == SQLITE_ROW) {
    auto& row = rows.emplace_back();
    for (int i = 0; i < sqlite3_column_count(raw); ++i) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(raw, i));
      row.push_back(text ? std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(raw, i))) : "NULL");
    }
  }
  return rows;
}

std::string quoted(const std::string& name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + '"';
}

}  // namespace

void execute_script(const std::string& file, const std::string& sql) {
  const auto handle = open(file);
  char* error = nullptr;
  sqlite3_exec(handle.get(), "pragma foreign_keys = on", nullptr, nullptr, nullptr);
  if (sqlite3_exec(handle.get(), sql.c_str(), nullptr, nullptr, &error) == SQLITE_OK) return;
  const std::string text = error ? error : "unknown";
  sqlite3_free(error);
  throw std::runtime_error(text);
}

std::vector<std::string> rows_of(const std::string& file, const std::string& sql) {
  const auto handle = open(file);
  std::vector<std::string> lines;
  for (const auto& row : query(handle.get(), sql)) lines.push_back(fmt::format("{}", fmt::join(row, "|")));
  return lines;
}

std::string dump(const std::string& file) {
  const auto handle = open(file);
  std::string text;
  for (const auto& row : query(
           handle.get(),
           "select sql from sqlite_schema where sql is not null and name not like 'sqlite\\_%' escape '\\' "
           "and name not like '\\_dmc\\_%' escape '\\' order by type = 'trigger', type = 'view', type = 'index', name"))
    text += row[0] + ";\n";
  for (const auto& table :
       query(handle.get(),
             "select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\' "
             "and name not like '\\_dmc\\_%' escape '\\' order by name")) {
    std::string columns;
    for (const auto& column : query(
             handle.get(),
             fmt::format("select name from pragma_table_xinfo({}) where hidden <> 1 order by name", quoted(table[0]))))
      columns += fmt::format("{}quote({})", columns.empty() ? "" : " || ', ' || ", quoted(column[0]));
    text += fmt::format("-- {}\n", table[0]);
    for (const auto& row : query(handle.get(), fmt::format("select {} from {} order by 1", columns, quoted(table[0]))))
      text += fmt::format("   {}\n", row[0]);
  }
  if (!query(handle.get(), "select 1 from sqlite_schema where name = 'sqlite_sequence'").empty())
    for (const auto& row :
         query(handle.get(),
               "select name, seq from sqlite_sequence where name not like '\\_dmc\\_%' escape '\\' order by name"))
      text += fmt::format("-- sequence {} {}\n", row[0], row[1]);
  for (const auto& row : query(handle.get(), "pragma integrity_check"))
    text += fmt::format("-- integrity {}\n", row[0]);
  for (const auto& row : query(handle.get(), "select \"table\", rowid from pragma_foreign_key_check order by 1, 2"))
    text += fmt::format("-- orphan {} {}\n", row[0], row[1]);
  return text;
}

}  // namespace dmc::tests
