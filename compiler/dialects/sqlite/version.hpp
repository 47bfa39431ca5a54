// Which SQLite is the oldest that a plan must run on, and what that version can do.
#pragma once

#include <compare>
#include <string_view>

namespace dmc::dialects::sqlite {

struct Version {
  int major = 0;
  int minor = 0;
  auto operator<=>(const Version&) const = default;
};

/// "3.40" or "3.40.1"; anything else is version 0.0.
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

/// https://www.sqlite.org/changes.html
inline constexpr Version oldest_supported{3, 26};  ///< `pragma table_xinfo`, `legacy_alter_table`
inline constexpr Version generated_columns{3, 31};
inline constexpr Version check_of_one_table{3, 33};  ///< `pragma_foreign_key_check(TABLE)` as a table
inline constexpr Version drop_column{3, 35};
inline constexpr Version strict_tables{3, 37};
inline constexpr Version alter_constraints{3, 53};  ///< `alter column … set not null`, `add check`, `drop constraint`

}  // namespace dmc::dialects::sqlite
