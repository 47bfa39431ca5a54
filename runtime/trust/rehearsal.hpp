// What a rehearsal executed and what it did not: fields, not prose, so that a proof claims nothing else (REH-1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/plan/canonical.hpp"

namespace dmc::trust {

/// One thing that was shown, or was not. `about` is a word of a small vocabulary ("run", "undo", "real data").
struct Claim {
  std::string about;
  std::string text;
  static void fields(auto& self, auto&& visit) {
    visit("about", self.about);
    visit("text", self.text);
  }
  bool operator==(const Claim&) const = default;
};

struct RehearsedTable {
  std::string database;
  std::string table;
  std::int64_t rows = 0;
  static void fields(auto& self, auto&& visit) {
    visit("database", self.database);
    visit("table", self.table);
    visit("rows", self.rows);
  }
  bool operator==(const RehearsedTable&) const = default;
};

/// "k of n crash points were tried", in both directions.
struct CrashPoints {
  std::int64_t tried = 0;
  std::int64_t of = 0;
  static void fields(auto& self, auto&& visit) {
    visit("tried", self.tried);
    visit("of", self.of);
  }
  bool operator==(const CrashPoints&) const = default;
};

/// Holds for exactly this plan, this way back, this compiler and this build of the engine.
struct Rehearsal {
  std::string plan;                    ///< hash
  std::optional<std::string> reverse;  ///< hash
  std::string compiler_version;        ///< that compiled the plan
  std::string runner;                  ///< "dmc 0.1.0": that rehearsed it
  std::string engine;                  ///< "sqlite"
  std::string engine_version;          ///< "3.40.1"
  std::string engine_build;            ///< in the engine's own words
  std::string seed;                    ///< of the generated rows
  std::vector<RehearsedTable> tables;  ///< that were filled, by name
  CrashPoints crash_points;
  std::vector<Claim> shown;
  std::vector<Claim> not_shown;
  std::string at;  ///< UTC

  static void fields(auto& self, auto&& visit) {
    visit("plan", self.plan);
    visit("reverse", self.reverse);
    visit("compiler_version", self.compiler_version);
    visit("runner", self.runner);
    visit("engine", self.engine);
    visit("engine_version", self.engine_version);
    visit("engine_build", self.engine_build);
    visit("seed", self.seed);
    visit("tables", self.tables);
    visit("crash_points", self.crash_points);
    visit("shown", self.shown);
    visit("not_shown", self.not_shown);
    visit("at", self.at);
  }
  bool operator==(const Rehearsal&) const = default;
};

}  // namespace dmc::trust
