// A server without transactions, as ClickHouse is one: every statement takes effect by itself, and what was sent may be
// executed long after the runner that sent it is gone. Its storage is SQLite in memory; the engine is called `fake`.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "compiler/dialects/dialect.hpp"
#include "runtime/ledger/ledger.hpp"
#include "runtime/session/target.hpp"

namespace dmc::tests {

/// What happens at one Session event.
enum class Mishap {
  none,
  dies,         ///< the runner is gone; what it had sent is executed `late` events later, or never
  answer_lost,  ///< the connection breaks, the runner lives
  server_dies,  ///< every session ends; what was not executed never is
  taken_over,   ///< another runner takes over meanwhile; the statement in flight is executed `late` events later
  time_travel,  ///< the server is what it was `late` statements earlier, without any session
};

struct Mischief {
  Mishap what = Mishap::none;
  long at = 0;      ///< the event of this run, from 1
  long late = 0;    ///< see Mishap; negative: never
  long events = 0;  ///< seen so far
  bool done = false;
  std::string where{};
  std::function<void()> meanwhile{};  ///< the other runner
};

class FakeServer {
 public:
  explicit FakeServer(std::vector<std::string> script);

  /// As it was made, without ledger and sessions.
  void reset();
  /// As it is now, to come back to.
  void remember_as_base() { base_ = log_; }
  void back_to_base();
  /// What was sent so far is what `back_to_kept` leads to; time still travels to the base.
  void keep();
  void back_to_kept();
  /// Ends every session; statements in flight are gone.
  void restart();
  /// As after all but the last `statements` that wrote.
  void travel(long statements);

  /// Everything that wrote since the base, in the order it took effect: the statement and its parameters.
  std::vector<std::string> writes() const;
  std::vector<std::string> rows(const std::string& sql);
  void script(const std::string& sql);
  /// Everything but the ledger: schema and rows as text.
  std::string dump();

  /// Told of every statement that took effect here, to bring it to another replica.
  std::function<void(const std::string& sql)> passes_on{};

  bool fence = true;  ///< false, as a mutant: ending a session does nothing
  std::string uuid = "server-1";

 private:
  friend class FakeSession;
  struct Sent {
    std::string session;
    std::string sql;
    std::vector<session::Value> parameters;
    long due;  ///< event at which it is executed; negative: never
  };
  void tick();
  void execute_due();
  session::Rows query(const std::string& sql, std::span<const session::Value> parameters);
  std::int64_t execute(const std::string& sql, std::span<const session::Value> parameters);
  void replay(const std::vector<Sent>& log);

  std::vector<std::string> script_;
  std::unique_ptr<session::Session> storage_;
  std::vector<Sent> log_, base_, kept_;
  std::vector<Sent> in_flight_;
  std::set<std::string> alive_;
  long events_ = 0;
  long sessions_ = 0;
};

/// Opens sessions that fail where the mischief says; locks nothing, because such a server has nothing to lock.
class FakeConnector : public session::Connector {
 public:
  FakeConnector(FakeServer& server, Mischief& mischief) : server_(server), mischief_(mischief) {}
  std::unique_ptr<session::Session> open(const session::Url& url, session::Missing missing, session::Access access,
                                         session::Lock* lock) override;
  std::unique_ptr<session::Lock> lock(const session::Url& url, const session::Holder& holder,
                                      session::Held held) override;
  session::Holder holder(const session::Url&) override { return {}; }

 private:
  FakeServer& server_;
  Mischief& mischief_;
};

/// How a database is read, with the help of SQLite's dialect; none: as the SQLite that it is.
using Inspector = std::function<dialects::Inspected(const dialects::Dialect& sqlite, const dialects::Query& query)>;
/// The dialect of SQLite alone, under another name and without its preamble.
dialects::Dialects sqlite_called(std::string name, Inspector inspector);
/// Reads the server as the SQLite that it is.
dialects::Dialects fake_server_dialects();

/// Guards of the protocol, one of them taken out: the harness must notice.
enum class Mutant { none, no_generation, no_moving, no_guarded_update, no_settle };
extern Mutant mutant;
extern bool epoch_guard;  ///< false: `fence` compares nothing
const ledger::Keeper* fake_keeper_of(std::string_view engine);

}  // namespace dmc::tests
