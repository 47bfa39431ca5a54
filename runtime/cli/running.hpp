// What `run` and `undo` share: the journal, the progress line, and the report at the end.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/cli/command.hpp"
#include "runtime/executor/executor.hpp"
#include "runtime/journal/journal.hpp"

namespace dmc::cli {

/// Without a file: the plan that the targets themselves remember, which must be one and the same. `run` goes on with
/// one that is under way.
executor::PlanPair remembered_plan(const std::string& verb, const std::vector<executor::TargetAddress>& targets,
                                   executor::Environment& surroundings);

/// What `--expect` leaves to ask of a dry run: nothing when it was not given or is the hash of the plan.
std::optional<std::string> expected_digest(const Arguments& arguments, const executor::PlanPair& plans);

/// Opens the journal (`--journal FILE`, else `.dmc/NNNN.journal.jsonl` of the project the plan lies in) and the
/// progress line. A dry run keeps no journal, and neither does one whose usual journal cannot be written.
class Running {
 public:
  Running(const Arguments& arguments, World& world, const executor::PlanPair& plans, bool dry_run);
  journal::Sink& sink() const { return *sink_; }
  /// Writes the result in the format that was asked for and answers its exit code.
  Exit report(executor::RunResult result) const;

 private:
  World& world_;
  bool json_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<journal::Sink> progress_;
  std::unique_ptr<journal::Sink> sink_;
};

}  // namespace dmc::cli
