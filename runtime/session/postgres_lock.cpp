// The change lock: an advisory lock that ends with the connection, so that whoever holds it is whoever may still act.
#include "runtime/session/postgres_lock.hpp"

#include <chrono>
#include <thread>

#include "runtime/session/postgres_rights.hpp"
#include "runtime/session/postgres_rows.hpp"
#include "runtime/session/postgres_session.hpp"

namespace dmc::session {

namespace {

/// The second numbers: one runner holds `change`; its helpers share `workers`.
constexpr std::int64_t change = 0, workers = 1;

/// A session whose client is dead goes as soon as the server notices: at once when idle, within 2 s at work.
constexpr int notice_ms = 3000, look_ms = 25;

struct Found {
  Holder holder;
  std::string handle;
  bool at_work = false;
};

/// Who holds one of the two locks, without us.
std::vector<Found> found_holders(PostgresLink& link) {
  const auto rows =
      link.run(
              R"(select l.pid, coalesce(pg_catalog.to_char(a.backend_start at time zone 'UTC', 'YYYYMMDDHH24MISSUS'), ''),
    coalesce(a.client_hostname, pg_catalog.host(a.client_addr), ''), coalesce(a.usename::text, ''), coalesce(a.application_name, ''),
    coalesce(pg_catalog.to_char(a.backend_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), ''),
    coalesce(a.state, '') = 'active'
  from pg_catalog.pg_locks l left join pg_catalog.pg_stat_activity a on a.pid = l.pid
  where l.locktype = 'advisory' and l.granted and l.classid = $1 and l.objid in (0, 1) and l.objsubid = 2
    and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
    and l.pid <> pg_catalog.pg_backend_pid()
  order by l.objid, l.pid)",
              {postgres_lock_space})
          .rows.rows;
  std::vector<Found> found;
  for (const auto& row : rows) {
    found.push_back({{number_in(row, 0), text_in(row, 2), text_in(row, 3), text_in(row, 4), text_in(row, 5)},
                     std::to_string(number_in(row, 0)) + "/" + text_in(row, 1),
                     number_in(row, 6) != 0});
  }
  return found;
}

bool flag(const PostgresAnswer& answer) {
  const auto* value = std::get_if<std::int64_t>(&answer.rows.rows.at(0).at(0));
  return value && *value != 0;
}

bool take(PostgresLink& link, std::int64_t which) {
  return flag(
      link.run("select pg_catalog.pg_try_advisory_lock($1::integer, $2::integer)", {postgres_lock_space, which}));
}

/// Both: the change lock to keep, the gate of the workers only to see that no helper of an old run is left.
bool take_both(PostgresLink& link) {
  if (!take(link, change)) return false;
  const auto give_back = [&](std::int64_t which) {
    if (!flag(link.run("select pg_catalog.pg_advisory_unlock($1::integer, $2::integer)", {postgres_lock_space, which})))
      throw SessionError("the server says that a lock of this session is not its own");
  };
  if (take(link, workers)) {
    give_back(workers);
    return true;
  }
  give_back(change);
  return false;
}

std::string in_words(const Holder& holder) {
  std::string text = holder.runner.empty() ? "another runner" : holder.runner;
  text += " (server process " + std::to_string(holder.pid);
  if (!holder.user.empty()) text += " of role " + holder.user;
  if (!holder.host.empty()) text += " from " + holder.host;
  text += ")";
  if (!holder.since.empty()) text += " since " + holder.since;
  return text;
}

PostgresAddress address_of(const std::string& location) {
  std::string reason;
  auto address = read_postgres_address(location, reason);
  if (!address) throw SessionError(reason);
  return std::move(*address);
}

}  // namespace

std::unique_ptr<Lock> lock_postgres(const std::string& location, const Holder&, Held held) {
  auto link = std::make_shared<PostgresLink>(address_of(location), Access::write);
  require_ledger_rights(*link);
  for (int waited = 0; !take_both(*link); waited += look_ms) {
    const auto holders = found_holders(*link);
    if (held == Held::end)
      for (const auto& holder : holders) end_postgres_session(*link, holder.handle);
    else if (!holders.empty() && (waited >= notice_ms || (waited >= notice_ms / 10 && !holders.front().at_work)))
      throw TargetHeld("the target is held by " + in_words(holders.front().holder), holders.front().holder);
    else if (waited >= 2 * notice_ms)
      throw TargetHeld("the target is held by another runner, which comes and goes", {});
    std::this_thread::sleep_for(std::chrono::milliseconds(look_ms));
  }
  return std::make_unique<PostgresLock>(std::move(link));
}

Holder holder_of_postgres(const std::string& location) {
  PostgresLink link(address_of(location), Access::read);
  const auto holders = found_holders(link);
  return holders.empty() ? Holder{} : holders.front().holder;
}

}  // namespace dmc::session
