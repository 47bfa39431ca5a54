// Lines to blocks, and a block's text to styled pieces.
#include "runtime/cli/markdown.hpp"

#include <optional>

namespace dmc::cli::markdown {
namespace {

constexpr std::string_view code_indent = "    ";

std::string_view trimmed(std::string_view line) {
  while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
  while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.remove_suffix(1);
  return line;
}

void append(std::string& text, std::string_view line) {
  if (!text.empty()) text += ' ';
  text += trimmed(line);
}

Item item_of(std::string_view text) {
  // A term may itself hold blanks and quotes, but never a backquote.
  if (text.starts_with('`'))
    if (const auto end = text.find('`', 1); end != text.npos && text.substr(end + 1).starts_with(": "))
      return {std::string(text.substr(1, end - 1)), std::string(trimmed(text.substr(end + 2)))};
  return {"", std::string(trimmed(text))};
}

/// Collects what continues over several lines until another block begins.
struct Reader {
  std::vector<Block> blocks;
  std::string running;  ///< text of the paragraph or item being read
  bool in_item = false;
  std::optional<Code> code;

  void close_text() {
    if (!running.empty()) {
      if (in_item)
        blocks.emplace_back(item_of(running));
      else
        blocks.emplace_back(Paragraph{running});
    }
    running.clear();
    in_item = false;
  }
  void close_code() {
    if (!code) return;
    while (!code->lines.empty() && code->lines.back().empty()) code->lines.pop_back();
    blocks.emplace_back(std::move(*code));
    code.reset();
  }
  void line(std::string_view line) {
    if (running.empty() && line.starts_with(code_indent)) {
      if (!code) code.emplace();
      code->lines.emplace_back(line.substr(code_indent.size()));
      return;
    }
    if (trimmed(line).empty()) {
      close_text();
      if (code) code->lines.emplace_back();
      return;
    }
    close_code();
    if (line.front() == '#') {
      close_text();
      const auto level = line.find_first_not_of('#');
      blocks.emplace_back(Heading{static_cast<int>(level), std::string(trimmed(line.substr(level)))});
    } else if (line.starts_with("* ")) {
      close_text();
      in_item = true;
      append(running, line.substr(2));
    } else {
      append(running, line);
    }
  }
};

}  // namespace

std::vector<Block> read(std::string_view text) {
  Reader reader;
  while (!text.empty()) {
    const auto end = text.find('\n');
    reader.line(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  reader.close_text();
  reader.close_code();
  return std::move(reader.blocks);
}

std::vector<Piece> pieces(std::string_view text) {
  std::vector<Piece> result;
  std::string plain;
  const auto close_plain = [&] {
    if (!plain.empty()) result.push_back({Piece::Style::plain, plain});
    plain.clear();
  };
  while (!text.empty()) {
    const bool bold = text.starts_with("**");
    const std::string_view mark = bold ? "**" : "`";
    if (bold || text.front() == '`')
      if (const auto end = text.find(mark, mark.size()); end != text.npos) {
        close_plain();
        result.push_back(
            {bold ? Piece::Style::bold : Piece::Style::code, std::string(text.substr(mark.size(), end - mark.size()))});
        text.remove_prefix(end + mark.size());
        continue;
      }
    plain += text.front();
    text.remove_prefix(1);
  }
  close_plain();
  return result;
}

}  // namespace dmc::cli::markdown
