// Times as statements write them: UTC, to the second, so that two of them compare as texts.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dmc::trust {

/// Whether a text is such a time: "2026-11-21T09:21:57Z".
bool is_time(std::string_view text);

/// The time that a person means: a time, a day ("2026-12-01", its end), or how long from `now` ("7d", "24h", "30m").
/// Nothing for any other text.
std::optional<std::string> time_meant(std::string_view text, std::string_view now);

}  // namespace dmc::trust
