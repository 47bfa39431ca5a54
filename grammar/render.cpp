// Draws one finding the way a person reads it; the only place that turns offsets into lines and columns.
#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "grammar/characters.hpp"
#include "grammar/diagnostic.hpp"

namespace dmc::grammar {

namespace {

constexpr std::uint32_t widest_line = 110;

/// A source line as drawn, and where the underlined part lies in it, in columns.
struct Drawing {
  std::string line;
  std::string marks;
};

std::uint32_t width_of(const std::vector<Cell>& cells, std::size_t begin, std::size_t end) {
  std::uint32_t width = 0;
  for (std::size_t index = begin; index < end; ++index) width += cells[index].width;
  return width;
}

void expand_tabs(std::vector<Cell>& cells, std::string_view line) {
  std::uint32_t column = 0;
  for (Cell& cell : cells) {
    if (line[cell.offset] == '\t') {
      cell.width = tab_stop - column % tab_stop;
      cell.shown.assign(cell.width, ' ');
    }
    column += cell.width;
  }
}

/// Underlines [begin, end) of the line; a long line is clipped around the start of the mark.
Drawing draw(std::string_view line, std::uint32_t begin, std::uint32_t end) {
  // Far beyond what can be shown, bytes are left out before they are decoded, because a line may be megabytes long.
  constexpr std::uint32_t reach = 4 * widest_line;
  std::uint32_t dropped = begin > reach ? begin - reach : 0;
  while (dropped > 0 && dropped < line.size() && (static_cast<unsigned char>(line[dropped]) & 0xC0U) == 0x80U)
    ++dropped;
  const bool cut_after = line.size() - dropped > 3ULL * reach;
  const std::string_view near = line.substr(dropped, cut_after ? 3ULL * reach : std::string_view::npos);
  begin -= dropped;
  end = std::min<std::uint32_t>(end - dropped, static_cast<std::uint32_t>(near.size()));

  std::vector<Cell> all = cells(near);
  expand_tabs(all, near);
  const auto at = [&](std::uint32_t offset) {
    return static_cast<std::size_t>(std::ranges::lower_bound(all, offset, {}, &Cell::offset) - all.begin());
  };
  const std::size_t mark_begin = at(begin);
  const std::size_t mark_end = std::max(at(end), mark_begin);

  std::size_t first = 0;
  std::size_t last = all.size();
  if (std::uint32_t width = width_of(all, first, last); width > widest_line) {
    std::uint32_t before = width_of(all, first, mark_begin);
    for (; first < mark_begin && before > widest_line / 3; ++first) {
      before -= all[first].width;
      width -= all[first].width;
    }
    for (; last > first && width > widest_line; --last) width -= all[last - 1].width;
  }
  const bool clipped_front = first > 0 || dropped > 0;
  const bool clipped_back = last < all.size() || cut_after;

  Drawing drawing;
  if (clipped_front) drawing.line = "…";
  for (std::size_t index = first; index < last; ++index) drawing.line += all[index].shown;
  if (clipped_back) drawing.line += "…";
  drawing.marks.assign((clipped_front ? 1 : 0) + width_of(all, first, mark_begin), ' ');
  drawing.marks.append(std::max<std::uint32_t>(1, width_of(all, mark_begin, std::min(mark_end, last))), '^');
  return drawing;
}

}  // namespace

/// Reads the line tables of the sources it was given, and builds up one text.
class Renderer {
 public:
  explicit Renderer(const Sources& sources) : sources_(sources) {}

  std::string render(const Diagnostic& diagnostic) {
    std::vector<Note> notes = uses(diagnostic.span);
    notes.insert(notes.begin(), diagnostic.notes.begin(), diagnostic.notes.end());
    gutter_ = diagnostic.span ? number_width(sources_.origin(*diagnostic.span)) : 1;
    for (const Note& note : notes) gutter_ = std::max(gutter_, number_width(sources_.origin(note.span)));

    out_ = fmt::format("{}[{}]: {}\n", word_of(diagnostic.severity), diagnostic.code, escaped(diagnostic.message));
    if (diagnostic.span) snippet(*diagnostic.span, diagnostic.label);
    for (const Note& note : notes) {
      out_ += fmt::format("note: {}\n", escaped(note.text));
      snippet(note.span, {});
    }
    if (!diagnostic.help.empty() && (diagnostic.span || !notes.empty())) out_ += bar() + "\n";
    for (const std::string& line : diagnostic.help) out_ += fmt::format("{:{}} = {}\n", "", gutter_, escaped(line));
    return std::move(out_);
  }

 private:
  /// What led to a place inside an expansion, innermost first.
  std::vector<Note> uses(std::optional<Span> span) const {
    std::vector<Note> notes;
    while (span && sources_.file(span->file).expansion) {
      const Expansion& expansion = *sources_.file(span->file).expansion;
      notes.push_back({expansion.use, fmt::format("pattern '{}' is used here", expansion.pattern)});
      span = expansion.use;
    }
    return notes;
  }

  std::size_t number_width(Span origin) const { return std::to_string(sources_.position(origin).line).size(); }

  std::string bar() const { return std::string(gutter_, ' ') + " |"; }

  void snippet(Span span, std::string_view label) {
    const Span origin = sources_.origin(span);
    const SourceFile& file = sources_.file(origin.file);
    const Position position = sources_.position(origin);
    const LineTable& table = *sources_.lines_[origin.file];
    std::uint32_t line_begin = table.begin_of(position.line);
    std::string_view line = table.line(position.line, file.text);
    if (position.line == 1 && line.starts_with("\xEF\xBB\xBF")) {
      line.remove_prefix(3);
      line_begin = 3;
    }
    // A span may begin in the line break itself, or in front of a byte order mark.
    const auto size = static_cast<std::uint32_t>(line.size());
    const std::uint32_t begin = std::min(std::max(origin.begin, line_begin) - line_begin, size);
    const std::uint32_t end = std::min(std::max(origin.end, line_begin) - line_begin, size);
    Drawing drawing = draw(line, begin, std::max(begin, end));
    if (!label.empty()) drawing.marks += " " + escaped(label);

    out_ += fmt::format("{:{}}--> {}:{}:{}\n", "", gutter_, escaped(file.name), position.line, position.column);
    out_ += bar() + "\n";
    out_ += fmt::format("{:>{}} | {}\n", position.line, gutter_, drawing.line);
    out_ += bar() + " " + drawing.marks + "\n";
  }

  const Sources& sources_;
  std::string out_;
  std::size_t gutter_ = 1;
};

std::string render(const Diagnostic& diagnostic, const Sources& sources) {
  return Renderer(sources).render(diagnostic);
}

}  // namespace dmc::grammar
