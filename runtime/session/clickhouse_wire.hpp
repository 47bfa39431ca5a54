// How a statement gets to ClickHouse and its answer back: over HTTP, or into the library. Internal to this folder.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/session/clickhouse_address.hpp"

namespace dmc::session {

/// How long a server keeps a session in which nothing is executed. A runner that lives never comes near it.
constexpr int clickhouse_session_s = 60;

struct ClickhouseRequest {
  std::string_view sql;
  std::string query_id{};
  /// Of the server's, in which it is executed; empty: none.
  std::string session{};
  bool makes_session = false;  ///< false: the server refuses it (372) where it has no session of that name
  /// Of the answer; of the data where there is some.
  std::string format = "TabSeparatedWithNamesAndTypes";
  std::vector<std::pair<std::string, std::string>> settings{};
  /// False: the user may not say any setting, not even how to compress.
  bool may_set = true;
  /// True: the server answers when it is done, so that no exception can come behind rows. False: rows as they come.
  bool at_once = true;
  /// The next block of an insert's data; empty: that was all. Null for every other statement. The statement then ends
  /// in front of its FORMAT.
  std::function<std::string()> data{};
};

/// What went wrong, and how far the statement had come.
struct ClickhouseFailure {
  enum class Kind {
    exception,    ///< of the server
    unreachable,  ///< no connection; nothing was sent
    lost,         ///< the connection went while the statement was on its way or at work
    cut,          ///< the answer has no end
    late,         ///< the deadline of the address
    interrupted,  ///< somebody here did
    foreign       ///< an answer of something else: a proxy, a web server
  };
  Kind kind = Kind::exception;
  int code = 0;            ///< of an exception
  std::string name{};      ///< "UNKNOWN_TABLE"
  std::string message{};   ///< one line
  int status = 0;          ///< of HTTP
  bool answering = false;  ///< a part of the answer had come
  bool killed = false;     ///< after `late` and `interrupted`: the server says that it executes it no more
};

class ClickhouseRefused : public std::runtime_error {
 public:
  explicit ClickhouseRefused(ClickhouseFailure failure)
      : std::runtime_error(failure.message), failure(std::move(failure)) {}
  ClickhouseFailure failure;
};

class ClickhouseWire {
 public:
  using Taken = std::function<void(std::string_view)>;
  virtual ~ClickhouseWire() = default;
  /// → rows written, -1 where the server does not say. `taken` gets the answer in pieces; what it or `data` throws ends
  /// the statement. Throws ClickhouseRefused.
  virtual std::int64_t send(const ClickhouseRequest& request, const Taken& taken) = 0;
  /// From another thread or a signal handler: the statement that is on its way now fails as `interrupted`.
  virtual void interrupt() = 0;
  /// Whether what was sent may go on without its client, under its query id.
  virtual bool outlives_client() const { return true; }
  /// Whether every piece of a streamed answer begins with names and types.
  virtual bool repeats_names() const { return false; }
};

/// Makes no connection yet. Throws a SessionError when a file that the address names cannot be read.
std::unique_ptr<ClickhouseWire> clickhouse_http(const ClickhouseAddress& address);

}  // namespace dmc::session
