// From the closed set of kinds to the one that runs.
#include "runtime/steps/steps.hpp"

namespace dmc::steps {

Outcome run_step(Attempt& attempt) {
  if (attempt.task().row_only())
    return attempt.transaction([](Sender&) -> std::optional<Outcome> { return std::nullopt; });
  const auto act = [&] {
    return std::visit([&](const auto& action) { return run(action, attempt); }, attempt.step().action);
  };
  return attempt.with_settings(attempt.step().session, act);
}

}  // namespace dmc::steps
