#include "runtime/calibrate/postgres_watch.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <map>
#include <set>

#include <fmt/format.h>

#include "runtime/session/postgres_modes.hpp"
#include "runtime/session/postgres_rows.hpp"

namespace dmc::calibrate {

namespace {

using session::number_in;
using session::Session;
using session::text_in;
using session::Transaction;
using session::Value;

// The schema of the tables, and the one that a trial moves a table to.
constexpr std::string_view relations_there =
    R"(select c.oid, c.relname::text, case when c.relkind in ('r', 'p') then 't' when c.relkind in ('i', 'I') then 'i' else '' end,
  c.relfilenode::bigint, pg_catalog.pg_stat_get_xact_numscans(c.oid)
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where n.nspname in ('w', 'y'))";

constexpr std::string_view own_locks =
    "select relation, mode from pg_catalog.pg_locks where pid = pg_catalog.pg_backend_pid() and locktype = 'relation'";

/// Locks that it holds or waits for, and whether it waits for anything; a row at least as long as it is there.
constexpr std::string_view others_locks =
    R"(select l.relation, l.mode, coalesce(a.wait_event_type = 'Lock', false) from pg_catalog.pg_stat_activity a
  left join pg_catalog.pg_locks l on l.pid = a.pid and l.locktype = 'relation' where a.pid = $1)";

struct Standing {
  std::string name;
  Kind kind = Kind::other;
  std::int64_t file = 0;
  std::int64_t reads = 0;
};
using Standings = std::map<std::int64_t, Standing>;

Standings standings(Session& session) {
  Standings there;
  for (const auto& row : session.query(relations_there).rows) {
    const auto kind = text_in(row, 2);
    there[number_in(row, 0)] = {text_in(row, 1),
                                kind == "t"   ? Kind::table
                                : kind == "i" ? Kind::index
                                              : Kind::other,
                                number_in(row, 3), number_in(row, 4)};
  }
  return there;
}

using Locks = std::map<std::int64_t, std::size_t>;

void add_lock(Locks& locks, const session::Row& row) {
  auto& strongest = locks[number_in(row, 0)];
  strongest = std::max(strongest, session::postgres_strength(text_in(row, 1), &session::PostgresMode::seen));
}

bool is_empty(Session& session, std::int64_t relation) {
  const Value oid = relation;
  return number_in(
             session.query("select pg_catalog.pg_relation_size($1::oid::regclass)", std::span<const Value>(&oid, 1))
                 .rows.at(0),
             0) == 0;
}

/// `session` sees what the statement left behind.
Observed observed(const Standings& before, const Standings& after, const Locks& locks, Session& session) {
  Observed all;
  std::set<std::int64_t> files;
  for (const auto& [oid, was] : before) files.insert(was.file);
  const auto strength = [&](std::int64_t oid) { return locks.contains(oid) ? locks.at(oid) : 0; };
  for (const auto& [oid, was] : before) {
    SeenRelation relation{.name = was.name, .kind = was.kind, .strength = strength(oid)};
    const auto is = after.find(oid);
    relation.gone = is == after.end();
    if (!relation.gone) {
      relation.read = is->second.reads > was.reads;
      relation.new_file = !files.contains(is->second.file);
      relation.emptied = relation.new_file && relation.kind == Kind::table && is_empty(session, oid);
    }
    all.relations.push_back(std::move(relation));
  }
  for (const auto& [oid, is] : after)
    if (!before.contains(oid))
      all.relations.push_back({.name = is.name,
                               .kind = is.kind,
                               .strength = strength(oid),
                               .made = true,
                               .new_file = !files.contains(is.file)});
  return all;
}

/// Rolls back, whatever happens.
class Open {
 public:
  explicit Open(Session& session) : session_(session) { session_.transaction(Transaction::begin); }
  ~Open() {
    try {
      session_.transaction(Transaction::rollback);
    } catch (const session::SessionError&) {
      // It goes with its connection.
    }
  }
  Open(const Open&) = delete;
  Open& operator=(const Open&) = delete;

 private:
  Session& session_;
};

}  // namespace

Observed watch_inside(Session& actor, const std::string& statement) {
  const Open open(actor);
  const auto before = standings(actor);
  actor.execute(statement);
  Locks locks;
  for (const auto& row : actor.query(own_locks).rows) add_lock(locks, row);
  return observed(before, standings(actor), locks, actor);
}

Observed watch_outside(PostgresWorld& world, const std::string& statement) {
  using namespace std::chrono_literals;
  auto& actor = world.actor();
  auto& watcher = world.watcher();
  const auto before = standings(watcher);
  // A VACUUM that waits for nobody takes its time.
  actor.execute("set vacuum_cost_delay = 1");
  actor.execute("set vacuum_cost_limit = 100");
  const Value pid = number_in(actor.query("select pg_catalog.pg_backend_pid()").rows.at(0), 0);
  Locks locks;
  {
    std::future<void> running;  // ends behind what stands in its way
    auto blocking = std::make_unique<Open>(world.blocker());
    world.blocker().execute("update t set a = a where id = 1");
    world.blocker().execute("lock table pt2 in access share mode");
    running = std::async(std::launch::async, [&] { actor.execute(statement); });
    constexpr int enough = 3, patience = 1'000;
    int waits = 0;
    for (int looks = 0; running.wait_for(1ms) != std::future_status::ready; ++looks) {
      bool waiting = false;
      for (const auto& row : watcher.query(others_locks, std::span<const Value>(&pid, 1)).rows) {
        add_lock(locks, row);
        waiting = waiting || number_in(row, 2) != 0;
      }
      waits += waiting ? 1 : 0;
      if (waits == enough || looks == patience) blocking.reset();
    }
    running.get();
  }
  auto all = observed(before, standings(watcher), locks, watcher);
  all.sampled = true;
  all.counted = false;
  return all;
}

}  // namespace dmc::calibrate
