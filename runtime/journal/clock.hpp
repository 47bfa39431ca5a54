// Time, as a parameter. It says when to try again and what to print; no safety decision reads it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace dmc::journal {

class Clock {
 public:
  virtual ~Clock() = default;
  /// "2026-11-21T09:21:57Z", for people.
  virtual std::string utc() = 0;
  /// Never runs backwards; of no known origin.
  virtual std::int64_t milliseconds() = 0;
  virtual void pause(std::int64_t milliseconds) = 0;
};

std::unique_ptr<Clock> system_clock();

/// That time ("2026-11-21T09:21:57Z") and so much more, rounded down to seconds; the two compare as texts. A text that
/// is no time comes back as it is.
std::string later(const std::string& utc, std::int64_t milliseconds);

}  // namespace dmc::journal
