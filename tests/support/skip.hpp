// A case that cannot run here says so, visibly, and is counted as skipped.
#pragma once

#include <cstdio>
#include <string_view>

namespace dmc::tests {

inline long& skipped_cases() {
  static long count = 0;
  return count;
}

/// Call it once in a case and return: `if (!exists(corpus)) return skip("Chinook", "no corpus beside the checkout");`
inline void skip(std::string_view name, std::string_view reason) {
  ++skipped_cases();
  std::printf("SKIPPED %.*s: %.*s\n", static_cast<int>(name.size()), name.data(), static_cast<int>(reason.size()),
              reason.data());
}

}  // namespace dmc::tests
