// Plans for tests of the runtime, without the compiler: what a step does to the schema is found out by doing it on a
// scratch database.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/dialects/dialect.hpp"
#include "runtime/executor/executor.hpp"

namespace dmc::tests {

/// A forward step and its way back; `forward.effects`, ids, `requires` and `undoes` are filled in by the maker.
struct MadeStep {
  plan::Step forward;
  std::optional<plan::Step> reverse;
  /// What the step does to the scratch database, when that is not what its statements say.
  std::optional<std::vector<std::string>> scratch;
};

/// Claims nothing of what it locks.
MadeStep sql_step(const std::string& summary, const std::vector<std::string>& statements,
                  const std::vector<std::string>& back);
MadeStep backfill_step(const std::string& table, const std::string& key, const std::string& set,
                       const std::string& where);
MadeStep verify_step(const std::string& means, const std::string& query, const std::string& value);
MadeStep gate_step(const std::string& text, std::optional<plan::QueryCheck> check = std::nullopt,
                   std::int64_t hold_ms = 0, std::int64_t valid_for_ms = 0);
plan::QueryCheck check(const std::string& means, const std::string& query, const std::string& value);

class PlanMaker {
 public:
  explicit PlanMaker(std::vector<std::string> base, std::string database = "shop");
  PlanMaker& add(MadeStep step);
  PlanMaker& numbered(std::int64_t number) {
    number_ = number;
    return *this;
  }
  /// Another engine that reads the same statements.
  PlanMaker& on(std::string engine) {
    engine_ = std::move(engine);
    return *this;
  }
  executor::PlanPair make() const;

 private:
  std::vector<std::string> base_;
  std::string database_;
  std::string engine_ = "sqlite";
  std::int64_t number_ = 1;
  std::vector<MadeStep> steps_;
};

/// Several databases in one plan, their steps one database after the other; `requires_first` makes the second wait for
/// the first.
executor::PlanPair joined(const executor::PlanPair& first, const executor::PlanPair& second, bool requires_first);

}  // namespace dmc::tests
