// One connection to a PostgreSQL server, over the client library: the only file that includes it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "runtime/session/postgres_address.hpp"
#include "runtime/session/session.hpp"

namespace dmc::session {

/// What the server, or the client library, says of a failure.
struct PostgresFailure {
  std::string state;    ///< SQLSTATE; empty: the client library's own word, as a rule the connection is gone
  std::string message;  ///< the server's first line, without position, detail and hint
  /// Of an object that others depend on (2BP01): which they are, a line each. Of nothing else, because a detail may
  /// hold values of a row.
  std::string dependants{};
  std::string context;  ///< "PL/pgSQL function …": it failed inside a function
  bool parsed = true;   ///< false: it failed while it was read, before anything of it was done
  bool lost = false;    ///< the connection is gone
};

struct PostgresAnswer {
  Rows rows;
  std::int64_t changed = 0;
  std::string verb;  ///< of the command tag: "INSERT", "CREATE", "ROLLBACK"
};

/// When a statement is read: with its execution; in a message of its own in front of it, so that a statement that
/// cannot even be read is known to have done nothing; or once for all times that it is sent, of texts of dmc's own.
enum class PostgresReading { with_it, first, once };

enum class PostgresTransaction { none, open, failed };

/// Takes away from the client library what its environment variables would change of an address (all but the file of
/// passwords). Call it before there is a second thread.
void ignore_ambient_postgres();

/// Not thread-safe but for `cancel`.
class PostgresConnection {
 public:
  /// Throws PostgresRefused.
  explicit PostgresConnection(const PostgresAddress& address);
  ~PostgresConnection();
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  /// One statement in the extended protocol; throws PostgresRefused. `waiting` is called again and again while there is
  /// no answer, with the milliseconds since it was sent.
  PostgresAnswer run(std::string_view sql, std::span<const Value> parameters = {},
                     const std::function<void(std::int64_t)>& waiting = {},
                     PostgresReading reading = PostgresReading::with_it);
  /// A statement of dmc's own that begins a transaction or stands in an open one, and asks nothing: it goes out in
  /// front of the next one, in a message of its own, and its answer is read with that one's. When it fails nothing
  /// behind it is done, and the next one throws what was said.
  void ahead(std::string sql);
  /// Those that did not go out yet never will.
  void forget_ahead();
  /// As it is once those ahead went out.
  PostgresTransaction transaction() const;
  bool alive() const;
  /// As the startup of the connection told it: what a pooler makes up.
  int told_pid() const;
  /// The server's, as 150020.
  int version() const;
  /// From another thread or a signal handler: cancels the statement in flight.
  void cancel();

 private:
  struct Library;
  std::unique_ptr<Library> library_;
};

class PostgresRefused : public std::runtime_error {
 public:
  explicit PostgresRefused(PostgresFailure failure)
      : std::runtime_error(failure.message), failure(std::move(failure)) {}
  PostgresFailure failure;
};

}  // namespace dmc::session
