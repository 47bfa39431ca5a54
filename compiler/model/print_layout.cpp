// The same widths and limits as the layout of `dmc fmt`, over lines that hold no comments.
#include "compiler/model/print_layout.hpp"

#include <algorithm>
#include <string_view>

namespace dmc::model {

namespace {

constexpr std::size_t line_limit = 120;
constexpr std::size_t indent = 2;
constexpr std::size_t continuation = 4;

std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool has_break(std::string_view text) { return text.find('\n') != std::string_view::npos; }

/// A part is padded where another follows it, and the parts up to it hold no line break.
bool is_padded(const PrintedLine& line, std::size_t cell) {
  if (!line.is_column || line.parts.size() <= cell + 1 || (cell == 2 && !line.has_short_option)) return false;
  return std::none_of(line.parts.begin(), line.parts.begin() + static_cast<std::ptrdiff_t>(cell) + 1, has_break);
}

void align(std::vector<PrintedLine>& lines) {
  for (std::size_t cell = 0; cell < 3; ++cell) {
    std::size_t widest = 0;
    for (const PrintedLine& line : lines)
      if (is_padded(line, cell)) widest = std::max(widest, width(line.parts[cell]));
    for (PrintedLine& line : lines)
      if (is_padded(line, cell)) line.parts[cell].append(widest - width(line.parts[cell]) + 1, ' ');
  }
}

void trim(std::string& text) { text.resize(text.find_last_not_of(' ') + 1); }

void write(std::string& out, const PrintedLine& line) {
  const std::string next_line = '\n' + std::string(line.depth * indent + continuation, ' ');
  const std::size_t start = out.size();
  out.append(line.depth * indent, ' ');
  std::size_t column = line.depth * indent;
  for (std::size_t i = 0; i < line.parts.size(); ++i) {
    std::string first_line = line.parts[i].substr(0, line.parts[i].find('\n'));
    trim(first_line);
    if (i > 0 && column + 1 + width(first_line) > line_limit) {
      trim(out);
      out += next_line;
      column = next_line.size() - 1;
    } else if (i > 0) {
      out += ' ';
      ++column;
    }
    out += line.parts[i];
    const auto last_break = out.rfind('\n');
    column = width(
        std::string_view(out).substr(last_break == std::string::npos || last_break < start ? start : last_break + 1));
  }
  out += '\n';
}

}  // namespace

std::string laid_out(std::vector<PrintedLine> lines) {
  align(lines);
  std::string out;
  for (const PrintedLine& line : lines) write(out, line);
  return out;
}

}  // namespace dmc::model
