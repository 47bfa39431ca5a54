// A target opened to be asked and not changed.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "runtime/executor/executor.hpp"
#include "runtime/executor/inspection.hpp"
#include "runtime/executor/verdict.hpp"
#include "runtime/ledger/ledger.hpp"

namespace dmc::executor {

/// Throws what the session throws. Without a ledger `ledger` is there all the same and `has_ledger` is false.
struct Reading {
  std::unique_ptr<session::Session> session;
  std::unique_ptr<ledger::Ledger> ledger;
  const dialects::Dialect* dialect = nullptr;
  bool has_ledger = false;
  ledger::Target target;
  History history;
  std::optional<std::string> plan_hash;  ///< of the present generation
  std::optional<plan::PlanFile> plan;    ///< the same, read; none when its bytes are not there
  std::map<std::string, ledger::StepRow> rows;
};

Reading read_target(const TargetAddress& address, Environment& environment);

/// Before something bad is said of a target: throws a retryable error when a runner moved it on since it was read, for
/// then what was read and what was found do not belong together.
void still_as_read(Reading& reading);

/// Reads with `body`, again for a moment while the database is locked; then throws TargetHeld when a runner is at work,
/// else what the session threw.
void read_patiently(const TargetAddress& address, Environment& environment, const std::function<void()>& body);

/// The plan of that hash out of the ledger; none when it is not there, or no longer has that hash.
std::optional<plan::PlanFile> read_ledger_plan(ledger::Ledger& ledger, const std::string& hash);

}  // namespace dmc::executor
