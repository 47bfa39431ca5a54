// A text of SQL in pieces that can be replaced, and the rules by which texts that mean the same become one. Internal to
// this folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dmc::dialects::clickhouse {

struct Piece {
  enum class Kind { word, name, string, number, sign };
  Kind kind = Kind::sign;
  std::string text;  ///< as it stands in SQL; of a word that is no keyword, as written
  bool gap = false;  ///< white space stood before it
  bool quoted = false;
  bool is(std::string_view sign) const { return kind == Kind::sign && text == sign; }
  bool is_word(std::string_view word) const { return kind == Kind::word && text == word; }
  bool is_name() const { return kind == Kind::word || kind == Kind::name; }
};
using Pieces = std::vector<Piece>;

Pieces pieces_of(std::string_view text);
std::string text_of(const Pieces& pieces);

/// What a piece that is a name is called.
std::string name_of(const Piece& piece);

/// Where the bracket that opens at `open` is closed; the end where it is not.
std::size_t closing(const Pieces& pieces, std::size_t open);

/// Whether the word, in upper case, is one that cannot be a name.
bool is_keyword(std::string_view word);

/// Takes out every pair of parentheses that changes nothing, judged by how tightly ClickHouse's operators bind.
void drop_parentheses(Pieces& pieces);

}  // namespace dmc::dialects::clickhouse
