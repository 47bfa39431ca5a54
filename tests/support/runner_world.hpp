// Runs plans of the maker against files in a folder of their own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/executor/executor.hpp"
#include "runtime/report/report.hpp"
#include "tests/support/fault_session.hpp"
#include "tests/support/plan_maker.hpp"
#include "tests/support/small_world.hpp"
#include "tests/support/sqlite_file.hpp"

namespace dmc::tests {

/// Between the events of a test that has a fault at every one, which takes ten times as long under a sanitizer.
#if defined(__SANITIZE_ADDRESS__)
constexpr long fault_stride = 7;
#else
constexpr long fault_stride = 1;
#endif

struct RunnerWorld {
  Folder folder;
  std::unique_ptr<session::Connector> real = session::connector();
  dialects::Dialects dialects;
  StillClock clock;
  Kept kept;

  std::string file(const std::string& database = "shop") const { return folder.at(database + ".db"); }
  executor::TargetAddress target(const std::string& database = "shop") const {
    return {database, {"sqlite", file(database)}};
  }

  executor::Environment environment(session::Connector& connector, session::Stop& stop) {
    return {connector, dialects, clock, kept, stop, {4711, "host", "tester", "dmc test", ""}};
  }
  executor::RunResult run(const executor::PlanPair& plans, executor::Options options = {},
                          session::Connector* connector = nullptr, session::Stop* stop = nullptr) {
    session::Stop quiet;
    auto surroundings = environment(connector ? *connector : *real, stop ? *stop : quiet);
    return executor::run(plans, targets_of(plans), options, surroundings);
  }
  executor::RunResult undo(const executor::PlanPair& plans, executor::Options options = {},
                           session::Connector* connector = nullptr, session::Stop* stop = nullptr) {
    session::Stop quiet;
    auto surroundings = environment(connector ? *connector : *real, stop ? *stop : quiet);
    return executor::undo(plans, targets_of(plans), options, surroundings);
  }
  executor::RunResult settle(const executor::PlanPair& plans, executor::Options options = {},
                             session::Connector* connector = nullptr) {
    session::Stop quiet;
    auto surroundings = environment(connector ? *connector : *real, quiet);
    return executor::settle(plans, targets_of(plans), options, surroundings);
  }
  executor::TargetStatus status(const std::string& database = "shop") {
    session::Stop quiet;
    auto surroundings = environment(*real, quiet);
    return executor::status({target(database)}, surroundings).targets.front();
  }
  executor::TargetDrift drift() {
    session::Stop quiet;
    auto surroundings = environment(*real, quiet);
    return executor::drift({target()}, surroundings).targets.front();
  }
  executor::TargetVerification verify() {
    session::Stop quiet;
    auto surroundings = environment(*real, quiet);
    return executor::verify({target()}, surroundings).targets.front();
  }
  executor::TargetResult adopt(const std::string& hash, const std::string& name = "0") {
    session::Stop quiet;
    auto surroundings = environment(*real, quiet);
    return executor::adopt({"tests", "shop", hash, name}, target(), surroundings);
  }
  std::vector<executor::TargetAddress> targets_of(const executor::PlanPair& plans) const {
    std::vector<executor::TargetAddress> targets;
    for (const auto& input : plans.forward.plan.databases) targets.push_back(target(input.name));
    return targets;
  }
  /// A database of these statements that is adopted in that state.
  void begin_with(const std::vector<std::string>& statements, const executor::PlanPair& plans) {
    for (const auto& statement : statements) execute_script(file(), statement);
    const auto adopted = adopt(plans.forward.plan.databases.front().from);
    if (adopted.exit_code != 0) throw std::runtime_error(adopted.text);
  }
  std::vector<std::string> rows(const std::string& sql) const { return rows_of(file(), sql); }
  std::string one(const std::string& sql) const { return rows(sql).at(0); }
  /// States of this generation's steps in order: "done done absent".
  std::string states() const {
    std::string text;
    for (const auto& row :
         rows("select state from _dmc_step where generation = (select generation from _dmc_target) order by ordinal"))
      text += (text.empty() ? "" : " ") + row;
    return text;
  }
};

inline std::string text(const executor::RunResult& result) { return report::render(result, report::Format::text); }

}  // namespace dmc::tests
