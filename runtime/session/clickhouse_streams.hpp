// Many rows out of ClickHouse and into it, beside a session and on a connection of its own: for backups, copies and
// comparisons.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/session/clickhouse_server.hpp"
#include "runtime/session/target.hpp"

namespace dmc::session {

/// Not thread-safe but for `interrupt`. Everything throws a SessionError; what a callback throws ends the statement and
/// comes through.
class ClickhouseStreams {
 public:
  virtual ~ClickhouseStreams() = default;
  /// Every row as it arrives, in the memory of one. When this throws, rows were handed out that are not all there are.
  virtual void read(std::string_view sql, const std::function<void(Row)>& each) = 0;
  /// The answer's bytes in that format ("Native"), in pieces cut anywhere.
  virtual void take(std::string_view sql, const std::string& format,
                    const std::function<void(std::string_view)>& piece) = 0;
  /// `insert` ends in front of its FORMAT: "insert into t (a, b)". `next` gives blocks of bytes in that format, the
  /// empty one last. Several blocks are several parts: when this throws, some of the rows may be there. → rows, -1
  /// where the server does not say (18.16).
  virtual std::int64_t give(std::string_view insert, const std::string& format, std::function<std::string()> next) = 0;
  /// From another thread or a signal handler.
  virtual void interrupt() = 0;
  virtual const ClickhouseServer& server() const = 0;
};

/// Of `clickhouse://`, `clickhouses://` and `chdb:`. With `Access::read` nothing can be written.
std::unique_ptr<ClickhouseStreams> open_clickhouse_streams(const Url& url, Access access);

}  // namespace dmc::session
