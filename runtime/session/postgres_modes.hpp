// The lock modes of PostgreSQL, as claims say them and as the server tells them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace dmc::session {

struct PostgresMode {
  std::string_view claimed, seen;
};
/// From the weakest on; the place in the list is the strength.
inline constexpr std::array<PostgresMode, 9> postgres_modes{{{"nothing", ""},
                                                             {"access share", "AccessShareLock"},
                                                             {"row share", "RowShareLock"},
                                                             {"row exclusive", "RowExclusiveLock"},
                                                             {"share update exclusive", "ShareUpdateExclusiveLock"},
                                                             {"share", "ShareLock"},
                                                             {"share row exclusive", "ShareRowExclusiveLock"},
                                                             {"exclusive", "ExclusiveLock"},
                                                             {"access exclusive", "AccessExclusiveLock"}}};

/// 0 for a word that is no mode.
constexpr std::size_t postgres_strength(std::string_view word, std::string_view PostgresMode::*which) {
  const auto found = std::ranges::find(postgres_modes, word, which);
  return found == postgres_modes.end() ? 0 : static_cast<std::size_t>(found - postgres_modes.begin());
}

}  // namespace dmc::session
