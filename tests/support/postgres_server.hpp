// A PostgreSQL server of the test's own: private folder, free port, gone with the test. The binaries are those of the
// folder that DMC_POSTGRES_BIN names, else looked for in PATH and where Debian keeps them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/session/target.hpp"
#include "tests/support/small_world.hpp"

namespace dmc::tests {

class PostgresServer {
 public:
  /// Starts one; throws when that fails.
  PostgresServer();
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  /// Over the Unix socket, where every role is let in.
  session::Url at(const std::string& database, const std::string& role = "postgres") const;
  /// Over TCP, where a role needs its password; "" leaves it out.
  std::string tcp_url(const std::string& database, const std::string& role, const std::string& password) const;
  /// A new database, empty.
  session::Url make(const std::string& database) const;
  /// Ends the sessions with it first; nothing where it is not there.
  void drop(const std::string& database) const;
  int major() const;
  void script(const std::string& database, const std::vector<std::string>& statements) const;
  std::vector<std::string> rows(const std::string& database, const std::string& sql) const;
  /// `rows` over one session, which lasts as long as the answer is kept.
  std::function<std::vector<std::string>(const std::string& sql)> asking(const std::string& database) const;

  /// As a power cut would: nothing of it is asked.
  void kill();
  /// Again, after `kill`.
  void start();
  /// Of nobody: it goes on as it is, and nobody can write to it.
  void become_standby();
  int port() const { return port_; }
  std::string socket_path() const { return sockets_ + "/.s.PGSQL." + std::to_string(port_); }

 private:
  void initialise();
  void stop(int signal);

  Folder folder_;
  std::string data_, sockets_;
  int port_ = 0;
  int process_ = -1;
};

/// Where initdb and postgres are; empty: nowhere.
const std::string& postgres_binaries();

/// The rows of a query, their values joined by `|`.
std::vector<std::string> lines_of(session::Session& session, const std::string& sql);

/// SQL that ends every session with a database: `drop database … with (force)` is not there before 13.
std::string drop_sessions(const std::string& database);

/// One for the whole program. Null where there are no binaries: the case then says so and is skipped.
PostgresServer* postgres_or_skip(const char* name);

}  // namespace dmc::tests
