// The tokens of a file as the layout sees them. Internal to this folder; the door is format.hpp.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "grammar/tree.hpp"

namespace dmc::ast {

enum class TokenKind : std::uint8_t {
  word,           ///< a keyword
  value,          ///< a name, a literal, SQL: written as it stands
  punctuation,    ///< one character
  line_comment,   ///< `-- …`, without white space at its end
  block_comment,  ///< `/* … */`
};

/// One token or comment, and what the tree says about its place.
struct LayoutToken {
  TokenKind kind = TokenKind::word;
  std::string_view text;
  std::uint32_t breaks_before = 0;  ///< line breaks between the token before and this one
  bool begins_item = false;         ///< first token of an item of a block, or of the file
  bool begins_column = false;       ///< that item is a column
  bool begins_part = false;         ///< a line that is too long may be broken before it
  bool is_short_option = false;     ///< the option after it is aligned with those of the columns around it
  bool glued = false;               ///< no space before it
  bool opens_block = false;
  bool closes_block = false;
  bool operator==(const LayoutToken&) const = default;
};

inline bool is_comment(const LayoutToken& token) {
  return token.kind == TokenKind::line_comment || token.kind == TokenKind::block_comment;
}

/// Every token and comment of the text, in order; their texts view into `text`.
std::vector<LayoutToken> layout_tokens(const grammar::Tree& tree, std::string_view text);

}  // namespace dmc::ast
