// A text in the database's own language. Kept as the author wrote it, compared token by token.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dmc::model {

/// One token of an SQL text. Quoted identifiers ("a", [a], `a`) become words when they could stand unquoted, so that an
/// engine that re-quotes a name does not make a difference; strings, numbers and signs stay as they are; comments are
/// no tokens.
struct SqlToken {
  enum class Kind {
    word,         ///< a keyword or a name; also `${…}`
    quoted_name,  ///< one that needs its quotes
    string,       ///< with its quotes and prefix: 'a''b', E'\n', x'00'
    number,
    sign,  ///< an operator, a bracket, a separator, a parameter ($1)
    body   ///< what stands between dollar quotes
  };
  Kind kind;
  std::string_view text;  ///< without the quotes of a quoted name or a body; doubled quotes stay doubled
  std::size_t begin = 0;  ///< in the text it was read from
  std::size_t end = 0;
  bool operator==(const SqlToken& other) const { return kind == other.kind && text == other.text; }
};

/// Reads to the end, whatever the text holds: an open string, name or comment ends with the text.
std::vector<SqlToken> sql_tokens(std::string_view text);

/// The tokens joined by single blanks: equal exactly when two texts are equal token by token.
std::string normalised(std::string_view text);

/// SQL as a value: equality is equality of the tokens.
struct Sql {
  std::string text;
  bool operator==(const Sql& other) const { return text == other.text || normalised(text) == normalised(other.text); }
};

/// What a text is and whose names it uses, for `with_renamed`.
struct RenameScope {
  enum class Text {
    statements,  ///< a query or statements: a name is meant where the table is named
    expression,  ///< of the table itself (check, index, generated column, default): free names are its columns
    trigger      ///< body or condition of a trigger of the table: statements, in which `new` and `old` are its rows
  };
  std::string_view table;  ///< whose column is renamed; empty: a table is renamed
  Text text = Text::statements;
  bool fold_case = false;  ///< names that differ by ASCII letter case alone are the same
};

/// `text` with a table or a column called `to` instead of `from`, in quotes when it needs them. A table is meant where
/// a table can stand or as the qualifier of a column; a column where it stands free in a statement that names its
/// table, or behind the table, an alias of it, `new` or `old`. Functions, aliases and names behind other qualifiers
/// stay. For texts that an engine itself rewrites at a rename.
std::string with_renamed(std::string_view text, std::string_view from, std::string_view to,
                         const RenameScope& scope = {});

/// All words and quoted names of a text, in order, for finding dependencies.
std::vector<std::string_view> names_in(std::string_view text);

/// Whether the text has that word or name, wherever.
bool says(std::string_view text, std::string_view name);

/// Whether a name could stand unquoted: a word that no engine reserves.
bool stands_unquoted(std::string_view name);

/// Where the text stands last outside of names in double quotes; npos when it does not.
std::size_t last_outside_quotes(std::string_view in, std::string_view text);

/// A path as plans and the model write it, `Order Details.id` of `"Order Details".id`.
std::string unquoted_path(std::string_view path);

}  // namespace dmc::model
