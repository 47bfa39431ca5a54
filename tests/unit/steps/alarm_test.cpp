// The thread that waits beside statements: it rings in time, once, and not for what is over.
#include "runtime/steps/alarm.hpp"

#include <atomic>

#include <doctest/doctest.h>

using namespace std::chrono_literals;

TEST_CASE("an alarm rings when its time is up, and not once it is cleared") {
  std::atomic<int> rang = 0;
  dmc::steps::Alarm alarm;
  const auto ring = [&] { ++rang; };
  CHECK_FALSE(alarm.clear());
  alarm.set(1h, ring);
  CHECK_FALSE(alarm.clear());
  // Earlier than what the thread sleeps for.
  alarm.set(5ms, ring);
  while (rang == 0) std::this_thread::sleep_for(1ms);
  CHECK(alarm.clear());
  CHECK(rang == 1);
  alarm.set(5ms, ring);
  const bool too_late = alarm.clear();
  std::this_thread::sleep_for(30ms);
  CHECK(rang == (too_late ? 2 : 1));
  alarm.set(1h, ring);
}
