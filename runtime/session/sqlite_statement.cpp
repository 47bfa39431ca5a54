// Binding, stepping and reading of SQLite's prepared statements.
#include "runtime/session/sqlite_statement.hpp"

#include <system_error>
#include <utility>

#include "runtime/session/readable.hpp"
#include "runtime/session/sqlite_texts.hpp"

namespace dmc::session {

namespace {

/// Leaves the statement ready for its next use whatever happened; an unreset statement would keep its locks.
class Reset {
 public:
  explicit Reset(sqlite3_stmt* statement) : statement_(statement) {}
  ~Reset() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  Reset(const Reset&) = delete;
  Reset& operator=(const Reset&) = delete;

 private:
  sqlite3_stmt* statement_;
};

Value value_of(sqlite3_stmt* statement, int column) {
  const auto bytes = [&](const void* data) {
    return std::string(static_cast<const char*>(data),
                       static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
  };
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return static_cast<std::int64_t>(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    case SQLITE_NULL:
      return nullptr;
    case SQLITE_BLOB: {
      const void* data = sqlite3_column_blob(statement, column);
      return Blob{data ? bytes(data) : std::string()};
    }
    default:
      return bytes(sqlite3_column_text(statement, column));
  }
}

/// `error in view v: no such table: t`: before it alters a table SQLite reads every view and trigger, also those that
/// have nothing to do with it. What only `after` the alteration cannot be read is no such bystander.
std::string with_bystander(std::string message) {
  constexpr std::string_view head = "error in ";
  if (!message.starts_with(head)) return message;
  const auto object = message.substr(head.size(), message.find(": ") - head.size());
  const bool can_be_dropped = object.starts_with("view ") || object.starts_with("trigger ");
  if (!can_be_dropped || object.ends_with(" after rename") || object.ends_with(" after drop column")) return message;
  return message + " (SQLite alters no table as long as it cannot read " + object + ": drop or mend that first)";
}

/// What an engine's message does not say to somebody who does not know the engine.
std::string in_words(int code, const char* message, int system_error) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another connection has locked the database";
    case SQLITE_FULL:
      return "the disk is full or a limit for files was reached";
    case SQLITE_NOTADB:
      return "the file is not an SQLite database";
    case SQLITE_CORRUPT:
      // The same code stands for a stored text that SQLite does not take.
      return message == std::string_view(sqlite3_errstr(SQLITE_CORRUPT))
                 ? "the database file is damaged (bring back a copy of it; what can still be read, '.recover' of the "
                   "sqlite3 program saves)"
                 : clipped(message);
    case SQLITE_READONLY:
      return "the database cannot be written: the file, its folder or this question is read-only";
    case SQLITE_INTERRUPT:
      return "cancelled";
    case SQLITE_IOERR:
      // Of a write that failed the reason is often lost, because SQLite tidies up before anybody can ask.
      if (code == SQLITE_IOERR_WRITE && system_error == 0)
        return "the database could not be written: most likely the disk is full or a limit for files was reached";
      return "the database could not be read or written" +
             (system_error ? " (" + std::generic_category().message(system_error) + ")" : std::string());
    case SQLITE_CANTOPEN:
      return "the database, or a file beside it, could not be opened";
    case SQLITE_AUTH:
      return "a question may not change anything, and a step may not begin or end a transaction itself";
    default:
      return with_bystander(clipped(message));
  }
}

}  // namespace

void throw_sqlite(sqlite3* connection, std::string_view sql, bool was_in_transaction) {
  const int code = sqlite3_extended_errcode(connection);
  const int primary = code & 0xff;
  std::string message = in_words(code, sqlite3_errmsg(connection), sqlite3_system_errno(connection));
  if (sql == "commit")
    message += ", while committing";
  else if (!sql.empty())
    message += ": " + clipped(sql);
  throw SessionError(readable(message), primary == SQLITE_BUSY || primary == SQLITE_LOCKED,
                     was_in_transaction && sqlite3_get_autocommit(connection) != 0);
}

