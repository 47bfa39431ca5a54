// Runs plans of the maker against databases of a real PostgreSQL server. What is there is read as the few things that
// SQLite has too: plans of these tests say the same in both.
#pragma once

#include <string>
#include <vector>

#include "runtime/executor/executor.hpp"
#include "runtime/report/report.hpp"
#include "tests/support/fault_session.hpp"
#include "tests/support/plan_maker.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/small_world.hpp"

namespace dmc::tests {

/// Reads tables and valid indexes of the schema public.
dialects::Dialects mirrored_postgres();

struct PostgresWorld {
  PostgresWorld(PostgresServer& server, const std::string& database)
      : server(server), database(database), url(server.make(database)) {}

  /// A database of these statements that is adopted in that state.
  void begin_with(const std::vector<std::string>& statements, const executor::PlanPair& plans);
  executor::RunResult run(const executor::PlanPair& plans, executor::Options options = {},
                          session::Connector* connector = nullptr, session::Stop* stop = nullptr);
  executor::RunResult undo(const executor::PlanPair& plans, executor::Options options = {},
                           session::Connector* connector = nullptr);
  executor::TargetVerification verify();
  std::vector<std::string> rows(const std::string& sql) const { return server.rows(database, sql); }
  std::string one(const std::string& sql) const { return rows(sql).at(0); }
  /// States of this generation's steps in order: "done done absent".
  std::string states() const;
  executor::Environment environment(session::Connector& connector, session::Stop& stop) {
    return {connector, dialects, clock, kept, stop, {4711, "host", "tester", "dmc test", ""}};
  }
  executor::TargetAddress target() const { return {"shop", url}; }

  PostgresServer& server;
  std::string database;
  session::Url url;
  std::unique_ptr<session::Connector> real = session::connector();
  dialects::Dialects dialects = mirrored_postgres();
  StillClock clock;
  Kept kept;
};

}  // namespace dmc::tests
