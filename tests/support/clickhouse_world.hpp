// Runs plans of the maker against databases of a real ClickHouse server. What is there is read as the few things that
// SQLite has too: plans of these tests say the same in both.
#pragma once

#include <string>
#include <vector>

#include "runtime/executor/executor.hpp"
#include "tests/support/clickhouse_server.hpp"
#include "tests/support/fault_session.hpp"
#include "tests/support/plan_maker.hpp"
#include "tests/support/small_world.hpp"

namespace dmc::tests {

/// Reads tables and the columns of types Int32 and String.
dialects::Dialects mirrored_clickhouse();

struct ClickhouseWorld {
  /// Makes the database anew.
  ClickhouseWorld(ClickhouseServer& server, const std::string& database);

  /// A database of these statements that is adopted in that state.
  void begin_with(const std::vector<std::string>& statements, const executor::PlanPair& plans);
  executor::RunResult run(const executor::PlanPair& plans, executor::Options options = {},
                          session::Connector* connector = nullptr, session::Stop* stop = nullptr);
  executor::RunResult undo(const executor::PlanPair& plans, executor::Options options = {},
                           session::Connector* connector = nullptr);
  executor::TargetVerification verify();
  /// Cells with a "|" between them.
  std::vector<std::string> rows(const std::string& sql) const;
  std::string one(const std::string& sql) const { return rows(sql).at(0); }
  void execute(const std::string& sql) const;
  executor::Environment environment(session::Connector& connector, session::Stop& stop) {
    return {connector, dialects, clock, kept, stop, {4711, "host", "tester", "dmc test", ""}};
  }
  executor::TargetAddress target() const { return {"shop", url}; }

  session::Url url;
  std::unique_ptr<session::Connector> real = session::connector();
  dialects::Dialects dialects = mirrored_clickhouse();
  StillClock clock;
  Kept kept;
};

}  // namespace dmc::tests
