// Asks one question and stops the run when the answer is wrong.
#include "runtime/steps/steps.hpp"

namespace dmc::steps {

Outcome run(const plan::Verify& action, Attempt& attempt) {
  return attempt.transaction([&](Sender& sender) -> std::optional<Outcome> {
    constexpr std::int64_t longest_look_ms = 1'000;
    auto reason = attempt.wait_until(action.check.patience_ms.value_or(0), longest_look_ms,
                                     [&] { return sender.ask(action.check); });
    if (!reason) return std::nullopt;
    if (action.check.patience_ms && sender.stopped()) return Interrupted{};
    return Failed{std::move(*reason)};
  });
}

}  // namespace dmc::steps
