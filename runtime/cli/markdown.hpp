// The small Markdown that the command pages are written in, as blocks; a terminal and a manual page are drawn from
// them.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace dmc::cli::markdown {

struct Heading {
  int level = 1;
  std::string text;
};
struct Paragraph {
  std::string text;  ///< lines joined by blanks; `code` and **bold** as written
};
/// `* text`, or `* `term`: text`.
struct Item {
  std::string term;  ///< empty: a plain item
  std::string text;
};
struct Code {
  std::vector<std::string> lines;
};
using Block = std::variant<Heading, Paragraph, Item, Code>;

/// Reads headings, paragraphs, items (with their indented lines behind them) and blocks indented by four.
std::vector<Block> read(std::string_view text);

/// A piece of a line: plain, `code` or **bold**.
struct Piece {
  enum class Style { plain, code, bold };
  Style style;
  std::string text;
};
std::vector<Piece> pieces(std::string_view text);

}  // namespace dmc::cli::markdown
