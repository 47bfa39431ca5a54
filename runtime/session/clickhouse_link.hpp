// A conversation with one ClickHouse: who speaks, with which settings, what the server is, and the end of what was
// begun. Internal to this folder.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "runtime/session/clickhouse_rows.hpp"
#include "runtime/session/clickhouse_server.hpp"
#include "runtime/session/clickhouse_wire.hpp"
#include "runtime/session/target.hpp"

namespace dmc::session {

class ClickhouseLink {
 public:
  using NewWire = std::function<std::unique_ptr<ClickhouseWire>()>;

  /// Asks the server what it is; throws a SessionError when it is none that dmc works with.
  ClickhouseLink(const ClickhouseAddress& address, Access access, NewWire new_wire);

  /// All rows, `each` as it comes; → rows written, -1 where the server does not say. Not `at_once`: bounded memory.
  std::int64_t run(std::string_view sql, bool at_once, const std::function<void(Row)>& each,
                   std::vector<std::string>* columns = nullptr);
  Rows query(std::string_view sql);
  /// Bytes of an answer in that format, as they come.
  void take(std::string_view sql, const std::string& format, const ClickhouseWire::Taken& taken);
  /// Blocks of an insert; the statement ends in front of its FORMAT.
  std::int64_t give(std::string_view sql, const std::string& format, std::function<std::string()> next);

  void question(bool on) { question_ = on; }
  /// False: what follows is not written into the log of queries.
  void log(bool on) { logs_ = on; }
  void interrupt() { wire_->interrupt(); }
  /// From here on every statement belongs to a session of the server's, by which whoever takes the target over ends
  /// what this link may still send. Refuses what stands in front of several servers. Once.
  void begin_session();
  /// From another thread: that session is not forgotten while there is nothing to do.
  void keep_session();
  /// A statement on a connection of its own, in that session where it has a name. → the server's code, 0: it is done.
  int aside(std::string_view sql, const std::string& session, const std::function<void(Row)>& each = {});
  /// "dmc-<16 hexadecimal digits>": every query id begins with it and a dash. With a session "@user" stands behind it,
  /// because a server knows a session only to its own user. Empty where nothing outlives the process.
  std::string handle() const;
  /// Whether what was sent may go on without its client.
  bool outlives_client() const { return wire_->outlives_client(); }
  std::string user() const { return address_.user.empty() ? "default" : address_.user; }
  const ClickhouseAddress& address() const { return address_; }
  const ClickhouseServer& server() const { return server_; }
  /// Throws where the database carries its definitions to other servers by itself (E0811).
  void refuse_replicated_database();

 private:
  void probe();
  ClickhouseRequest request(std::string_view sql, const std::string& format);
  std::int64_t sent(ClickhouseRequest request, const ClickhouseWire::Taken& taken);
  void refuse_several_servers();
  bool killed(const std::string& query_id);
  std::set<std::string, std::less<>> names(std::string_view sql);

  ClickhouseAddress address_;
  Access access_;
  NewWire new_wire_;
  std::unique_ptr<ClickhouseWire> wire_;
  std::mutex mutex_;  ///< a statement is on its way: a session takes one at a time
  std::string handle_;
  enum class InSession { no, made_now, yes };
  InSession in_session_ = InSession::no;
  std::chrono::steady_clock::time_point last_ = {};
  std::uint64_t statements_ = 0;
  bool question_ = false, logs_ = true;
  bool probed_ = false;
  bool may_set_ = true;
  std::vector<std::pair<std::string, std::string>> pinned_;
  ClickhouseServer server_;
};

/// Whether the server still executes something that the session of that handle sent: a statement, or a mutation, which
/// belongs to no session and is known by its token.
bool clickhouse_works_for(ClickhouseLink& link, const std::string& handle);
/// Nothing that this session sent, or will send, is executed behind this; throws when that is not sure.
void end_clickhouse_session(ClickhouseLink& link, const std::string& handle);

}  // namespace dmc::session
