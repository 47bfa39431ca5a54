// One thread that waits beside all statements of a run: to start and end one for each costs as much as a short
// statement.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace dmc::steps {

class Alarm {
 public:
  Alarm() = default;
  ~Alarm();
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  /// Calls `ring` once, from a thread of its own, unless it is cleared before. One at a time.
  void set(std::chrono::milliseconds in, std::function<void()> ring);
  /// Whether it rang. Behind it `ring` is not called any more.
  bool clear();

 private:
  using Clock = std::chrono::steady_clock;
  void wait();

  std::mutex mutex_;
  std::condition_variable changed_;
  Clock::time_point due_ = Clock::time_point::max();    ///< nothing is set: never
  Clock::time_point wakes_ = Clock::time_point::max();  ///< as long as the thread sleeps if nobody wakes it
  std::function<void()> ring_;
  bool rang_ = false, over_ = false;
  std::thread thread_;
};

}  // namespace dmc::steps
