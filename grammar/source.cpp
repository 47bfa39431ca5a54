// Line tables are made on the first question, because most files never need one.
#include "grammar/source.hpp"

#include <algorithm>
#include <utility>

namespace dmc::grammar {

namespace {

/// Code points that begin in `text`; a stray continuation byte counts as part of what precedes it.
std::uint32_t code_points(std::string_view text) {
  return static_cast<std::uint32_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// The piece that holds `offset`: the last one that begins at or before it.
std::size_t piece_at(const std::vector<Expansion::Piece>& pieces, std::uint32_t offset) {
  const auto after = std::ranges::upper_bound(pieces, offset, {}, &Expansion::Piece::begin);
  return after == pieces.begin() ? 0 : static_cast<std::size_t>(after - pieces.begin()) - 1;
}

/// One step towards where an expanded text was written. A piece that is as long as its origin was copied, so offsets
/// carry over; any other stands for its origin as a whole, because an argument replaced a splice there.
Span mapped(const std::vector<Expansion::Piece>& pieces, std::uint32_t size, Span span) {
  const auto place = [&](std::uint32_t offset) -> Span {
    const std::size_t index = piece_at(pieces, offset);
    const Expansion::Piece& piece = pieces[index];
    const std::uint32_t end = index + 1 < pieces.size() ? pieces[index + 1].begin : size;
    if (end - piece.begin != piece.origin.end - piece.origin.begin) return piece.origin;
    const std::uint32_t at = std::min(piece.origin.begin + (offset - piece.begin), piece.origin.end);
    return {piece.origin.file, at, std::min(at + 1, piece.origin.end)};
  };
  const Span first = place(span.begin);
  if (span.end <= span.begin) return {first.file, first.begin, first.begin};
  const Span last = place(span.end - 1);
  if (first.file != last.file || last.end < first.begin) return first;
  return {first.file, first.begin, last.end};
}

}  // namespace

LineTable::LineTable(std::string_view text) {
  starts_.push_back(0);
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    starts_.push_back(static_cast<std::uint32_t>(at + 1));
  }
}

std::uint32_t LineTable::line_of(std::uint32_t offset) const {
  return static_cast<std::uint32_t>(std::ranges::upper_bound(starts_, offset) - starts_.begin());
}

std::uint32_t LineTable::begin_of(std::uint32_t number) const { return starts_[number - 1]; }

std::string_view LineTable::line(std::uint32_t number, std::string_view text) const {
  const std::uint32_t begin = begin_of(number);
  std::string_view line = text.substr(begin, text.find('\n', begin) - begin);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

FileId Sources::add(std::string name, std::string text) {
  files_.push_back({std::move(name), std::move(text), std::nullopt});
  lines_.emplace_back();
  return static_cast<FileId>(files_.size() - 1);
}

FileId Sources::add_expansion(std::string name, std::string text, Expansion expansion) {
  const FileId id = add(std::move(name), std::move(text));
  files_.back().expansion = std::move(expansion);
  return id;
}

std::string_view Sources::text(Span span) const {
  return std::string_view(files_[span.file].text).substr(span.begin, span.end - span.begin);
}

Position Sources::position(Span span) const {
  const std::string_view text = files_[span.file].text;
  std::optional<LineTable>& table = lines_[span.file];
  if (!table) table.emplace(text);
  const std::uint32_t line = table->line_of(span.begin);
  const std::uint32_t begin = table->begin_of(line);
  std::uint32_t column = code_points(text.substr(begin, span.begin - begin)) + 1;
  if (line == 1 && span.begin >= 3 && text.starts_with("\xEF\xBB\xBF")) --column;
  return {line, column};
}

Span Sources::origin(Span span) const {
  while (files_[span.file].expansion && !files_[span.file].expansion->pieces.empty()) {
    const SourceFile& file = files_[span.file];
    span = mapped(file.expansion->pieces, static_cast<std::uint32_t>(file.text.size()), span);
  }
  return span;
}

}  // namespace dmc::grammar
