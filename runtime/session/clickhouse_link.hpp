// A conversation with one ClickHouse: who speaks, with which settings, what the server is, and the end of what was
// begun. Internal to this folder.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
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
  void interrupt() { wire_->interrupt(); }
  /// "dmc-<16 hexadecimal digits>": every query id begins with it and a dash. Empty where nothing outlives the process.
  std::string handle() const { return wire_->outlives_client() ? handle_ : std::string(); }
  const ClickhouseAddress& address() const { return address_; }
  const ClickhouseServer& server() const { return server_; }

 private:
  void probe();
  ClickhouseRequest request(std::string_view sql, const std::string& format);
  std::int64_t sent(ClickhouseRequest request, const ClickhouseWire::Taken& taken);
  bool killed(const std::string& query_id);
  std::set<std::string, std::less<>> names(std::string_view sql);

  ClickhouseAddress address_;
  Access access_;
  NewWire new_wire_;
  std::unique_ptr<ClickhouseWire> wire_;
  std::string handle_;
  std::uint64_t statements_ = 0;
  bool question_ = false;
  bool probed_ = false;
  bool may_set_ = true;
  std::vector<std::pair<std::string, std::string>> pinned_;
  ClickhouseServer server_;
};

/// Whether the server executes a statement whose id begins with that handle.
bool clickhouse_works_for(ClickhouseLink& link, const std::string& handle);
/// Ends those and waits until they are gone; throws when they will not go.
void end_clickhouse_statements(ClickhouseLink& link, const std::string& handle);

}  // namespace dmc::session
