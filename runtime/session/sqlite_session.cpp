// One connection to one SQLite file.
#include "runtime/session/sqlite_session.hpp"

#include <cerrno>
#include <filesystem>
#include <map>
#include <sys/stat.h>
#include <system_error>
#include <utility>

#include <sqlite3.h>

#include "runtime/session/sqlite_authorizer.hpp"
#include "runtime/session/sqlite_statement.hpp"
#include "runtime/session/sqlite_texts.hpp"

namespace dmc::session {

namespace {

/// Questions, and statements with parameters, come again and again (ledger, batches); the others are sent once.
constexpr std::size_t kept_statements = 96;
constexpr int busy_timeout_ms = 2000;

/// SQLite would open a device or a pipe, and take what it writes there for written.
void refuse_no_file(const std::string& path, mode_t mode) {
  if (S_ISDIR(mode)) throw SessionError(path + " is a folder, not a database");
  if (!S_ISREG(mode)) throw SessionError(path + " is a device or a pipe, not a database");
}

struct CloseConnection {
  void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
};

class SqliteSession : public Session, public Place {
 public:
  SqliteSession(const std::string& path, Missing missing, Access access) : path_(path), access_(access) {
    struct stat facts {};
    const bool there = ::stat(path.c_str(), &facts) == 0;
    const int reason = there ? 0 : errno;
    if (reason == ENOENT) (void)resolved(path);
    if (!there && (reason != ENOENT || missing == Missing::refuse || access == Access::read))
      throw TargetMissing("there is no database at " + path + " (" + std::generic_category().message(reason) + ")");
    if (there) refuse_no_file(path, facts.st_mode);
    const int flags =
        SQLITE_OPEN_READWRITE | (there ? 0 : SQLITE_OPEN_CREATE) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    sqlite3* connection = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &connection, flags, nullptr);
    connection_.reset(connection);
    if (code != SQLITE_OK) throw_sqlite(connection, path, false);
    sqlite3_busy_timeout(connection, busy_timeout_ms);
    sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    refuse_double_quoted_texts(connection);
    sqlite3_set_authorizer(connection, authorize, &permissions_);
    // Checks and views may call any function that SQLite has, as they may in the author's own programs: before 3.41 its
    // JSON functions are among those that an untrusted schema may not. None reaches outside: nothing is registered on
    // this connection, and extensions cannot be loaded.
    execute("pragma trusted_schema = on");
    if (access == Access::read) {
      query_only(true);
      // Another runner's WAL is not written back by whoever only looked.
      sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    }
    // Opening reads nothing yet; a file that is no database is found out here.
    if (sqlite3_exec(connection, "select count(*) from sqlite_schema", nullptr, nullptr, nullptr) != SQLITE_OK)
      throw_sqlite(connection, path, false);
  }

  Rows query(std::string_view sql, std::span<const Value> parameters) override {
    return prepared(sql, true).query(parameters);
  }

  std::int64_t execute(std::string_view sql, std::span<const Value> parameters) override {
    return begun(sql, parameters).execute(parameters);
  }

  std::int64_t execute(std::string_view sql) { return execute(sql, {}); }
  Rows query(std::string_view sql) { return query(sql, {}); }

  void transaction(Transaction what) override {
    if (what == Transaction::rollback && !in_transaction()) return;
    permissions_.transaction_verbs = true;
    const Restore restore(permissions_.transaction_verbs);
    switch (what) {
      case Transaction::begin:
        Statement(connection_.get(), access_ == Access::read ? "begin" : "begin immediate", false).execute({});
        break;
      case Transaction::commit:
        Statement(connection_.get(), "commit", false).execute({});
        break;
      case Transaction::rollback:
        Statement(connection_.get(), "rollback", false).execute({});
        break;
    }
  }

  bool in_transaction() const override { return sqlite3_get_autocommit(connection_.get()) == 0; }

  void read_only(bool on) override {
    permissions_.read_only = false;
    if (access_ == Access::write) query_only(on);
    permissions_.read_only = on;
  }

  void interrupt() override { sqlite3_interrupt(connection_.get()); }

  Place& place() override { return *this; }

  Identity identity() override {
    struct stat facts {};
    if (::stat(path_.c_str(), &facts) != 0) throw SessionError("the database at " + path_ + " is no longer there");
    return {
        {"path", resolved(path_)}, {"device", std::to_string(facts.st_dev)}, {"inode", std::to_string(facts.st_ino)}};
  }
  /// A file keeps its number when it is renamed, and its path when a backup is put in its place; a copy has neither.
  Likeness likeness(const Identity& recorded) override {
    const auto fact = [](const Identity& facts, std::string_view name) {
      for (const auto& [known, value] : facts)
        if (known == name) return value;
      return std::string();
    };
    const auto now = identity();
    const bool same_file =
        fact(now, "inode") == fact(recorded, "inode") && fact(now, "device") == fact(recorded, "device");
    if (same_file || fact(now, "path") == fact(recorded, "path")) return Likeness::same;
    struct stat original {};
    const bool there = ::stat(fact(recorded, "path").c_str(), &original) == 0 &&
                       std::to_string(original.st_ino) == fact(recorded, "inode") &&
                       std::to_string(original.st_dev) == fact(recorded, "device");
    return there ? Likeness::copy : Likeness::elsewhere;
  }

  // Nothing that was sent to this engine outlives the process that sent it.
  std::string handle() override { return {}; }
  bool alive(const std::string&) override { return false; }
  void end(const std::string&) override {}

 private:
  class Restore {
   public:
    explicit Restore(bool& flag) : flag_(flag) {}
    ~Restore() { flag_ = false; }
    Restore(const Restore&) = delete;
    Restore& operator=(const Restore&) = delete;

   private:
    bool& flag_;
  };

  void query_only(bool on) {
    Statement(connection_.get(), on ? "pragma query_only = 1" : "pragma query_only = 0", false).execute({});
  }

  /// A statement that cannot even be prepared did nothing.
  Statement& begun(std::string_view sql, std::span<const Value> parameters) {
    try {
      return prepared(sql, !parameters.empty());
    } catch (SessionError& error) {
      error.begun = false;
      throw;
    }
  }

  /// A statement that stays prepared because it comes `again`, or one for this call alone; checks are always prepared
  /// anew, so that the authorizer sees them.
  Statement& prepared(std::string_view sql, bool again) {
    if (!again || permissions_.read_only) {
      once_.clear();
      return once_.emplace_back(connection_.get(), sql, false);
    }
    if (const auto found = kept_.find(sql); found != kept_.end()) return found->second;
    if (kept_.size() >= kept_statements) kept_.clear();
    return kept_.emplace(std::string(sql), Statement(connection_.get(), sql, true)).first->second;
  }

  std::string path_;
  Access access_;
  Permissions permissions_;
  std::unique_ptr<sqlite3, CloseConnection> connection_;
  std::map<std::string, Statement, std::less<>> kept_;
  std::vector<Statement> once_;
};

}  // namespace

std::string resolved(const std::string& path) {
  std::error_code error;
  const std::filesystem::path given(path);
  const auto whole = std::filesystem::canonical(given, error);
  if (!error) return whole.string();
  const auto folder =
      std::filesystem::canonical(given.has_parent_path() ? given.parent_path() : std::filesystem::path("."), error);
  if (error) throw PlaceMissing("there is no folder " + given.parent_path().string());
  return (folder / given.filename()).string();
}

void prepare_sqlite_for_threads() { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

std::unique_ptr<Session> open_sqlite(const std::string& path, Missing missing, Access access) {
  return std::make_unique<SqliteSession>(path, missing, access);
}

}  // namespace dmc::session
