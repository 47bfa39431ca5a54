#include "runtime/calibrate/postgres_world.hpp"

#include <array>

#include <fmt/format.h>

#include "compiler/dialects/postgres/locks.hpp"
#include "runtime/session/postgres_databases.hpp"
#include "runtime/session/postgres_rows.hpp"

namespace dmc::calibrate {

namespace {

namespace pg = dialects::postgres;

/// What the comments of the measured tables tell of their rows: {0} of them, and no NULL.
constexpr std::array<std::string_view, 4> fillings{
    "insert into p select g from pg_catalog.generate_series(1, 1000) g",
    "insert into t select g, g, g, 'v' || g % 100, 'v20 ' || g, 'text ' || g, timestamp '2024-01-01 12:00:00.5', "
    "timestamptz '2024-01-01 12:00:00.5+00', g % 1000 + 0.25, 1 + g % 1000, g, 1 + g % 9, '10.0.0.0/8', 'abc' "
    "from pg_catalog.generate_series(1, {0}) g",
    "insert into pt select g, (g - 1) * (1000000 / {0}) from pg_catalog.generate_series(1, {0}) g",
    "insert into newpart select g, 1000000 + g from pg_catalog.generate_series(1, {0}) g"};

/// A session is never called as another one was, and so is what it makes. Plain letters.
std::string derived_name(session::Session& admin) {
  std::string name = "dmc_calibrate_";
  for (const char c : admin.place().handle()) name += c >= '0' && c <= '9' ? c : '_';
  return name;
}

}  // namespace

PostgresWorld::PostgresWorld(const session::Url& server, session::Connector& connector, session::Session& admin,
                             std::string& left)
    : connector_(connector),
      admin_(admin),
      left_(left),
      name_(derived_name(admin)),
      url_(session::postgres_database_on(server, name_)) {
  admin_.execute("create database " + name_ + " template template1");
  const auto may =
      admin_.query("select 1 from pg_catalog.pg_roles where rolname = current_user and (rolsuper or rolcreaterole)");
  if (may.rows.empty()) return;
  try {
    admin_.execute("create role " + name_ + " nologin");
    has_role_ = true;
    admin_.execute("grant " + name_ + " to current_user");
  } catch (const session::SessionError&) {
    // What needs the role will say so.
  }
}

PostgresWorld::~PostgresWorld() {
  actor_.reset(), watcher_.reset(), blocker_.reset();
  try {
    session::settle_postgres(admin_, {name_});
    admin_.execute("drop database if exists " + name_);
    if (has_role_) admin_.execute("drop role if exists " + name_);
  } catch (const session::SessionError&) {
    left_ = name_;
  }
}

std::unique_ptr<session::Session> PostgresWorld::open() const {
  auto session = connector_.open(url_, session::Missing::refuse, session::Access::write);
  session->execute(fmt::format("set search_path = {}", world_schema));
  return session;
}

void PostgresWorld::begin_anew(std::int64_t rows) {
  actor_ = open();
  if (!watcher_) watcher_ = open(), blocker_ = open();
  actor_->transaction(session::Transaction::begin);
  actor_->execute(fmt::format("drop schema if exists {}, y cascade", world_schema));
  actor_->execute(fmt::format("create schema {}", world_schema));
  if (has_role_) actor_->execute(fmt::format("grant usage, create on schema {} to {}", world_schema, name_));
  for (const auto statement : pg::world_of_trials()) actor_->execute(statement);
  for (const auto filling : fillings) actor_->execute(fmt::format(fmt::runtime(filling), rows));
  actor_->transaction(session::Transaction::commit);
}

bool PostgresWorld::reachable() const {
  try {
    admin_.query("select 1");
    return true;
  } catch (const session::SessionError&) {
    return false;
  }
}

std::string PostgresWorld::with_role(std::string_view statement) const {
  constexpr std::string_view measured = " r1";
  if (!statement.ends_with(measured)) return std::string(statement);
  if (!has_role_) return {};
  return std::string(statement.substr(0, statement.size() - measured.size())) + " " + name_;
}

}  // namespace dmc::calibrate
