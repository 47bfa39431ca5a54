// Spans of time in a runner's own sentences.
#pragma once

#include <cstdint>
#include <string>

namespace dmc::journal {

/// "24 h", "4 min", "10 s", "300 ms"; longer ones rounded up to whole seconds or minutes.
inline std::string time_words(std::int64_t milliseconds) {
  const auto whole = [&](std::int64_t unit) { return std::to_string((milliseconds + unit - 1) / unit); };
  if (milliseconds > 0 && milliseconds % 3'600'000 == 0) return whole(3'600'000) + " h";
  if (milliseconds >= 120'000 || (milliseconds > 0 && milliseconds % 60'000 == 0)) return whole(60'000) + " min";
  if (milliseconds >= 1'000) return whole(1'000) + " s";
  return std::to_string(milliseconds) + " ms";
}

}  // namespace dmc::journal
