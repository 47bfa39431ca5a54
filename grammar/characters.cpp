// Widths follow East Asian Width W and F; the hidden set is Unicode's default ignorables, controls and bidi controls.
#include "grammar/characters.hpp"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "grammar/diagnostic.hpp"

namespace dmc::grammar {

namespace {

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

constexpr std::array hidden_ranges = {
    Range{0x00, 0x1F},     Range{0x7F, 0x9F},       Range{0xAD, 0xAD},       Range{0x34F, 0x34F},
    Range{0x61C, 0x61C},   Range{0x115F, 0x1160},   Range{0x17B4, 0x17B5},   Range{0x180B, 0x180F},
    Range{0x200B, 0x200F}, Range{0x2028, 0x202E},   Range{0x2060, 0x206F},   Range{0x3164, 0x3164},
    Range{0xE000, 0xF8FF}, Range{0xFE00, 0xFE0F},   Range{0xFEFF, 0xFEFF},   Range{0xFFA0, 0xFFA0},
    Range{0xFFF0, 0xFFFB}, Range{0x1D173, 0x1D17A}, Range{0xE0000, 0x10FFFF}};

constexpr std::array wide_ranges = {
    Range{0x1100, 0x115E},   Range{0x2E80, 0x303E},   Range{0x3041, 0x33FF},   Range{0x3400, 0x4DBF},
    Range{0x4E00, 0x9FFF},   Range{0xA000, 0xA4CF},   Range{0xA960, 0xA97C},   Range{0xAC00, 0xD7A3},
    Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},   Range{0xFF01, 0xFF60},   Range{0xFFE0, 0xFFE6},
    Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1F9FF}, Range{0x20000, 0x3FFFD}};

constexpr std::array combining_ranges = {
    Range{0x300, 0x36F},   Range{0x483, 0x489},   Range{0x591, 0x5BD},  Range{0x610, 0x61A}, Range{0x64B, 0x65F},
    Range{0x93C, 0x93C},   Range{0x941, 0x948},   Range{0xE31, 0xE31},  Range{0xE34, 0xE3A}, Range{0x1AB0, 0x1AFF},
    Range{0x1DC0, 0x1DFF}, Range{0x20D0, 0x20FF}, Range{0xFE20, 0xFE2F}};

/// Styled copies of Latin letters, which no honest name needs.
constexpr std::array styled_ranges = {Range{0xFF21, 0xFF5A}, Range{0x1D400, 0x1D7FF}};

constexpr std::array cyrillic_ranges = {Range{0x400, 0x52F}};
constexpr std::array greek_ranges = {Range{0x370, 0x3FF}, Range{0x1F00, 0x1FFF}};

/// Cyrillic and Greek letters that are drawn as Latin ones.
constexpr std::array look_alikes = {0x391U, 0x392U, 0x395U, 0x396U, 0x397U, 0x399U, 0x39AU, 0x39CU, 0x39DU, 0x39FU,
                                    0x3A1U, 0x3A4U, 0x3A5U, 0x3A7U, 0x3BFU, 0x3C1U, 0x405U, 0x406U, 0x408U, 0x410U,
                                    0x412U, 0x415U, 0x41AU, 0x41CU, 0x41DU, 0x41EU, 0x420U, 0x421U, 0x422U, 0x423U,
                                    0x425U, 0x430U, 0x435U, 0x43EU, 0x440U, 0x441U, 0x443U, 0x445U, 0x455U, 0x456U,
                                    0x458U, 0x4BBU, 0x4CFU, 0x501U, 0x51BU, 0x51DU};

bool within(std::span<const Range> ranges, std::uint32_t code) {
  return std::ranges::any_of(ranges, [code](Range range) { return code >= range.first && code <= range.last; });
}

bool is_latin(std::uint32_t code) {
  return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') || (code >= 0xC0 && code <= 0x24F);
}

bool is_foreign(std::uint32_t code) { return within(cyrillic_ranges, code) || within(greek_ranges, code); }

