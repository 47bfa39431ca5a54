// Small pieces of the sentences that commands say.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dmc::cli {

/// "1 table", "2 tables"
inline std::string counted(std::size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

/// What can be done next: each command, and behind the longest of them what it is for.
inline std::string next_commands(const std::vector<std::pair<std::string, std::string>>& commands) {
  constexpr std::size_t gap = 4;
  std::size_t width = 0;
  for (const auto& [command, purpose] : commands) width = std::max(width, command.size());
  std::string text;
  for (const auto& [command, purpose] : commands)
    text += "  " + command + std::string(width - command.size() + gap, ' ') + purpose + "\n";
  return text;
}

}  // namespace dmc::cli
