// Waits for what the server does by itself.
#include "runtime/steps/steps.hpp"

namespace dmc::steps {

namespace {

constexpr std::int64_t longest_wait_look_ms = 5'000;

}  // namespace

Outcome run(const plan::Wait& action, Attempt& attempt) {
  return attempt.autocommit([&](Sender& sender) -> std::optional<Outcome> {
    auto& clock = attempt.context().clock;
    std::int64_t hope_ended = -1;
    std::optional<std::string> hopeless;
    const auto missing =
        attempt.wait_until(action.deadline_ms, longest_wait_look_ms, [&]() -> std::optional<std::string> {
          auto reason = sender.ask(action.until);
          auto stuck = reason && action.going ? sender.ask(*action.going) : std::nullopt;
          const auto now = clock.milliseconds();
          hope_ended = !stuck ? -1 : hope_ended < 0 ? now : hope_ended;
          if (!stuck || now - hope_ended < action.patience_ms) return reason;
          hopeless = std::move(stuck);
          return std::nullopt;
        });
    if (hopeless) {
      for (const auto& statement : action.give_up) sender.execute(statement);
      return Failed{std::move(*hopeless)};
    }
    if (!missing) return std::nullopt;
    if (sender.stopped()) return Interrupted{};
    return too_late(*missing, action.deadline_ms);
  });
}

}  // namespace dmc::steps