bool is_word(std::uint32_t code) {
  return is_latin(code) || is_foreign(code) || code == '_' || (code >= '0' && code <= '9');
}

/// True when the foreign letters of the word, which has some, are there to be taken for Latin ones.
bool deceives(std::span<const Character> word) {
  const bool latin = std::ranges::any_of(word, [](const Character& c) { return is_latin(c.code); });
  if (latin) return true;
  return std::ranges::all_of(
      word, [](const Character& c) { return !is_foreign(c.code) || std::ranges::binary_search(look_alikes, c.code); });
}

std::string escape(std::uint32_t code) { return fmt::format("\\u{{{:x}}}", code); }

Cell cell(std::string_view line, std::uint32_t offset, const Character& character, bool deceiving) {
  if (!character.valid) return {offset, 4, fmt::format("\\x{:02X}", static_cast<unsigned char>(line[offset]))};
  const std::uint32_t code = character.code;
  const bool as_escape = within(hidden_ranges, code) || within(styled_ranges, code) || (deceiving && is_foreign(code));
  if (as_escape) {
    std::string shown = escape(code);
    const auto width = static_cast<std::uint32_t>(shown.size());
    return {offset, width, std::move(shown)};
  }
  const std::uint32_t width = within(combining_ranges, code) ? 0 : within(wide_ranges, code) ? 2 : 1;
  return {offset, width, std::string(line.substr(offset, character.size))};
}

bool plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

Character decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
  const unsigned char first = byte(at);
  if (first < 0x80) return {first, 1, true};
  const std::uint8_t size = first >= 0xF0 && first <= 0xF4 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
  if (size == 0 || first > 0xF4 || at + size > text.size()) return {};
  std::uint32_t code = first & (0xFFU >> (size + 1U));
  for (std::size_t index = at + 1; index < at + size; ++index) {
    if ((byte(index) & 0xC0U) != 0x80U) return {};
    code = (code << 6U) | (byte(index) & 0x3FU);
  }
  const bool overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (overlong || surrogate || code > 0x10FFFF) return {};
  return {code, size, true};
}

std::vector<Cell> cells(std::string_view line) {
  std::vector<Character> characters;
  for (std::size_t at = 0; at < line.size(); at += characters.back().size) characters.push_back(decode(line, at));
  std::vector<Cell> result;
  std::uint32_t offset = 0;
  for (std::size_t index = 0; index < characters.size();) {
    std::size_t end = index + 1;
    bool deceiving = false;
    if (characters[index].valid && is_word(characters[index].code)) {
      while (end < characters.size() && characters[end].valid && is_word(characters[end].code)) ++end;
      const std::span word(characters.data() + index, end - index);
      deceiving = std::ranges::any_of(word, [](const Character& c) { return is_foreign(c.code); }) && deceives(word);
    }
    for (; index < end; ++index) {
      result.push_back(cell(line, offset, characters[index], deceiving));
      offset += characters[index].size;
    }
  }
  return result;
}

std::string escaped(std::string_view text) {
  if (plain(text)) return std::string(text);
  std::string result;
  for (const Cell& cell : cells(text)) result += cell.shown;
  return result;
}

std::string escaped_json(std::string_view json) {
  std::string result;
  for (std::size_t at = 0; at < json.size();) {
    const Character character = decode(json, at);
    const std::string_view bytes = json.substr(at, character.size);
    at += character.size;
    // JSON has escaped the controls of its strings itself; what is left of them is the layout between values.
    if (character.code < ' ' || !within(hidden_ranges, character.code))
      result += bytes;
    else if (character.code < 0x10000)
      result += fmt::format("\\u{:04x}", character.code);
    else
      result +=
          fmt::format("\\u{:04x}\\u{:04x}", 0xD7C0U + (character.code >> 10U), 0xDC00U + (character.code & 0x3FFU));
  }
  return result;
}

}  // namespace dmc::grammar
