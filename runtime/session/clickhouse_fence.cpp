// A session of the server's for whoever holds a target, and how another runner ends it: `SET readonly = 1` inside it.
// From then on the server answers every statement of that session with 164, whenever it arrives (runtime.md §2.4).
#include <thread>

#include "runtime/session/clickhouse_errors.hpp"
#include "runtime/session/clickhouse_link.hpp"
#include "runtime/session/clickhouse_literals.hpp"

namespace dmc::session {

namespace {

constexpr int read_only = 164, not_found = 372, locked = 373;
constexpr int patience_ms = 30'000, slice_ms = 50;

/// "dmc-0123456789abcdef", of "dmc-0123456789abcdef@app".
std::string name_in(const std::string& handle) { return handle.substr(0, handle.find('@')); }

bool is_handle(const std::string& handle) { return handle.starts_with("dmc-"); }

std::string of_handle(const std::string& handle) {
  return "startsWith(query_id, " + clickhouse_text(name_in(handle) + "-") + ")";
}

std::string text_at(const Row& row, std::size_t column) {
  const auto* text = column < row.size() ? std::get_if<std::string>(&row[column]) : nullptr;
  return text ? *text : std::string();
}

bool executes(ClickhouseLink& link, const std::string& handle) {
  return !link.query("select query_id from system.processes where " + of_handle(handle) + " limit 1").rows.empty();
}

/// Whether a mutation goes on that carries the token of a step. One that fails again and again goes nowhere: the plan's
/// own step that waits for it says what becomes of it. Servers before 20.x do not tell which those are.
bool mutates(ClickhouseLink& link) {
  const std::string_view going = link.server().is_at_least(20, 1) ? " and latest_fail_reason = ''" : "";
  return !link.query("select mutation_id from system.mutations where database = " +
                     clickhouse_text(link.address().database) +
                     " and not is_done and position(command, '\\'dmc:') > 0" + std::string(going) + " limit 1")
              .rows.empty();
}

/// True: the server executes nothing more of that session that it has not begun.
bool fence(ClickhouseLink& link, const std::string& handle) {
  switch (const int code = link.aside("set readonly = 1", name_in(handle))) {
    case 0:
    case read_only:  // another runner was here first
    case not_found:  // it was forgotten, or the server was started anew
      return true;
    case locked:
      return false;
    default:
      throw SessionError("the server was told to end the session " + handle + ", and answered with code " +
                         std::to_string(code) + "; nothing was changed");
  }
}

/// A while. What takes longer is waited for by the step of the plan that is there for it.
void wait_for_mutations(ClickhouseLink& link) {
  for (int waited = 0; waited <= patience_ms && mutates(link); waited += slice_ms)
    std::this_thread::sleep_for(std::chrono::milliseconds(slice_ms));
}

}  // namespace

std::string ClickhouseLink::handle() const {
  if (!wire_->outlives_client()) return {};
  return in_session_ == InSession::no ? handle_ : handle_ + "@" + user();
}

void ClickhouseLink::begin_session() {
  if (!wire_->outlives_client() || in_session_ != InSession::no) return;
  in_session_ = InSession::made_now;
  // The first question of a session makes it.
  refuse_replicated_database();
  in_session_ = InSession::yes;
  refuse_several_servers();
}

/// Such a database sends what is created in it to every replica by itself: steps would be done once more by each of
/// them, and the ledger of one target would stand in all of them.
void ClickhouseLink::refuse_replicated_database() {
  const auto engine = query("select engine from system.databases where name = currentDatabase()").rows;
  if (engine.empty() || text_at(engine.front(), 0) != "Replicated") return;
  throw SessionError(address_.in_words() +
                     " has the engine Replicated, which sends every definition to its replicas by itself: have one of "
                     "the engine Atomic on each host, with tables of Replicated engines in it [E0811]");
}

/// A session lives in one server, and a connection is what a balancer hands out.
void ClickhouseLink::refuse_several_servers() {
  constexpr int connections = 4;
  const std::string_view who =
      server_.has_function("serverUUID") ? "select toString(serverUUID())" : "select hostName()";
  const auto asked = query(who).rows;
  const auto own = asked.empty() ? std::string() : text_at(asked.front(), 0);
  for (int i = 0; i < connections; ++i) {
    std::string other;
    int code = locked;
    // The server lets go of a session a moment behind its answer.
    for (int tries = 0; code == locked && tries < patience_ms / slice_ms; ++tries) {
      if (tries > 0) std::this_thread::sleep_for(std::chrono::milliseconds(slice_ms / 10));
      code = aside(who, handle_, [&](Row row) { other = text_at(row, 0); });
    }
    if (code == 0 && other == own) continue;
    throw SessionError("behind " + address_.in_words() + " stand several servers (" +
                       (code == not_found ? "a session that was just made is not there on the next connection"
                        : code == 0       ? "'" + own + "' and '" + other + "' answered"
                                          : "code " + std::to_string(code)) +
                       "), and a change needs one of them: name it instead of what balances the load [E0810]");
  }
}

void ClickhouseLink::keep_session() {
  constexpr auto often_enough = std::chrono::seconds(clickhouse_session_s / 4);
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock || in_session_ != InSession::yes || std::chrono::steady_clock::now() - last_ < often_enough) return;
  last_ = std::chrono::steady_clock::now();
  // On the connection of the statements: the server is done with it before it reads the next one.
  wire_->send({.sql = "select 1", .query_id = handle_ + "-idle", .session = handle_, .may_set = false},
              [](std::string_view) {});
}

int ClickhouseLink::aside(std::string_view sql, const std::string& session, const std::function<void(Row)>& each) {
  const auto wire = new_wire_();
  ClickhouseRows reader([&](Row row) {
    if (each) each(std::move(row));
  });
  try {
    wire->send({.sql = sql, .session = session, .may_set = false}, [&](std::string_view piece) { reader.take(piece); });
  } catch (const ClickhouseRefused& refused) {
    if (refused.failure.kind != ClickhouseFailure::Kind::exception) throw clickhouse_failed(refused.failure, sql);
    return refused.failure.code;
  }
  return 0;
}

bool clickhouse_works_for(ClickhouseLink& link, const std::string& handle) {
  return is_handle(handle) && (executes(link, handle) || mutates(link));
}

void end_clickhouse_session(ClickhouseLink& link, const std::string& handle) {
  if (!is_handle(handle)) return;
  const auto at = handle.find('@');
  if (at != std::string::npos && handle.substr(at + 1) != link.user())
    throw SessionError("user '" + handle.substr(at + 1) +
                       "' of the server held this target last, and only the same user can "
                       "end that session: run as that user, once at least");
  bool fenced = at == std::string::npos;
  for (int waited = 0; waited <= patience_ms; waited += slice_ms) {
    fenced = fenced || fence(link, handle);
    if (!executes(link, handle)) {
      if (fenced) return wait_for_mutations(link);
    } else {
      link.run("kill query where " + of_handle(handle) + " sync", true, {});
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(slice_ms));
  }
  throw SessionError("the server was told to end the statements of " + handle +
                     ", and they are still there after 30 s; nothing was changed");
}

}  // namespace dmc::session
