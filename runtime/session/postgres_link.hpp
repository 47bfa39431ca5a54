// A connection as sessions use it: its settings, its errors in words, and who stands in its way. Internal to this
// folder.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/session/postgres_bystander.hpp"
#include "runtime/session/postgres_connection.hpp"
#include "runtime/session/postgres_waits.hpp"
#include "runtime/session/target.hpp"

namespace dmc::session {

/// The first number of every advisory lock of ours.
inline constexpr std::int64_t postgres_lock_space = 1684890467;

/// Shared by the lock that was taken on it and the session that acts under that lock: either both live, or none.
class PostgresLink {
 public:
  /// Direct, to the primary, with every setting that changes what a statement means or how its answer is printed.
  PostgresLink(const PostgresAddress& address, Access access);

  PostgresAnswer run(std::string_view sql, std::span<const Value> parameters = {},
                     PostgresReading reading = PostgresReading::with_it);
  PostgresAnswer run(std::string_view sql, std::initializer_list<Value> parameters,
                     PostgresReading reading = PostgresReading::with_it) {
    return run(sql, std::span<const Value>(parameters.begin(), parameters.size()), reading);
  }
  /// As of the connection.
  void ahead(std::string sql) { connection_.ahead(std::move(sql)); }
  void forget_ahead() { connection_.forget_ahead(); }
  PostgresTransaction transaction() const { return connection_.transaction(); }
  bool alive() const { return connection_.alive(); }
  void interrupt() {
    interrupted_ = true;
    connection_.cancel();
  }
  const std::string& handle() const { return handle_; }
  const PostgresAddress& address() const { return address_; }
  Access access() const { return access_; }
  /// Of the server's process.
  int pid() const { return connection_.told_pid(); }
  PostgresBystander& bystander() { return bystander_; }
  /// Called again and again while a statement has no answer, with the milliseconds since it was sent; empty: nobody.
  void while_busy(std::function<void(std::int64_t)> look) { while_busy_ = std::move(look); }

 private:
  PostgresAddress address_;
  Access access_;
  PostgresConnection connection_;
  std::string handle_;           ///< "pid/when it began"
  std::string role_, database_;  ///< as SQL writes them
  PostgresBystander bystander_;
  PostgresWaits waits_;
  std::function<void(std::int64_t)> while_busy_;
  std::atomic<bool> interrupted_ = false;
};

/// Whether a session of that handle is still there.
bool postgres_session_lives(PostgresLink& link, const std::string& handle);
/// Ends it and waits until it is gone; throws when it will not go.
void end_postgres_session(PostgresLink& link, const std::string& handle);

}  // namespace dmc::session
