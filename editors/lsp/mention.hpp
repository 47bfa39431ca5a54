// What the names of a file mean: each one that declares something or refers to it. Made once for each parse, by the
// shape of the tree alone; what is there to be met is only asked when somebody wants to know.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "grammar/tree.hpp"

namespace dmc::lsp {

enum class Meaning : std::uint8_t {
  database,
  schema,
  relation,  ///< a table, a view, a materialized view
  column,
  index,
  constraint,
  type,  ///< an enum, a domain; a column's type may also be the engine's own
  enum_value,
  function,
  trigger,
  sequence,
  policy,
  pattern,
  parameter,
  change,
  other
};

/// A name in an argument of a use, which the pattern's parameter gives its meaning.
struct ArgumentOf {
  std::string_view pattern;  ///< empty: it is none
  std::string_view library;  ///< "std", of `std.updated_at`
  std::uint16_t number = 0;  ///< from 0
  bool in_front = false;     ///< before the last name of its path
  std::string_view before;   ///< the name in front of it
  std::string_view table;    ///< the argument before that is a path
};

/// A name in a text. Views are into that text.
struct Mention {
  std::uint32_t begin = 0;  ///< of the name
  std::uint32_t end = 0;
  Meaning meaning = Meaning::other;
  bool declares = false;
  grammar::Kind kind = grammar::Kind::unknown;  ///< of a declaration: what it declares
  std::uint32_t whole_begin = 0;                ///< of a declaration: all of it
  std::uint32_t whole_end = 0;
  std::string_view name;       ///< without its quotes
  std::string_view owner;      ///< of a column, constraint, trigger: the table; of an enum's value: the enum
  std::string_view qualifier;  ///< schema or database in front of it, or the schema it stands in; empty: unsaid
  std::string_view database;   ///< it stands in; empty: none, as in a change
  bool in_sql = false;         ///< a word of SQL, with the quotes that it has there
  bool sure = true;            ///< false: a word of SQL that may mean something else
  ArgumentOf argument{};
  bool output = false;  ///< a column of a query bears this name, and others read it so
};

/// SQL in the text, and the table whose columns it speaks of; empty when none encloses it.
struct SqlPiece {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::string_view owner;
  std::string_view schema;
  std::string_view database;
};

struct Mentions {
  std::vector<Mention> names;  ///< in the order of the text, outer declarations before what is in them
  std::vector<SqlPiece> sql;
};

Mentions mentions_of(const grammar::Tree& tree);

/// Whether both may be the same thing: what is unsaid on one side fits.
bool same_thing(const Mention& left, const Mention& right);

/// The words in SQL that can be names, without texts and comments; `brackets`: `[a name]` is one.
std::vector<Mention> words_of(std::string_view text, const SqlPiece& piece, bool brackets);

/// What an alias may stand for: "users" of `users as u` and of `users u`, whatever that is.
std::vector<Mention> before_alias(std::string_view text, const std::vector<Mention>& words, std::string_view alias);

}  // namespace dmc::lsp
