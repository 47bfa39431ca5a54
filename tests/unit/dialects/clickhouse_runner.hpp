// Carries out steps on a ClickHouse as the runner does, without a ledger.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "compiler/plan/step.hpp"
#include "runtime/session/session.hpp"

namespace dmc::tests {

class ChRunner {
 public:
  explicit ChRunner(session::Session& session) : session_(session) {}
  /// Throws when a check does not hold, or when the step does not come to its end in time.
  void run(const plan::Step& step, bool skip_pre = false);

 private:
  void act(const plan::Step& step);
  void act(const plan::RunSql& action);
  void act(const plan::Wait& action);
  void act(const plan::ForEach& action);
  bool found(const plan::Step& step);
  bool holds(const plan::QueryCheck& check);
  void ask(const plan::QueryCheck& check);
  void execute(std::string statement);

  session::Session& session_;
  std::string token_;
};

}  // namespace dmc::tests
