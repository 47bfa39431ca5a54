// Where there is no second connection to be had the wait goes on, unexplained.
#include "runtime/session/postgres_waits.hpp"

#include "runtime/session/readable.hpp"

namespace dmc::session {

namespace {

constexpr std::int64_t first_look_ms = 100;
constexpr std::int64_t between_looks_ms = 500;
constexpr std::size_t most_named = 3;

std::string shown(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text ? clipped(readable(*text)) : std::string();
}

std::string age(const Value& value) {
  const auto* found = std::get_if<std::int64_t>(&value);
  if (!found || *found < 0) return {};
  if (*found < 120) return std::to_string(*found) + " s";
  if (*found < 7200) return std::to_string(*found / 60) + " min";
  return std::to_string(*found / 3600) + " h";
}

/// A row of `look`: pid, application, role, state, age of the transaction, age of the query.
std::string in_words(const Row& row) {
  const auto* pid = std::get_if<std::int64_t>(&row.at(0));
  if (!pid || *pid == 0) return "a prepared transaction (pg_prepared_xacts)";
  std::string text = "process " + std::to_string(*pid);
  const auto application = shown(row.at(1)), role = shown(row.at(2)), state = shown(row.at(3));
  if (!application.empty() || !role.empty()) {
    text += " (" + application;
    if (!role.empty()) text.append(application.empty() ? "role " : ", role ").append(role);
    text += ")";
  }
  if (const auto old = age(row.at(4)); !old.empty()) text += ", in a transaction since " + old;
  if (const auto old = age(row.at(5)); !old.empty())
    text += (state.starts_with("idle") ? ", idle since " : ", at its query since ") + old;
  return text;
}

}  // namespace

void PostgresWaits::begin() {
  next_ms_ = first_look_ms;
  blockers_.clear();
}

void PostgresWaits::still_waiting(std::int64_t since_ms) {
  if (since_ms < next_ms_) return;
  next_ms_ = since_ms + between_looks_ms;
  look();
}

void PostgresWaits::look() {
  const Value pid = static_cast<std::int64_t>(pid_);
  const auto found = bystander_.ask(R"(select b.pid, a.application_name::text, a.usename::text, a.state::text,
    extract(epoch from clock_timestamp() - a.xact_start)::bigint,
    extract(epoch from clock_timestamp() - case when a.state like 'idle%' then a.state_change else a.query_start end)::bigint,
    coalesce(a.wait_event_type = 'Lock', false)::integer
  from (select distinct unnest(pg_catalog.pg_blocking_pids($1::integer)) as pid) b
  left join pg_catalog.pg_stat_activity a on a.pid = b.pid
  order by coalesce(a.wait_event_type = 'Lock', false), 1)",
                                    std::span<const Value>(&pid, 1));
  if (!found || found->rows.empty()) return;
  auto rows = found->rows;
  // Who only waits in front of us in the same queue holds nothing: they are named where nobody else is.
  const auto waits = [](const Row& row) { return row.back() == Value(std::int64_t{1}); };
  if (!waits(rows.front())) std::erase_if(rows, waits);
  blockers_.clear();
  for (std::size_t i = 0; i < rows.size() && i < most_named; ++i)
    blockers_.append(i ? "; " : "").append(in_words(rows[i]));
  if (rows.size() > most_named) blockers_ += "; and " + std::to_string(rows.size() - most_named) + " more";
}

}  // namespace dmc::session
