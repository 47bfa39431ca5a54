// What went wrong with a PostgreSQL server, as a person reads it. Internal to this folder.
#pragma once

#include <string>
#include <string_view>

#include "runtime/session/postgres_connection.hpp"

namespace dmc::session {

/// Of a connection that could not be made.
SessionError postgres_unreachable(const PostgresFailure& failure, const PostgresAddress& address);

struct PostgresMoment {
  bool was_open = false;     ///< a transaction, when the statement was sent
  bool is_open = false;      ///< and now
  bool interrupted = false;  ///< somebody here cancelled it
  std::string blockers;      ///< who was in its way; may be empty
  std::string grants{};      ///< statements that give the right that it lacks; may be empty
};

/// Of a statement. Never tells a value of a row.
SessionError postgres_failed(const PostgresFailure& failure, std::string_view sql, const PostgresMoment& moment);

/// "commit", "rollback to": a statement that begins, ends or divides a transaction; empty for every other.
std::string transaction_verb(std::string_view sql);

}  // namespace dmc::session
