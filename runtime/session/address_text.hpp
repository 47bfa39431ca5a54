// The parts that addresses of all servers have: percent signs and numbers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dmc::session {

/// Without its percent signs. None for one without two digits, and for a zero byte.
std::optional<std::string> percent_decoded(std::string_view text);
/// With percent signs for all but letters, digits, "-_.~" and what stands in `also`.
std::string percent_encoded(std::string_view text, std::string_view also);
/// Whether the text is a decimal number in these bounds.
bool is_number_within(std::string_view text, int least, int most);

}  // namespace dmc::session
