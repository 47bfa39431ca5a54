// Waits for what the server does by itself. The clock says when to ask again and when to stop; what ends the wait is
// the answer.
#include <algorithm>

#include "runtime/steps/steps.hpp"

namespace dmc::steps {

namespace {

constexpr std::int64_t first_look_ms = 50;
constexpr std::int64_t longest_look_ms = 5'000;

}  // namespace

Outcome run(const plan::Wait& action, Attempt& attempt) {
  return attempt.autocommit([&](Sender& sender) -> std::optional<Outcome> {
    auto& clock = attempt.context().clock;
    const auto began = clock.milliseconds();
    std::int64_t hope_ended = -1;
    for (auto look = first_look_ms;; look = std::min(look * 2, longest_look_ms)) {
      const auto missing = sender.ask(action.until);
      if (!missing) return std::nullopt;
      const auto now = clock.milliseconds();
      if (auto reason = action.going ? sender.ask(*action.going) : std::nullopt) {
        if (hope_ended < 0) hope_ended = now;
        if (now - hope_ended >= action.patience_ms) {
          for (const auto& statement : action.give_up) sender.execute(statement);
          return Failed{std::move(*reason)};
        }
      } else {
        hope_ended = -1;
      }
      if (now - began >= action.deadline_ms) return Failed{"it is not done in time: " + *missing};
      attempt.pause(std::min(look, std::max<std::int64_t>(action.deadline_ms - (now - began), 1)));
      if (sender.stopped()) return Interrupted{};
    }
  });
}

}  // namespace dmc::steps
