// The real clock.
#include "runtime/journal/clock.hpp"

#include <chrono>
#include <cstdio>
#include <ctime>
#include <thread>

namespace dmc::journal {

namespace {

class SystemClock : public Clock {
 public:
  std::string utc() override {
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    char text[32];
    return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
  }
  std::int64_t milliseconds() override {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }
  void pause(std::int64_t milliseconds) override {
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
  }
};

}  // namespace

std::string later(const std::string& utc, std::int64_t milliseconds) {
  std::tm parts{};
  int year = 0, month = 0;
  if (std::sscanf(utc.c_str(), "%4d-%2d-%2dT%2d:%2d:%2dZ", &year, &month, &parts.tm_mday, &parts.tm_hour, &parts.tm_min,
                  &parts.tm_sec) != 6)
    return utc;
  parts.tm_year = year - 1900;
  parts.tm_mon = month - 1;
  const std::time_t time = ::timegm(&parts) + static_cast<std::time_t>(milliseconds / 1000);
  ::gmtime_r(&time, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

std::unique_ptr<Clock> system_clock() { return std::make_unique<SystemClock>(); }

}  // namespace dmc::journal
