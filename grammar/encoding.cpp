// Plain ASCII is passed over eight bytes at a time, because nearly all of every file is.
#include "grammar/encoding.hpp"

#include <bit>
#include <cstring>
#include <limits>

#include <fmt/format.h>

#include "grammar/characters.hpp"

namespace dmc::grammar {

namespace {

constexpr std::size_t reported_at_most = 20;

/// Past bytes 0x01 to 0x7F.
std::size_t past_plain(std::string_view text, std::size_t at) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t highs = 0x8080808080808080;
  while (at + 8 <= text.size()) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, 8);
    // The high bit of a byte stays set when the byte is 0 or beyond 0x7F.
    if ((((word - ones) | word) & highs) != 0) break;
    at += 8;
  }
  while (at < text.size() && text[at] > 0) ++at;
  return at;
}

bool turns_direction(std::uint32_t code) {
  return (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || code == 0x200E || code == 0x200F ||
         code == 0x61C;
}

}  // namespace

bool check_encoding(FileId file, std::string_view text, Diagnostics& diagnostics) {
  if (text.size() >= std::numeric_limits<std::uint32_t>::max()) {
    diagnostics.error("E0119", Span{file, 0, 0}, "this file is longer than 4 GiB");
    return false;
  }
  std::size_t reported = 0;
  for (std::size_t at = past_plain(text, 0); at < text.size() && reported < reported_at_most;) {
    const auto begin = static_cast<std::uint32_t>(at);
    if (text[at] == '\0') {
      Diagnostic& diagnostic = diagnostics.error("E0114", Span{file, begin, begin + 1}, "a NUL byte",
                                                 fmt::format("byte {} of the file is 0", at));
      diagnostic.help = {"this is no text, or text in UTF-16: save it as UTF-8"};
      return false;
    }
    const Character character = decode(text, at);
    at += character.size;
    if (!character.valid) {
      while (at < text.size() && static_cast<signed char>(text[at]) < 0 && !decode(text, at).valid) ++at;
      diagnostics.error("E0113", Span{file, begin, static_cast<std::uint32_t>(at)}, "this is not UTF-8",
                        fmt::format("byte {} of the file does not belong to any character", begin));
      ++reported;
    } else if (turns_direction(character.code)) {
      diagnostics.warning("E0129", Span{file, begin, static_cast<std::uint32_t>(at)},
                          "an invisible character changes the direction of the text",
                          fmt::format("U+{:04X}: what is shown may not be what is read", character.code));
      ++reported;
    }
    at = past_plain(text, at);
  }
  return true;
}

}  // namespace dmc::grammar
