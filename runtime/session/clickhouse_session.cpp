// The Session and the streams of one ClickHouse.
#include "runtime/session/clickhouse_session.hpp"

#include <filesystem>
#include <utility>

#include "runtime/session/clickhouse_library.hpp"
#include "runtime/session/clickhouse_link.hpp"
#include "runtime/session/clickhouse_literals.hpp"
#include "runtime/session/clickhouse_lock.hpp"
#include "runtime/session/clickhouse_streams.hpp"
#include "runtime/session/side_file.hpp"

namespace dmc::session {

namespace {

std::string text_of(const Row& row, std::size_t column) {
  const auto* text = column < row.size() ? std::get_if<std::string>(&row[column]) : nullptr;
  return text ? *text : std::string();
}

std::string fact_of(const Identity& facts, std::string_view name) {
  for (const auto& [known, value] : facts)
    if (known == name) return value;
  return {};
}

class ClickhouseSecrecy : public Secrecy {
 public:
  explicit ClickhouseSecrecy(std::shared_ptr<ClickhouseLink> link) : link_(std::move(link)) {
    // A server may forbid its users to leave the log.
    if (link_->outlives_client() && link_->aside("select 1 settings log_queries = 0", "") == 0) link_->log(false);
  }
  ~ClickhouseSecrecy() override { link_->log(true); }
  ClickhouseSecrecy(const ClickhouseSecrecy&) = delete;
  ClickhouseSecrecy& operator=(const ClickhouseSecrecy&) = delete;
  std::string literal(std::string_view value) const override { return clickhouse_text(value); }

 private:
  std::shared_ptr<ClickhouseLink> link_;
};

class ClickhouseSession : public Session, public Place {
 public:
  explicit ClickhouseSession(std::shared_ptr<ClickhouseLink> link) : link_(std::move(link)) {}
  ~ClickhouseSession() override { link_->question(false); }
  ClickhouseSession(const ClickhouseSession&) = delete;
  ClickhouseSession& operator=(const ClickhouseSession&) = delete;

  Rows query(std::string_view sql, std::span<const Value> parameters) override {
    return link_->query(with_clickhouse_values(sql, parameters));
  }

  /// Of an insert, from 20.x on; a mutation, and an older server, say no number: 0.
  std::int64_t execute(std::string_view sql, std::span<const Value> parameters) override {
    return std::max<std::int64_t>(0, link_->run(with_clickhouse_values(sql, parameters), true, {}));
  }

  void transaction(Transaction what) override {
    // Whoever cleans up finds nothing to take back.
    if (what == Transaction::rollback) return;
    SessionError error("ClickHouse has no transactions");
    error.begun = false;
    throw error;
  }
  bool in_transaction() const override { return false; }

  void read_only(bool on) override {
    questions_ += on ? 1 : questions_ > 0 ? -1 : 0;
    link_->question(questions_ > 0);
  }

  void interrupt() override { link_->interrupt(); }
  Place& place() override { return *this; }

  /// 18.16 has neither a number of its own nor databases with one: there, host name, path and database name are all
  /// there is, and a data folder that was copied to another host of that name at that path is not told from it.
  Identity identity() override {
    const auto& server = link_->server();
    const auto name = clickhouse_text(link_->address().database);
    const bool has_uuid = server.has_function("serverUUID");
    const auto row = link_->query("select hostName(), " + std::string(has_uuid ? "toString(serverUUID())" : "''") +
                                  ", d.data_path, " + (has_uuid ? "toString(d.uuid)" : "''") +
                                  " from (select * from system.databases where name = " + name + ") as d");
    if (row.rows.size() != 1) throw SessionError("there is no " + link_->address().in_words() + " any more");
    const auto& facts = row.rows.front();
    return {{"server_uuid", text_of(facts, 1)},
            {"host", text_of(facts, 0)},
            {"data_path", text_of(facts, 2)},
            {"database", link_->address().database},
            {"database_uuid", text_of(facts, 3)}};
  }

