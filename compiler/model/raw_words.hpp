// Words of a text of any kind: a name that it has is one of them, in whatever case. Quick, and no reading: what has no
// such word need not be read for it.
#pragma once

#include <algorithm>
#include <string_view>

#include "grammar/expected.hpp"

namespace dmc::model {

inline bool is_of_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// Others may be a part of any text.
inline bool is_raw_word(std::string_view name) { return !name.empty() && std::ranges::all_of(name, is_of_word); }

/// `visit`: each word in small letters.
void each_raw_word(std::string_view text, const auto& visit) {
  for (std::size_t at = 0; at < text.size();) {
    auto end = at;
    while (end < text.size() && is_of_word(text[end])) ++end;
    if (end > at) visit(grammar::lower_case(text.substr(at, end - at)));
    at = std::max(end, at + 1);
  }
}

}  // namespace dmc::model
