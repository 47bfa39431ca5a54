// A thread that waits beside the statement and interrupts its session when the time is up.
#include "runtime/steps/watch.hpp"

#include <chrono>

namespace dmc::steps {

Watch::Watch(Context& context, std::optional<std::int64_t> limit_ms) : context_(context) {
  if (!limit_ms) return;
  thread_ = std::thread([this, limit = std::chrono::milliseconds(*limit_ms)] {
    std::unique_lock lock(mutex_);
    if (ended_.wait_for(lock, limit, [this] { return over_; })) return;
    fired_ = true;
    context_.session.interrupt();
  });
}

Watch::~Watch() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  ended_.notify_one();
  thread_.join();
  if (fired_) context_.overran = true;
}

}  // namespace dmc::steps
