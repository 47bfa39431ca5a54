// A second connection beside a session that is busy. Internal to this folder.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "runtime/session/postgres_connection.hpp"

namespace dmc::session {

/// Made when it is first asked something, and kept. It sees what is committed, and never waits for a lock of a table.
class PostgresBystander {
 public:
  explicit PostgresBystander(PostgresAddress address) : address_(std::move(address)) {}
  /// None where no second connection is to be had, or none any more; it is not tried again then. Never throws.
  std::optional<Rows> ask(std::string_view sql, std::span<const Value> parameters);

 private:
  PostgresAddress address_;
  std::unique_ptr<PostgresConnection> connection_;
  bool given_up_ = false;
};

}  // namespace dmc::session
