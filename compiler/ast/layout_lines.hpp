// The lines of the canonical layout, before they are aligned and written. Internal to this folder; the door is
// format.hpp.
#pragma once

#include <string>
#include <vector>

#include "compiler/ast/layout_token.hpp"

namespace dmc::ast {

/// A piece of an item that is never broken; SQL and comments in it may have line breaks of their own.
struct LayoutPart {
  std::string text;
  bool must_break = false;  ///< begins a new line because of a comment
  bool operator==(const LayoutPart&) const = default;
};

/// One item, one head or end of a block, or one comment that stands alone.
struct LayoutLine {
  std::size_t depth = 0;
  bool blank_before = false;
  bool is_column = false;
  bool has_short_option = false;
  bool opens_block = false;
  std::vector<LayoutPart> parts;
  std::string trailing;  ///< comments after it, on the same line
  bool operator==(const LayoutLine&) const = default;
};

/// Distributes the tokens and comments over lines.
std::vector<LayoutLine> layout_lines(const std::vector<LayoutToken>& tokens);

}  // namespace dmc::ast
