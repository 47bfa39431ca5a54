// A text in the database's own language. Kept as the author wrote it, compared token by token.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dmc::model {

/// One token of an SQL text. Quoted identifiers ("a", [a], `a`) become words when they could stand unquoted, so that an engine
/// that re-quotes a name does not make a difference; strings, numbers and signs stay as they are; comments are no tokens.
struct SqlToken {
  enum class Kind { word, quoted_name, string, number, sign, body };
  Kind kind;
  std::string_view text;  ///< without the quotes of a quoted name; doubled quotes stay doubled
  std::size_t begin = 0;  ///< in the text it was read from
  std::size_t end = 0;
  bool operator==(const SqlToken& other) const { return kind == other.kind && text == other.text; }
};

std::vector<SqlToken> sql_tokens(std::string_view text);

/// The tokens joined by single blanks: equal exactly when two texts are equal token by token.
std::string normalised(std::string_view text);

/// SQL as a value: equality is equality of the tokens.
struct Sql {
  std::string text;
  bool operator==(const Sql& other) const { return text == other.text || normalised(text) == normalised(other.text); }
};

/// `text` with every free-standing name `from` (word or quoted name; behind `table.` only when `table` is given and matches)
/// replaced by `to`. For texts that an engine itself rewrites at a rename.
std::string with_renamed(std::string_view text, std::string_view from, std::string_view to);

/// All words and quoted names of a text, in order, for finding dependencies.
std::vector<std::string_view> names_in(std::string_view text);

}  // namespace dmc::model
