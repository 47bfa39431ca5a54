// A prepared statement of SQLite and its values, for the session alone.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include <sqlite3.h>

#include "runtime/session/session.hpp"

namespace dmc::session {

/// Throws SessionError for the connection's last error; names the statement, never a value of a row.
[[noreturn]] void throw_sqlite(sqlite3* connection, std::string_view sql, bool was_in_transaction);

class Statement {
 public:
  /// Prepares exactly one statement; several in one text are refused.
  Statement(sqlite3* connection, std::string_view sql, bool keep);
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;

  Rows query(std::span<const Value> parameters);
  std::int64_t execute(std::span<const Value> parameters);

 private:
  /// Steps once; true while there is a row.
  bool step();
  void bind(std::span<const Value> parameters);

  sqlite3* connection_;
  sqlite3_stmt* statement_ = nullptr;
  std::string sql_;
  bool reads_old_texts_ = false;  ///< the schema may hold texts in double quotes that it needs
};

}  // namespace dmc::session
