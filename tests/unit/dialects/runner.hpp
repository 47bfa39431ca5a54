// Carries out the steps of a change on a database in memory, with every check that stands in them.
#pragma once

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "compiler/dialects/sqlite/lower.hpp"
#include "tests/unit/dialects/live.hpp"

namespace dmc::tests {

/// A check that did not hold: nothing of its step took place.
struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Runner {
 public:
  explicit Runner(Live& database) : database_(database) {}

  void forward(const std::vector<dialects::StepPair>& pairs, std::size_t until = ~std::size_t{0}) {
    for (std::size_t i = 0; i < pairs.size() && i < until; ++i) run(pairs[i].forward);
  }

  /// Takes back the first `done` steps. `accept_loss`: checks of what is exact until written are not asked.
  void back(const std::vector<dialects::StepPair>& pairs, std::size_t done = ~std::size_t{0},
            bool accept_loss = false) {
    for (std::size_t i = std::min(done, pairs.size()); i-- > 0;) {
      const bool skip = accept_loss && pairs[i].forward.reverse.grade == plan::ReverseClass::exact_until_written;
      if (pairs[i].reverse) run(*pairs[i].reverse, skip);
    }
  }

  void run(const plan::Step& step, bool skip_pre = false) {
    std::vector<std::string> restore;
    if (const auto* sql = std::get_if<plan::RunSql>(&step.action))
      for (const auto& setting : sql->settings) {
        auto statement = setting.restore;
        statement.replace(statement.find("{}"), 2, database_.value(setting.read));
        restore.push_back(statement);
        database_.execute(setting.set);
        REQUIRE(database_.value(setting.read) == setting.value);
      }
    try {
      database_.execute("begin immediate");
      act(step, skip_pre);
      database_.execute("commit");
    } catch (...) {
      database_.query("rollback");
      for (const auto& statement : restore) database_.execute(statement);
      throw;
    }
    for (const auto& statement : restore) database_.execute(statement);
    CHECK(database_.value("pragma foreign_keys") == "1");
  }

 private:
  void act(const plan::Step& step, bool skip_pre) {
    if (!skip_pre)
      for (const auto& check : step.pre) ask(check);
    std::vector<dialects::QueryRows> answers;
    for (const auto& invariant : step.invariants) answers.push_back(database_.query(invariant.before));
    if (const auto* sql = std::get_if<plan::RunSql>(&step.action))
      for (const auto& statement : sql->statements) database_.execute(statement);
    if (const auto* backup = std::get_if<plan::Backup>(&step.action)) {
      for (const auto& statement : backup->write) database_.execute(statement);
      for (const auto& check : backup->read_back) ask(check);
      CHECK(!database_.value(backup->rows).empty());
    }
    if (const auto* backfill = std::get_if<plan::Backfill>(&step.action)) batches(*backfill);
    for (std::size_t i = 0; i < answers.size(); ++i)
      if (database_.query(step.invariants[i].after) != answers[i])
        throw Refused("it no longer holds that " + step.invariants[i].means);
    for (const auto& check : step.post) ask(check);
  }

  void ask(const plan::QueryCheck& check) {
    const auto rows = database_.query(check.query);
    bool holds = false;
    if (check.comparison == plan::Comparison::is_empty) holds = rows.empty();
    if (check.comparison == plan::Comparison::is_not_empty) holds = !rows.empty();
    if (check.comparison == plan::Comparison::equal) holds = !rows.empty() && rows[0][0] == check.value;
    if (!holds) throw Refused("it does not hold that " + check.means);
  }

  void batches(const plan::Backfill& action) {
    const auto bound = database_.query(action.bound);
    if (bound.empty()) return;
    std::vector<std::optional<std::string>> watermark;
    const std::string size = std::to_string(action.pace.batch.value_or(3));
    for (int round = 0; round < 10'000; ++round) {
      auto parameters = watermark;
      parameters.push_back(size);
      parameters.insert(parameters.end(), bound[0].begin(), bound[0].end());
      const auto found = database_.query(watermark.empty() ? action.first : action.next, parameters);
      const auto& upper = found.empty() ? bound[0] : found[0];
      auto range = watermark;
      range.insert(range.end(), upper.begin(), upper.end());
      const bool first = watermark.empty();
      if (const auto& save = first ? action.save_first : action.save_next) database_.query(*save, range);
      database_.query(first ? action.change_first : action.change_next, range);
      watermark = upper;
      if (watermark == bound[0]) return;
    }
    FAIL("the batches do not end");
  }

  Live& database_;
};

}  // namespace dmc::tests
