// Waits for what a server does in its own time. The clock says when to ask again, when to tell and when to stop; what
// ends a wait well is an answer.
#include <algorithm>

#include "runtime/journal/time_words.hpp"
#include "runtime/steps/attempt.hpp"

namespace dmc::steps {

namespace {

constexpr std::int64_t first_wait_ms = 5;
constexpr std::int64_t first_told_after_ms = 2'000, between_told_ms = 10'000;

}  // namespace

std::optional<std::string> Attempt::wait_until(std::int64_t patience_ms, std::int64_t longest_look_ms,
                                               const std::function<std::optional<std::string>()>& missing) {
  const auto began = context_.clock.milliseconds();
  told_ms_ = 0;
  for (auto look = first_wait_ms;; look = std::min(look * 2, longest_look_ms)) {
    auto reason = missing();
    const auto waited = context_.clock.milliseconds() - began;
    if (!reason || context_.stop.requested() || waited >= patience_ms) return reason;
    tell_waiting(*reason, waited);
    pause(std::min(look, std::max<std::int64_t>(patience_ms - waited, 1)));
  }
}

void Attempt::tell_waiting(const std::string& missing, std::int64_t waited_ms) {
  if (waited_ms < (told_ms_ == 0 ? first_told_after_ms : told_ms_ + between_told_ms)) return;
  told_ms_ = waited_ms;
  tell({.phase = "waiting for " + journal::time_words(waited_ms) + ": " + without_data(missing),
        .unit = "",
        .done = 0,
        .total = std::nullopt});
}

Failed too_late(const std::string& missing, std::int64_t patience_ms) {
  return {"it is not done in time [E0629], after " + journal::time_words(patience_ms) + ": " + missing +
          "; the step stays open, and the same command waits on"};
}

}  // namespace dmc::steps
