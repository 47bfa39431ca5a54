// What is asked and set before a connection counts as one, and the ends of other sessions.
#include "runtime/session/postgres_link.hpp"

#include <chrono>
#include <thread>

#include "runtime/session/postgres_errors.hpp"
#include "runtime/session/postgres_rights.hpp"
#include "runtime/session/postgres_rows.hpp"

namespace dmc::session {

namespace {

/// Only settings that the server knows are set, and none that it has already: some may not be touched by everybody.
/// To compile a question costs more than to answer one of those about catalogs and keys that dmc has.
constexpr std::string_view pin_settings =
    R"(select count(pg_catalog.set_config(w.name, w.value, false)) from (values
  ('search_path', ''), ('TimeZone', 'UTC'), ('DateStyle', 'ISO, YMD'), ('IntervalStyle', 'postgres'),
  ('extra_float_digits', '1'), ('bytea_output', 'hex'), ('standard_conforming_strings', 'on'),
  ('quote_all_identifiers', 'off'), ('session_replication_role', 'origin'), ('row_security', 'off'),
  ('default_transaction_isolation', 'read committed'), ('default_transaction_deferrable', 'off'),
  ('default_transaction_read_only', $1), ('lock_timeout', '5s'), ('statement_timeout', '0'),
  ('idle_in_transaction_session_timeout', '1min'), ('jit', 'off'), ('client_connection_check_interval', '2s')) w (name, value)
  where pg_catalog.current_setting(w.name, true) is not null and pg_catalog.current_setting(w.name, true) <> w.value)";

struct Handle {
  std::int64_t pid = 0;
  std::string began;
};

/// A handle that we did not write has no session.
Handle read(const std::string& handle) {
  const auto slash = handle.find('/');
  if (slash == std::string::npos) return {};
  Handle read;
  for (const char c : handle.substr(0, slash)) {
    if (c < '0' || c > '9' || read.pid > 1'000'000'000) return {};
    read.pid = read.pid * 10 + (c - '0');
  }
  read.began = handle.substr(slash + 1);
  return read;
}

/// When it began, as text. Who may not see it of another role's session sees nothing, and is told that it lives.
constexpr std::string_view lives =
    R"(select 1 from pg_catalog.pg_stat_activity where pid = $1
  and coalesce(pg_catalog.to_char(backend_start at time zone 'UTC', 'YYYYMMDDHH24MISSUS'), $2) = $2)";

}  // namespace

PostgresLink::PostgresLink(const PostgresAddress& address, Access access) try
    : address_(address),
      access_(access),
      connection_(address),
      bystander_(address),
      waits_(bystander_, connection_.told_pid()) {
  const auto refuse = [&](const std::string& text) { throw SessionError(text); };
  const auto row = connection_
                       .run(R"(select pg_catalog.pg_backend_pid(), pg_catalog.pg_is_in_recovery(),
  (select pg_catalog.to_char(backend_start at time zone 'UTC', 'YYYYMMDDHH24MISSUS') from pg_catalog.pg_stat_activity
   where pid = pg_catalog.pg_backend_pid()),
  pg_catalog.quote_ident(current_user), pg_catalog.quote_ident(pg_catalog.current_database()))")
                       .rows.rows.at(0);
  if (number_in(row, 0) != connection_.told_pid())
    refuse("a pooler stands between dmc and the server of " + address.in_words() +
           ", and the locks of a session do not hold through it: give the address of the server itself [E0820]");
  if (access == Access::write && number_in(row, 1) != 0)
    refuse("the server of " + address.in_words() +
           " is a standby, which nobody can write to: give the address of the primary [E0821]");
  if (access == Access::write) refuse_read_only(connection_, address);
  handle_ = std::to_string(number_in(row, 0)) + "/" + text_in(row, 2);
  role_ = text_in(row, 3);
  database_ = text_in(row, 4);
  const Value read_only = std::string(access == Access::read ? "on" : "off");
  connection_.run(pin_settings, std::span<const Value>(&read_only, 1));
} catch (const PostgresRefused& refused) {
  throw postgres_unreachable(refused.failure, address);
}

PostgresAnswer PostgresLink::run(std::string_view sql, std::span<const Value> parameters, PostgresReading reading) {
  const bool was_open = transaction() != PostgresTransaction::none;
  interrupted_ = false;
  waits_.begin();
  try {
    const auto busy = [this](std::int64_t since_ms) {
      waits_.still_waiting(since_ms);
      if (while_busy_) while_busy_(since_ms);
    };
    return connection_.run(sql, parameters, busy, reading);
  } catch (const PostgresRefused& refused) {
    throw postgres_failed(
        refused.failure, sql,
        {.was_open = was_open,
         .is_open = alive() && transaction() != PostgresTransaction::none,
         .interrupted = interrupted_,
         .blockers = waits_.blockers(),
         .grants = refused.failure.state == "42501" ? ledger_grants_for(sql, role_, database_) : std::string()});
  }
}

bool postgres_session_lives(PostgresLink& link, const std::string& handle) {
  const auto known = read(handle);
  return known.pid != 0 && !link.run(lives, {known.pid, known.began}).rows.rows.empty();
}

void end_postgres_session(PostgresLink& link, const std::string& handle) {
  constexpr int patience_ms = 30'000, slice_ms = 20;
  const auto known = read(handle);
  if (known.pid == 0) return;
  for (int waited = 0; waited <= patience_ms; waited += slice_ms) {
    if (!postgres_session_lives(link, handle)) return;
    // Again and again: a signal that comes while a session starts or ends is lost.
    if (waited % 1000 == 0)
      link.run("select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity where pid = $1",
               {known.pid});
    std::this_thread::sleep_for(std::chrono::milliseconds(slice_ms));
  }
  throw SessionError("the server was told to end the session of process " + std::to_string(known.pid) +
                     ", and it is still there after 30 s; nothing was changed");
}

}  // namespace dmc::session
