// Source texts and places in them. Nothing else in the program carries a position.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dmc::grammar {

using FileId = std::uint32_t;

/// Half-open range of byte offsets [begin, end) in one file.
struct Span {
  FileId file = 0;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bool operator==(const Span&) const = default;
};

/// A line and a column for people, both from 1; columns count code points.
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

/// Offsets at which lines begin; made once per file, on the first question.
class LineTable {
 public:
  explicit LineTable(std::string_view text);
  /// 1-based line that holds the byte offset.
  std::uint32_t line_of(std::uint32_t offset) const;
  /// The line's text without its line break.
  std::string_view line(std::uint32_t number, std::string_view text) const;
  std::uint32_t begin_of(std::uint32_t number) const;

 private:
  std::vector<std::uint32_t> starts_;
};

/// Where a text that a pattern expanded to came from.
struct Expansion {
  Span use;             ///< the `use …;` statement
  std::string pattern;  ///< its name, for people
  /// Pieces of the expanded text and the pattern's text they came from, ordered by `begin`.
  struct Piece {
    std::uint32_t begin = 0;
    Span origin;
  };
  std::vector<Piece> pieces;
};

struct SourceFile {
  std::string name;  ///< path relative to the project, with '/', as shown to people
  std::string text;
  std::optional<Expansion> expansion;
};

/// All texts of one compile. Files never move once added, so views into their texts stay valid.
class Sources {
 public:
  FileId add(std::string name, std::string text);
  FileId add_expansion(std::string name, std::string text, Expansion expansion);
  const SourceFile& file(FileId id) const { return files_[id]; }
  std::size_t size() const { return files_.size(); }
  std::string_view text(Span span) const;
  Position position(Span span) const;
  /// The span itself, or, inside an expansion, the place in the pattern's own file.
  Span origin(Span span) const;

 private:
  std::deque<SourceFile> files_;
  mutable std::deque<std::optional<LineTable>> lines_;
  friend class Renderer;
};

}  // namespace dmc::grammar
