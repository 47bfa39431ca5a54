// Small pieces of the sentences that commands say.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dmc::cli {

/// "1 table", "2 tables"
inline std::string counted(std::size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace dmc::cli
