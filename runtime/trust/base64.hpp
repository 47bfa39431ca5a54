// Bytes as base64 text and back (RFC 4648 §4, with padding).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dmc::trust {

std::string base64(std::string_view bytes);

/// Accepts only what `base64` writes; nothing for any other text.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace dmc::trust
