// The door to PostgreSQL's own parser (libpg_query, the grammar of 15). The only file that knows the library is
// parser.cpp.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/dialects/postgres/sql/tree.hpp"

namespace dmc::dialects::postgres::sql {

/// Why a text is not SQL to the grammar of 15; a newer server may still take it.
struct SyntaxError {
  std::string message;     ///< the parser's own words, without the text: "syntax error at or near …"
  std::size_t offset = 0;  ///< bytes; at most the size of the text
};

struct ParsedStatement {
  Node tree;  ///< `SelectStmt`, `AlterTableStmt`, …; its places count from the start of the whole text
  std::size_t begin = 0;
  std::size_t end = 0;  ///< without the `;`
};

using Parsed = std::variant<std::vector<ParsedStatement>, SyntaxError>;

/// The statements of a script. Texts that hold a zero byte, or nest deeper than the library can bear, are errors too.
/// May be called from several threads.
Parsed parse(std::string_view script);

/// The one statement of a text; nothing when it is none, several or no SQL.
std::optional<Node> parse_statement(std::string_view text);
/// A value expression; places count from the start of `text`.
std::optional<Node> parse_expression(std::string_view text);
/// `name[.name…][(arguments)][[]]`, as in a column definition: a TypeName.
std::optional<Node> parse_type(std::string_view text);

/// The tree as text, in the library's own print; nothing when that does not read back as the same tree.
std::optional<std::string> print_statement(const Node& statement);
std::optional<std::string> print_expression(const Node& expression);

/// The SQL inside a PL/pgSQL function.
struct Fragment {
  std::string text;
  bool statement = false;  ///< otherwise a value expression, or an assignment `target := value`
};
/// Of a whole `create function … language plpgsql` statement. An error when the body is not PL/pgSQL, or uses what the
/// library cannot follow outside of a server.
std::variant<std::vector<Fragment>, SyntaxError> parse_plpgsql(std::string_view create_function);

}  // namespace dmc::dialects::postgres::sql
