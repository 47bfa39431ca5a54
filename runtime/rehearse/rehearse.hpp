// A plan tried out on databases that nobody needs: base, rows, run, comparison, way back, crashes. The door of the
// folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "compiler/model/database.hpp"
#include "runtime/executor/executor.hpp"
#include "runtime/trust/rehearsal.hpp"

namespace dmc::rehearse {

/// The plan's databases, by name, as the catalogs before and behind it hold them.
struct Ground {
  std::vector<model::Database> base;
  std::vector<model::Database> target;
};

struct Options {
  std::filesystem::path folder;  ///< ours alone: everything that is made lies in it
  /// Where the plan itself runs, for the databases named; the others run in the folder. Nothing may be there yet. Of an
  /// engine with servers: any database of the server that throw-away databases are made on.
  std::vector<executor::TargetAddress> on;
  std::int64_t rows = 20;                                   ///< for each table
  std::int64_t crash_points = 16;                           ///< tried of each direction, evenly spread
  std::vector<std::filesystem::path> server_binaries = {};  ///< folders in which a server may be found
  bool only_these_binaries = false;                         ///< and in no others
  bool keep = false;                                        ///< the databases stay when it ends
};

struct Result {
  int exit_code = 0;                          ///< 0; 1 refused, nothing was tried; 3 it failed
  std::string title;                          ///< "change 7: one name per user"
  std::string text;                           ///< why it failed, in a sentence
  std::string code;                           ///< "E0701", when it was refused
  trust::Rehearsal record;                    ///< what was shown until then
  std::optional<executor::RunResult> report;  ///< of the run that failed, step by step
  std::vector<executor::TargetAddress> left;  ///< the databases that stay, as the rehearsal left them
  std::string running;                        ///< the command that ends what still runs for them; empty: nothing does
};

/// Reads the clock only for the record; waits are passed over. Answers what happened, and throws nothing of the world.
Result rehearse(const executor::PlanPair& plans, const Ground& ground, const Options& options,
                executor::Environment& environment);

}  // namespace dmc::rehearse
