// What `dmc preflight` answers: every question that a run will ask before its steps, asked now where that can be.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/executor/executor.hpp"

namespace dmc::executor {

/// One question of one step. `answer`: "holds", "does not hold", or "not yet" when a step before it changes what it
/// asks about.
struct Foreseen {
  std::string step;          ///< id
  std::int64_t ordinal = 0;  ///< 1…
  std::string summary;       ///< of the step
  std::string means;         ///< what must hold
  std::string answer;
  std::string text;  ///< why it does not hold, or what it waits for
  static void fields(auto& self, auto&& visit) {
    visit("step", self.step);
    visit("ordinal", self.ordinal);
    visit("summary", self.summary);
    visit("means", self.means);
    visit("answer", self.answer);
    visit("text", self.text);
  }
  bool operator==(const Foreseen&) const = default;
};

/// Bytes. What cannot be known is none, and then `answer` is "unknown" (hazard `space.unknown`).
struct SpaceNeeded {
  std::optional<std::int64_t> used;    ///< by the database now
  std::optional<std::int64_t> needed;  ///< more than now, at most, while the plan runs: an estimate
  std::optional<std::int64_t> free;
  std::string answer = "unknown";  ///< "enough", "too little", "unknown"
  static void fields(auto& self, auto&& visit) {
    visit("used", self.used);
    visit("needed", self.needed);
    visit("free", self.free);
    visit("answer", self.answer);
  }
  bool operator==(const SpaceNeeded&) const = default;
};

struct TargetPreflight {
  std::string database;
  std::string url;
  std::int64_t exit_code = 0;
  std::string verdict;  ///< "run", "already there", …
  std::string text;     ///< where it stands, and what follows
  std::vector<Foreseen> questions;
  std::vector<Difference> drift;
  SpaceNeeded space;
  std::string rights;  ///< "holds", "does not hold", "unknown": whether it may be written
  Next next;
};

struct PreflightResult {
  std::string plan;
  std::string title;
  int exit_code = 0;
  std::string text;  ///< why nothing was even asked
  std::vector<TargetPreflight> targets;
};

/// Asks every target by itself, read-only; changes nothing, not even a ledger, and takes no lock.
PreflightResult preflight(const PlanPair& plans, const std::vector<TargetAddress>& targets, Environment& environment);

}  // namespace dmc::executor
