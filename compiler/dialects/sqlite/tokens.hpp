// SQLite's own lexical rules: a text cut into tokens, each with its place.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dmc::dialects::sqlite {

struct Token {
  enum class Kind {
    word,       ///< a keyword or an unquoted name
    quoted,     ///< "a", [a] or `a`, with its quotes
    string,     ///< 'a' or x'00', with its quotes
    number,     ///< unsigned
    parameter,  ///< ?1 :a @a $a
    sign
  };
  Kind kind;
  std::string_view text;  ///< as it stands
  std::size_t begin = 0;  ///< in the text it was cut from
  std::size_t end = 0;

  /// A keyword, in any letter case; never true for something quoted.
  bool is(std::string_view keyword) const;
  bool is_sign(std::string_view sign) const { return kind == Kind::sign && text == sign; }
  /// What SQLite accepts where a name must stand: a word, a quoted name, and (an old mistake it keeps) a string.
  bool can_be_name() const;
  /// The name without its quotes.
  std::string name() const;
};

/// Reads to the end whatever the text holds; an open string, name or comment ends with the text.
std::vector<Token> tokens_of(std::string_view text);

/// ASCII letters in lower case: SQLite folds no others.
std::string folded(std::string_view text);
bool same_name(std::string_view a, std::string_view b);

/// One replacement of a stretch of text.
struct Edit {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text;
};

/// `text` with the edits applied; they do not overlap and are in the order of the text.
std::string edited(std::string_view text, const std::vector<Edit>& edits);

/// Without the blanks and comments at both ends.
std::string_view trimmed(std::string_view text);

}  // namespace dmc::dialects::sqlite
