// Asks one question and stops the run when the answer is wrong.
#include "runtime/steps/steps.hpp"

namespace dmc::steps {

Outcome run(const plan::Verify& action, Attempt& attempt) {
  return attempt.transaction([&](Sender& sender) -> std::optional<Outcome> {
    if (auto reason = sender.ask(action.check)) return Failed{std::move(*reason)};
    return std::nullopt;
  });
}

}  // namespace dmc::steps