  /// The number of a server lies in its data folder, so that a copy of the folder has it too: host and path then
  /// differ, and nobody here can ask the original whether it still lives.
  Likeness likeness(const Identity& recorded) override {
    const auto now = identity();
    const auto same = [&](std::string_view name) { return fact_of(now, name) == fact_of(recorded, name); };
    if (!same("server_uuid") || !same("host")) return Likeness::elsewhere;
    const auto number = fact_of(recorded, "database_uuid");
    if (number.empty() || number == "00000000-0000-0000-0000-000000000000")
      return same("data_path") && same("database") ? Likeness::same : Likeness::elsewhere;
    if (same("database_uuid")) return Likeness::same;
    const bool there =
        !link_->query("select 1 from system.databases where toString(uuid) = " + clickhouse_text(number)).rows.empty();
    return there ? Likeness::copy : Likeness::elsewhere;
  }

  std::unique_ptr<Secrecy> secrecy() override { return std::make_unique<ClickhouseSecrecy>(link_); }
  std::string handle() override { return link_->handle(); }
  bool alive(const std::string& handle) override { return clickhouse_works_for(*link_, handle); }
  void end(const std::string& handle) override {
    if (handle != link_->handle()) end_clickhouse_session(*link_, handle);
  }

 private:
  std::shared_ptr<ClickhouseLink> link_;  ///< may live on in the lock whose session it is
  int questions_ = 0;
};

class Streams : public ClickhouseStreams {
 public:
  explicit Streams(std::unique_ptr<ClickhouseLink> link) : link_(std::move(link)) {}
  void read(std::string_view sql, const std::function<void(Row)>& each) override { link_->run(sql, false, each); }
  void take(std::string_view sql, const std::string& format,
            const std::function<void(std::string_view)>& piece) override {
    link_->take(sql, format, piece);
  }
  std::int64_t give(std::string_view insert, const std::string& format, std::function<std::string()> next) override {
    return link_->give(insert, format, std::move(next));
  }
  void interrupt() override { link_->interrupt(); }
  const ClickhouseServer& server() const override { return link_->server(); }

 private:
  std::unique_ptr<ClickhouseLink> link_;
};

/// The folder of an embedded engine; empty for a server.
std::string folder_of(const Url& url) {
  constexpr std::string_view scheme = "chdb:";
  return url.location.starts_with(scheme) ? url.location.substr(scheme.size()) : std::string();
}

ClickhouseAddress address_of(const Url& url) {
  std::string reason;
  auto address = read_clickhouse_address(url.location, reason);
  if (!address) throw SessionError(reason);
  return std::move(*address);
}

std::unique_ptr<ClickhouseLink> linked(const Url& url, Missing missing, Access access) {
  if (const auto path = folder_of(url); !path.empty()) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(path, ignored) && (missing == Missing::refuse || access == Access::read))
      throw TargetMissing("there is no folder of an embedded ClickHouse at " + path);
    ClickhouseAddress address;
    address.host = "chdb";
    address.database = "main";
    return std::make_unique<ClickhouseLink>(address, access, [path] { return chdb_wire(path); });
  }
  const auto address = address_of(url);
  return std::make_unique<ClickhouseLink>(address, access, [address] { return clickhouse_http(address); });
}

}  // namespace

std::unique_ptr<Session> open_clickhouse(const Url& url, Missing missing, Access access, Lock* lock) {
  if (auto* held = dynamic_cast<ClickhouseLock*>(lock)) return std::make_unique<ClickhouseSession>(held->link());
  auto link = linked(url, missing, access == Access::look ? Access::read : access);
  if (access == Access::look) link->refuse_replicated_database();
  return std::make_unique<ClickhouseSession>(std::move(link));
}

/// One process at a time has an embedded engine's folder open: a file beside it says whose.
std::unique_ptr<Lock> lock_clickhouse(const Url& url, const Holder& holder, Held held) {
  if (const auto path = folder_of(url); !path.empty()) return lock_side_file(path, holder);
  return lock_clickhouse_server(address_of(url), holder, held);
}

Holder holder_of_clickhouse(const Url& url) {
  if (const auto path = folder_of(url); !path.empty()) return holder_of_side_file(path);
  return holder_of_clickhouse_server(address_of(url));
}

std::unique_ptr<ClickhouseStreams> open_clickhouse_streams(const Url& url, Access access) {
  return std::make_unique<Streams>(linked(url, Missing::refuse, access));
}

}  // namespace dmc::session
