// The thread is not woken for every statement: it sleeps until an earlier one's time, and looks then what is due.
#include "runtime/steps/alarm.hpp"

#include <algorithm>
#include <utility>

namespace dmc::steps {

Alarm::~Alarm() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Alarm::set(std::chrono::milliseconds in, std::function<void()> ring) {
  const std::lock_guard lock(mutex_);
  ring_ = std::move(ring);
  rang_ = false;
  due_ = Clock::now() + in;
  if (!thread_.joinable())
    thread_ = std::thread([this] { wait(); });
  else if (due_ < wakes_)
    changed_.notify_one();
}

bool Alarm::clear() {
  const std::lock_guard lock(mutex_);
  due_ = Clock::time_point::max();
  return rang_;
}

void Alarm::wait() {
  constexpr auto long_enough = std::chrono::hours(1);
  std::unique_lock lock(mutex_);
  while (!over_) {
    if (due_ <= Clock::now()) {
      due_ = Clock::time_point::max();
      rang_ = true;
      ring_();
      continue;
    }
    wakes_ = std::min(due_, Clock::now() + long_enough);
    changed_.wait_until(lock, wakes_);
  }
}

}  // namespace dmc::steps
