// Interrupts the session when the time is up.
#include "runtime/steps/watch.hpp"

#include <chrono>

namespace dmc::steps {

Watch::Watch(Context& context, std::optional<std::int64_t> limit_ms) : context_(context), set_(limit_ms.has_value()) {
  if (!set_) return;
  if (!context_.alarm) context_.alarm = std::make_unique<Alarm>();
  context_.alarm->set(std::chrono::milliseconds(*limit_ms), [&session = context_.session] { session.interrupt(); });
}

Watch::~Watch() {
  if (set_ && context_.alarm->clear()) context_.overran = true;
}

}  // namespace dmc::steps
