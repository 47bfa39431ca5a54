// Places as the protocol has them, lines and UTF-16 code units from 0, and as everything else here has them, bytes.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "editors/lsp/json.hpp"
#include "grammar/source.hpp"

namespace dmc::lsp {

struct Place {
  std::int64_t line = 0;
  std::int64_t character = 0;
  bool operator==(const Place&) const = default;
};

/// Where the lines of a text begin. A line ends with a line feed, a carriage return, or both; a byte that is not UTF-8
/// counts as one unit, because a client shows one sign for it.
class Lines {
 public:
  explicit Lines(std::string_view text);
  Place place(std::string_view text, std::uint32_t offset) const;
  /// The nearest offset there is: a place behind its line is the line's end, one behind the text the text's.
  std::uint32_t offset(std::string_view text, Place place) const;
  /// Whether the place lies between the two code units of one sign.
  bool is_half(std::string_view text, Place place) const;

 private:
  std::vector<std::uint32_t> begins_;
};

Json json(Place place);
Place place_of(const Json& value);
Json range(std::string_view text, const Lines& lines, std::uint32_t begin, std::uint32_t end);

}  // namespace dmc::lsp
