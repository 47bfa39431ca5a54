// Aligns the lines of the layout and writes them.
#include "compiler/ast/format.hpp"

#include <algorithm>

#include "compiler/ast/layout_lines.hpp"

namespace dmc::ast {

namespace {

constexpr std::size_t line_limit = 120;
constexpr std::size_t aligned_comment_limit = 80;
constexpr std::size_t indent = 2;
constexpr std::size_t continuation = 4;

/// Code points, which is what a terminal shows for names in most scripts.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool has_break(std::string_view text) { return text.find('\n') != std::string_view::npos; }

/// A column of which the first `count` parts can be padded.
bool has_cells(const LayoutLine& line, std::size_t count) {
  if (!line.is_column || line.parts.size() <= count) return false;
  return std::all_of(line.parts.begin(), line.parts.begin() + static_cast<std::ptrdiff_t>(count) + 1,
                     [](const LayoutPart& part) { return !part.must_break; }) &&
         std::all_of(line.parts.begin(), line.parts.begin() + static_cast<std::ptrdiff_t>(count),
                     [](const LayoutPart& part) { return !has_break(part.text); });
}

/// Pads the part number `cell` of the columns in [first, last) to one width, where another part follows it.
void align_cell(std::vector<LayoutLine>& lines, std::size_t first, std::size_t last, std::size_t cell) {
  const auto takes_part = [&](const LayoutLine& line) {
    return has_cells(line, cell + 1) && (cell < 2 || line.has_short_option);
  };
  std::size_t widest = 0;
  for (std::size_t index = first; index < last; ++index) {
    if (takes_part(lines[index])) widest = std::max(widest, width(lines[index].parts[cell].text));
  }
  for (std::size_t index = first; index < last; ++index) {
    if (!takes_part(lines[index])) continue;
    std::string& text = lines[index].parts[cell].text;
    text.append(widest - width(text) + 1, ' ');
  }
}

bool is_comment_line(const LayoutLine& line) {
  return line.parts.size() == 1 && (line.parts[0].text.starts_with("--") || line.parts[0].text.starts_with("/*"));
}

/// Columns that follow one another without an empty line or another item in between are aligned together.
void align_columns(std::vector<LayoutLine>& lines) {
  for (std::size_t first = 0; first < lines.size();) {
    std::size_t last = first + 1;
    if (lines[first].is_column) {
      while (last < lines.size() && !lines[last].blank_before &&
             (lines[last].is_column || is_comment_line(lines[last]))) {
        ++last;
      }
      for (std::size_t cell = 0; cell < 3; ++cell) align_cell(lines, first, last, cell);
    }
    first = last;
  }
}

std::string_view without_spaces_at_end(std::string_view text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// The line without its trailing comment, broken where it is too long.
std::string written(const LayoutLine& line, std::string_view line_end) {
  std::string result(line.depth * indent, ' ');
  const std::string next_line = std::string(line_end) + std::string(line.depth * indent + continuation, ' ');
  std::size_t column = result.size();
  for (std::size_t index = 0; index < line.parts.size(); ++index) {
    const LayoutPart& part = line.parts[index];
    const std::string_view first_line = std::string_view(part.text).substr(0, part.text.find('\n'));
    const bool is_too_long = column + 1 + width(without_spaces_at_end(first_line)) > line_limit;
    if (index > 0 && (part.must_break || is_too_long)) {
      result.resize(without_spaces_at_end(result).size());
      result += next_line;
      column = next_line.size() - line_end.size();
    } else if (index > 0) {
      result += ' ';
      ++column;
    }
    result += part.text;
    column = has_break(part.text) ? width(std::string_view(part.text).substr(part.text.rfind('\n') + 1))
                                  : column + width(part.text);
  }
  return result;
}

/// Where the trailing comment of `line` may be aligned with those around it: its width, or nothing.
bool has_aligned_comment(const LayoutLine& line, std::string_view text) {
  return !line.trailing.empty() && !has_break(text) && width(text) <= aligned_comment_limit;
}

/// Trailing comments of lines that follow one another begin in one column.
std::string joined(const std::vector<LayoutLine>& lines, std::string_view line_end) {
  std::vector<std::string> texts;
  texts.reserve(lines.size());
  for (const LayoutLine& line : lines) texts.push_back(written(line, line_end));
  std::string result;
  for (std::size_t first = 0; first < lines.size();) {
    std::size_t last = first;
    std::size_t widest = 0;
    for (; last < lines.size() && lines[last].depth == lines[first].depth; ++last) {
      if (!has_aligned_comment(lines[last], texts[last]) || (last > first && lines[last].blank_before)) break;
      widest = std::max(widest, width(texts[last]));
    }
    last = std::max(last, first + 1);
    for (; first < last; ++first) {
      const LayoutLine& line = lines[first];
      if (line.blank_before) result += line_end;
      result += texts[first];
      if (!line.trailing.empty()) {
        const std::size_t own = has_break(texts[first]) ? widest : width(texts[first]);
        result.append(std::max(widest, own) - own + 2, ' ');
        result += line.trailing;
      }
      result += line_end;
    }
  }
  return result;
}

bool has_unknown(const grammar::Tree& tree) {
  return std::ranges::any_of(tree.records, [](const auto& record) { return record.kind == grammar::Kind::unknown; });
}

}  // namespace

std::string format(const grammar::Sources& sources, grammar::FileId file, const grammar::Tree& tree) {
  const std::string_view text = sources.file(file).text;
  if (has_unknown(tree)) return std::string(text);
  auto lines = layout_lines(layout_tokens(tree, text));
  align_columns(lines);
  // Texts in several lines stay as they are, and the lines around them end as the file's own do.
  const auto first = text.find('\n');
  const bool has_returns = first != std::string_view::npos && first > 0 && text[first - 1] == '\r';
  return joined(lines, has_returns ? "\r\n" : "\n");
}

}  // namespace dmc::ast
