// A SQLite database in memory, to try statements on for real.
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <sqlite3.h>

#include "compiler/dialects/dialect.hpp"
#include "compiler/dialects/sqlite/inspect.hpp"

namespace dmc::tests {

class Live {
 public:
  explicit Live(const std::string& path = ":memory:") {
    sqlite3* handle = nullptr;
    if (sqlite3_open(path.c_str(), &handle) != SQLITE_OK) throw std::runtime_error("cannot open " + path);
    handle_.reset(handle);
    execute("pragma foreign_keys = 1");
  }

  void execute(const std::string& sql) {
    char* message = nullptr;
    if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, &message) == SQLITE_OK) return;
    std::string error = (message ? message : "unknown") + ("\n  in: " + sql);
    sqlite3_free(message);
    throw std::runtime_error(error);
  }

  dialects::QueryRows query(std::string_view sql, const std::vector<std::optional<std::string>>& parameters = {}) {
    sqlite3_stmt* raw = nullptr;
    ++queries;
    if (sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()), &raw, nullptr) != SQLITE_OK)
      throw std::runtime_error(std::string(sqlite3_errmsg(handle_.get())) + "\n  in: " + std::string(sql));
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, sqlite3_finalize);
    for (std::size_t i = 0; i < parameters.size(); ++i) bind(raw, static_cast<int>(i) + 1, parameters[i]);
    dialects::QueryRows rows;
    int code = 0;
    while ((code = sqlite3_step(raw)) == SQLITE_ROW) {
      auto& row = rows.emplace_back();
      for (int i = 0; i < sqlite3_column_count(raw); ++i) {
        const bool is_null = sqlite3_column_type(raw, i) == SQLITE_NULL;
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(raw, i));
        row.push_back(is_null
                          ? std::nullopt
                          : std::optional(std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(raw, i)))));
      }
    }
    if (code != SQLITE_DONE)
      throw std::runtime_error(std::string(sqlite3_errmsg(handle_.get())) + "\n  in: " + std::string(sql));
    return rows;
  }

  /// The first value of the first row; "(none)" without a row, "(null)" for null.
  std::string value(std::string_view sql) {
    const auto rows = query(sql);
    return rows.empty() ? "(none)" : rows[0][0].value_or("(null)");
  }

  dialects::Inspected inspect() {
    return dialects::sqlite::inspect([this](std::string_view sql) { return query(sql); });
  }

  /// Every row of every table of the author's, by table and in order, with what each value is.
  std::string contents() {
    std::string out;
    for (const auto& table :
         query("select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\' and "
               "name not like '\\_dmc\\_%' escape '\\' order by name")) {
      const auto name = quoted(*table[0]);
      std::string columns;
      for (const auto& column : query("select name from pragma_table_xinfo(" + literal(*table[0]) + ") order by name"))
        columns += (columns.empty() ? "quote(" : " || ', ' || quote(") + quoted(*column[0]) + ")";
      out += *table[0] + "\n";
      for (const auto& row : query("select " + columns + " from " + name + " order by 1")) out += "  " + *row[0] + "\n";
    }
    return out;
  }

  static std::string quoted(const std::string& name) { return wrapped(name, '"'); }
  static std::string literal(const std::string& text) { return wrapped(text, '\''); }

  int queries = 0;

 private:
  static std::string wrapped(const std::string& text, char quote) {
    std::string out(1, quote);
    for (const char c : text) out.append(c == quote ? 2 : 1, c);
    return out + quote;
  }

  /// Numbers are bound as numbers: keys come back as text here, and a text would compare otherwise.
  static void bind(sqlite3_stmt* statement, int place, const std::optional<std::string>& value) {
    if (!value) {
      sqlite3_bind_null(statement, place);
    } else if (!value->empty() && value->find_first_not_of("-0123456789") == std::string::npos) {
      sqlite3_bind_int64(statement, place, std::stoll(*value));
    } else {
      sqlite3_bind_text(statement, place, value->c_str(), static_cast<int>(value->size()), SQLITE_TRANSIENT);
    }
  }

  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close(handle); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

/// A database in memory after the statements.
inline Live live(const std::string& sql) {
  Live database;
  database.execute(sql);
  return database;
}

}  // namespace dmc::tests
