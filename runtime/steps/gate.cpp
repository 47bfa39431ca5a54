// Waits for a person's word or for a query's answer. The clock says when to ask again; what opens the gate is the
// answer.
#include <algorithm>

#include "runtime/steps/check.hpp"
#include "runtime/steps/steps.hpp"

namespace dmc::steps {

namespace {

constexpr std::int64_t shortest_look_ms = 250;
constexpr std::int64_t longest_look_ms = 30'000;
constexpr std::int64_t looks_per_hold = 20;

struct Evidence {
  std::string by;
  std::string at;
  std::string what;
  static void fields(auto& self, auto&& visit) {
    visit("by", self.by);
    visit("at", self.at);
    visit("what", self.what);
  }
};

Outcome open(Attempt& attempt, const plan::Gate& action, std::string what) {
  return attempt.transaction([&](Sender& sender) -> std::optional<Outcome> {
    // Asked again directly before the next stage: an answer from before the last wait proves nothing now.
    if (action.check)
      if (auto reason = sender.ask(*action.check)) return Waiting{std::move(*reason), false};
    auto& context = attempt.context();
    const auto now = context.clock.utc();
    attempt.note_gate(
        {attempt.task().forward.id, plan::canonical(Evidence{context.actor(), now, std::move(what)}),
         action.valid_for_ms > 0 ? std::optional(journal::later(now, action.valid_for_ms)) : std::nullopt});
    return std::nullopt;
  });
}

/// Asks again and again until the answer has been right for so long; a wrong one ends it.
std::optional<Outcome> hold(const plan::Gate& action, const plan::QueryCheck& check, Attempt& attempt) {
  auto& context = attempt.context();
  const auto look = std::clamp(action.hold_ms / looks_per_hold, shortest_look_ms, longest_look_ms);
  const auto since = context.clock.milliseconds();
  while (true) {
    if (auto reason = ask(context.session, check, context.show_data)) return Waiting{std::move(*reason), false};
    const auto left = action.hold_ms - (context.clock.milliseconds() - since);
    if (left <= 0) return std::nullopt;
    attempt.pause(std::min(look, left));
    if (context.stop.requested()) return Interrupted{};
  }
}

}  // namespace

Outcome run(const plan::Gate& action, Attempt& attempt) {
  const auto& context = attempt.context();
  if (!action.check) {
    const auto& through = context.through;
    if (std::find(through.begin(), through.end(), action.text) == through.end()) return Waiting{action.text, true};
    const auto word = std::find_if(context.words.begin(), context.words.end(),
                                   [&](const auto& candidate) { return candidate.gate == action.text; });
    return open(attempt, action,
                word == context.words.end() ? "on the word of " + context.actor()
                                            : "on the signed approval of " + word->persons);
  }
  if (action.hold_ms > 0)
    if (auto ended = hold(action, *action.check, attempt)) return std::move(*ended);
  return open(attempt, action, "the query answered as it must");
}

}  // namespace dmc::steps
