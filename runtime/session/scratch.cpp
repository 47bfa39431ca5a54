// SQLite in memory, in which names in double quotes are names.
#include "runtime/session/scratch.hpp"

#include <memory>

#include <sqlite3.h>

#include "runtime/session/readable.hpp"
#include "runtime/session/sqlite_texts.hpp"

namespace dmc::session {

namespace {

int stay_inside(void*, int action, const char*, const char*, const char*, const char*) {
  return action == SQLITE_ATTACH || action == SQLITE_PRAGMA ? SQLITE_DENY : SQLITE_OK;
}

std::optional<std::string> refusal(sqlite3* scratch, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  const bool read =
      sqlite3_prepare_v2(scratch, sql.c_str(), static_cast<int>(sql.size()) + 1, &statement, nullptr) == SQLITE_OK;
  const int code = read && statement ? sqlite3_step(statement) : SQLITE_DONE;
  std::optional<std::string> words;
  if (!read || (code != SQLITE_DONE && code != SQLITE_ROW)) words = readable(sqlite3_errmsg(scratch));
  sqlite3_finalize(statement);
  return words;
}

}  // namespace

std::vector<std::optional<std::string>> try_in_scratch(std::string_view engine,
                                                       const std::vector<std::string>& statements) {
  std::vector<std::optional<std::string>> answers(statements.size());
  if (engine != "sqlite") return answers;
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(":memory:", &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> scratch(opened, sqlite3_close);
  if (code != SQLITE_OK) return answers;
  refuse_double_quoted_texts(opened);
  sqlite3_set_authorizer(opened, stay_inside, nullptr);
  for (std::size_t i = 0; i < statements.size(); ++i) answers[i] = refusal(opened, statements[i]);
  return answers;
}

}  // namespace dmc::session
