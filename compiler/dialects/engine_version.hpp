// The version of a server as engines with two numbers count it.
#pragma once

#include <compare>
#include <string_view>

namespace dmc::dialects {

struct Version {
  int major = 0;
  int minor = 0;
  auto operator<=>(const Version&) const = default;
};

/// "3.40", "23.8" or "23.8.2.7"; anything else is version 0.0.
constexpr Version version_of(std::string_view text) {
  Version version;
  int* part = &version.major;
  for (const char c : text) {
    if (c >= '0' && c <= '9' && *part < 100000)
      *part = *part * 10 + (c - '0');
    else if (c == '.' && part == &version.major)
      part = &version.minor;
    else if (c == '.')
      return version;
    else
      return {};
  }
  return version;
}

}  // namespace dmc::dialects
