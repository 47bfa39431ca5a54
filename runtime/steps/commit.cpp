#include "runtime/steps/commit.hpp"

#include <algorithm>

namespace dmc::steps {

void pause(Context& context, std::int64_t milliseconds) {
  constexpr std::int64_t slice_ms = 50;
  const auto until = context.clock.milliseconds() + milliseconds;
  for (auto left = milliseconds; left > 0 && !context.stop.requested(); left = until - context.clock.milliseconds())
    context.clock.pause(std::min(left, slice_ms));
}

void commit(ledger::Unit& unit, const plan::Timeouts& timeouts, Context& context) {
  std::int64_t wait = std::max<std::int64_t>(timeouts.backoff_min_ms, 1);
  for (std::int64_t tried = 0;; ++tried) {
    try {
      return unit.commit();
    } catch (const session::SessionError& error) {
      if (!error.retryable || tried >= timeouts.retries || !context.session.in_transaction() ||
          context.stop.requested())
        throw;
    }
    pause(context, wait);
    wait = std::min(wait * 2, std::max(wait, timeouts.backoff_max_ms));
  }
}

}  // namespace dmc::steps