Statement::Statement(sqlite3* connection, std::string_view sql, bool keep) : connection_(connection), sql_(sql) {
  if (sql.find('\0') != std::string_view::npos) throw SessionError("a statement holds a zero byte: " + clipped(sql));
  const bool in_transaction = sqlite3_get_autocommit(connection) == 0;
  const char* tail = nullptr;
  const auto prepare = [&] {
    return sqlite3_prepare_v3(connection, sql_.c_str(), static_cast<int>(sql_.size()) + 1,
                              keep ? SQLITE_PREPARE_PERSISTENT : 0, &statement_, &tail);
  };
  reads_old_texts_ = only_moves_names(sql);
  if (prepare() != SQLITE_OK) {
    // A trigger or a view of an old schema may hold a text in double quotes; the statement itself still may not.
    const bool unknown_name = std::string_view(sqlite3_errmsg(connection)).starts_with("no such column");
    if (unknown_name && defines_nothing(sql)) {
      const DoubleQuotedTexts allowed(connection);
      sql_ = with_backticks(sql);
      reads_old_texts_ = prepare() == SQLITE_OK;
    }
    if (!statement_) {
      sql_ = sql;
      prepare();
      throw_sqlite(connection, sql, in_transaction);
    }
  }
  if (!statement_) throw SessionError("there is no statement in this text: " + clipped(sql));
  if (tail == sql_.c_str() + sql_.size()) return;
  // What follows the first statement must be white space and comments, and those prepare to nothing.
  sqlite3_stmt* second = nullptr;
  const int rest = sqlite3_prepare_v3(connection, tail, -1, 0, &second, nullptr);
  sqlite3_finalize(second);
  if (rest == SQLITE_OK && !second) return;
  sqlite3_finalize(statement_);
  throw SessionError("a text sent to a target holds one statement, and this one holds several: " + clipped(sql));
}

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_),
      statement_(std::exchange(other.statement_, nullptr)),
      sql_(std::move(other.sql_)),
      reads_old_texts_(other.reads_old_texts_) {}

bool Statement::step() {
  const bool in_transaction = sqlite3_get_autocommit(connection_) == 0;
  const int code = [&] {
    if (!reads_old_texts_) return sqlite3_step(statement_);
    const DoubleQuotedTexts allowed(connection_);  // SQLite may prepare it anew here
    return sqlite3_step(statement_);
  }();
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  throw_sqlite(connection_, sql_, in_transaction);
}

void Statement::bind(std::span<const Value> parameters) {
  if (static_cast<int>(parameters.size()) < sqlite3_bind_parameter_count(statement_))
    throw SessionError("a statement wants more values than it was given: " + clipped(sql_));
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const int at = static_cast<int>(i) + 1;
    if (at > sqlite3_bind_parameter_count(statement_)) break;
    struct Binder {
      sqlite3_stmt* statement;
      int at;
      int operator()(std::nullptr_t) const { return sqlite3_bind_null(statement, at); }
      int operator()(std::int64_t number) const { return sqlite3_bind_int64(statement, at, number); }
      int operator()(double number) const { return sqlite3_bind_double(statement, at, number); }
      int operator()(const std::string& text) const {
        return sqlite3_bind_text64(statement, at, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
      }
      int operator()(const Blob& blob) const {
        return sqlite3_bind_blob64(statement, at, blob.bytes.data(), blob.bytes.size(), SQLITE_STATIC);
      }
    };
    if (std::visit(Binder{statement_, at}, parameters[i]) != SQLITE_OK) throw_sqlite(connection_, sql_, false);
  }
}

Rows Statement::query(std::span<const Value> parameters) {
  const Reset reset(statement_);
  bind(parameters);
  Rows rows;
  const int columns = sqlite3_column_count(statement_);
  for (int i = 0; i < columns; ++i) {
    const char* name = sqlite3_column_name(statement_, i);
    rows.columns.emplace_back(name ? name : "");
  }
  while (step()) {
    Row& row = rows.rows.emplace_back();
    row.reserve(static_cast<std::size_t>(columns));
    for (int i = 0; i < columns; ++i) row.push_back(value_of(statement_, i));
  }
  return rows;
}

std::int64_t Statement::execute(std::span<const Value> parameters) {
  const Reset reset(statement_);
  bind(parameters);
  const auto before = sqlite3_total_changes64(connection_);
  while (step()) {
  }
  // `changes` keeps the count of an earlier statement when this one changes no row.
  return sqlite3_total_changes64(connection_) == before ? 0 : sqlite3_changes64(connection_);
}

}  // namespace dmc::session
