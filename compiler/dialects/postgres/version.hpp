// Which PostgreSQL is the oldest that a plan must run on, and what that major can do.
#pragma once

#include <string_view>

namespace dmc::dialects::postgres {

inline constexpr int oldest_major = 12;
inline constexpr int newest_major = 18;

/// The major of "15", "15.4"; what is no version counts as the oldest one.
constexpr int major_of(std::string_view text) {
  int major = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || major > 1000) break;
    major = major * 10 + (c - '0');
  }
  return major < oldest_major ? oldest_major : major;
}

/// The release notes of the majors.
inline constexpr int drop_expression = 13;        ///< `alter column … drop expression`
inline constexpr int detach_concurrently = 14;    ///< `detach partition … concurrently`
inline constexpr int or_replace_trigger = 14;     ///< `create or replace trigger`
inline constexpr int set_expression = 17;         ///< `alter column … set expression`
inline constexpr int not_null_not_valid = 18;     ///< `add constraint … not null … not valid`
inline constexpr int partitioned_not_valid = 18;  ///< a foreign key of a partitioned table may be `not valid`

}  // namespace dmc::dialects::postgres
