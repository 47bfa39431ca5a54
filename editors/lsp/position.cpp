// The only file that counts UTF-16.
#include "editors/lsp/position.hpp"

#include <algorithm>

namespace dmc::lsp {

namespace {

/// Bytes of the sign at `at` and the code units it is.
struct Sign {
  std::size_t bytes = 1;
  std::int64_t units = 1;
};

Sign sign_at(std::string_view text, std::size_t at) {
  if (static_cast<unsigned char>(text[at]) < 0x80) return {};
  const auto bytes = plan::utf8_size(text, at);
  return {std::max<std::size_t>(bytes, 1), bytes == 4 ? 2 : 1};
}

}  // namespace

Lines::Lines(std::string_view text) {
  begins_.push_back(0);
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool ends = text[at] == '\n' || (text[at] == '\r' && (at + 1 == text.size() || text[at + 1] != '\n'));
    if (ends) begins_.push_back(static_cast<std::uint32_t>(at + 1));
  }
}

Place Lines::place(std::string_view text, std::uint32_t offset) const {
  offset = std::min(offset, static_cast<std::uint32_t>(text.size()));
  const auto line = std::ranges::upper_bound(begins_, offset) - begins_.begin() - 1;
  std::int64_t character = 0;
  for (std::size_t at = begins_[static_cast<std::size_t>(line)]; at < offset;) {
    const auto sign = sign_at(text, at);
    at += sign.bytes;
    character += sign.units;
  }
  return {line, character};
}

std::uint32_t Lines::offset(std::string_view text, Place place) const {
  if (place.line < 0) return 0;
  const auto line = static_cast<std::size_t>(place.line);
  if (line >= begins_.size()) return static_cast<std::uint32_t>(text.size());
  std::size_t end = line + 1 < begins_.size() ? begins_[line + 1] : text.size();
  while (end > begins_[line] && line + 1 < begins_.size() && (text[end - 1] == '\n' || text[end - 1] == '\r')) --end;
  std::size_t at = begins_[line];
  for (std::int64_t character = 0; at < end && character < place.character;) {
    const auto sign = sign_at(text, at);
    character += sign.units;
    if (character > place.character) break;
    at += sign.bytes;
  }
  return static_cast<std::uint32_t>(at);
}

bool Lines::is_half(std::string_view text, Place place) const {
  const auto at = offset(text, place);
  const auto there = this->place(text, at);
  return there.line == place.line && there.character + 1 == place.character && at < text.size() &&
         sign_at(text, at).units == 2;
}

Json json(Place place) { return json_object({{"line", json(place.line)}, {"character", json(place.character)}}); }

Place place_of(const Json& value) {
  return {number_at(value, "line").value_or(0), number_at(value, "character").value_or(0)};
}

Json range(std::string_view text, const Lines& lines, std::uint32_t begin, std::uint32_t end) {
  return json_object({{"start", json(lines.place(text, begin))}, {"end", json(lines.place(text, end))}});
}

}  // namespace dmc::lsp
