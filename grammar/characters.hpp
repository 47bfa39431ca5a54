// How characters are shown to people: their width on a terminal, and which ones are shown as an escape instead.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dmc::grammar {

/// Columns from one stop of a tab to the next, where columns are counted for people.
inline constexpr std::uint32_t tab_stop = 4;

/// One code point of a text; `size` is 1 and `valid` false for a byte that is not UTF-8.
struct Character {
  std::uint32_t code = 0;
  std::uint8_t size = 1;
  bool valid = false;
};

/// The character that begins at `at`, which must be inside `text`. Overlong forms and surrogates are not valid.
Character decode(std::string_view text, std::size_t at);

/// What one character looks like: `shown` takes `width` columns.
struct Cell {
  std::uint32_t offset = 0;
  std::uint32_t width = 1;
  std::string shown;
};

/// The cells of one line. Control, bidirectional and invisible characters, invalid bytes and letters that only look
/// like Latin ones (within a word that mixes scripts, or a word of nothing but look-alikes) are escapes.
std::vector<Cell> cells(std::string_view line);

}  // namespace dmc::grammar
