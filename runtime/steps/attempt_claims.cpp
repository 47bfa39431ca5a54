// What the plan says of a step's locks and work, beside what the server does.
#include <algorithm>

#include "runtime/steps/attempt.hpp"

namespace dmc::steps {

void add_claims(const plan::Step& step, std::vector<session::Claim>& claims) {
  for (const auto& lock : step.locks) claims.push_back({lock.object, lock.mode, lock.work});
}

bool touches(const plan::Step& step, const std::string& object) {
  return step.object == object ||
         std::ranges::any_of(step.locks, [&](const auto& lock) { return lock.object == object; });
}

bool touch_the_same(const plan::Step& one, const plan::Step& other) {
  return touches(other, one.object) ||
         std::ranges::any_of(one.locks, [&](const auto& lock) { return touches(other, lock.object); });
}

std::unique_ptr<session::Witness> Attempt::witness() {
  if (task_.row_only() || context_.joint) return nullptr;
  std::optional<std::vector<session::Claim>> claims;
  if (!step().unclaimed) add_claims(step(), claims.emplace());
  return context_.session.place().witness(claims, [this](const session::HowFar& far) { tell(far); });
}

std::optional<std::string> Attempt::excess(session::Witness* witness) {
  const auto more = witness ? witness->excess() : std::nullopt;
  if (!more) return std::nullopt;
  return "it does more than its plan claims [E0825]: " + *more;
}

void Attempt::tell(const session::HowFar& far) {
  context_.sink.tell(journal::StepProgressed{.target = context_.target,
                                             .step = row_.step,
                                             .rows = far.done,
                                             .total = far.total,
                                             .rows_per_second = 0,
                                             .remaining_ms = std::nullopt,
                                             .batch = 0,
                                             .phase = far.phase,
                                             .unit = far.unit});
}

}  // namespace dmc::steps
