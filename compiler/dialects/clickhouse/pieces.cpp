// A pair of parentheses is needed where an operator beside it binds more tightly than one inside of it.
#include "compiler/dialects/clickhouse/pieces.hpp"

#include <algorithm>
#include <array>

#include "compiler/dialects/clickhouse/text.hpp"
#include "compiler/model/sql_text.hpp"

namespace dmc::dialects::clickhouse {

namespace {

using TokenKind = model::SqlToken::Kind;

/// Words that ClickHouse takes for a name nowhere unless they are quoted; sorted.
constexpr auto keywords = std::to_array<std::string_view>(
    {"AND",      "AS",     "ASC",   "BETWEEN", "BY",     "CASE",  "CAST",  "CROSS", "DESC",  "DISTINCT",
     "ELSE",     "EXISTS", "FROM",  "GROUP",   "HAVING", "ILIKE", "IN",    "INNER", "INTO",  "IS",
     "JOIN",     "LIKE",   "LIMIT", "NOT",     "NULL",   "ON",    "OR",    "ORDER", "OUTER", "OVER",
     "PREWHERE", "SELECT", "THEN",  "UNION",   "USING",  "WHEN",  "WHERE", "WITH"});
static_assert(std::ranges::is_sorted(keywords));

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

bool opens(const Piece& piece) { return piece.is("(") || piece.is("[") || piece.is("{"); }
bool closes(const Piece& piece) { return piece.is(")") || piece.is("]") || piece.is("}"); }

/// How tightly it binds; the numbers are ClickHouse's own (ExpressionListParsers.cpp).
constexpr int loosest = 0, alternative = 3, conjunction = 4, negation = 5, is_null = 6, range = 7, comparison = 9,
              concatenation = 10, sum = 11, product = 12, minus = 13, access = 14, atom = 100;

struct Operator {
  std::string_view text;
  int binding;
};
constexpr auto signs = std::to_array<Operator>({{"->", loosest},
                                                {"?", loosest},
                                                {":", loosest},
                                                {"=", comparison},
                                                {"!=", comparison},
                                                {"<", comparison},
                                                {">", comparison},
                                                {"<=", comparison},
                                                {">=", comparison},
                                                {"<=>", comparison},
                                                {"||", concatenation},
                                                {"+", sum},
                                                {"-", sum},
                                                {"*", product},
                                                {"/", product},
                                                {"%", product},
                                                {".", access},
                                                {"::", access},
                                                {"[", access}});
constexpr auto words = std::to_array<Operator>({{"OR", alternative},
                                                {"AND", conjunction},
                                                {"NOT", negation},
                                                {"IS", is_null},
                                                {"BETWEEN", range},
                                                {"LIKE", comparison},
                                                {"ILIKE", comparison},
                                                {"IN", comparison}});

/// Whether an operator of two sides can stand behind it.
bool ends_value(const Piece& piece) {
  if (piece.kind == Piece::Kind::sign) return piece.is(")") || piece.is("]") || piece.is("}");
  return piece.kind != Piece::Kind::word || !is_keyword(piece.text) || piece.text == "NULL";
}

/// How tightly the operator at `at` binds; nothing when it is none.
int binding_of(const Pieces& pieces, std::size_t at) {
  const Piece& piece = pieces[at];
  const bool has_left = at > 0 && ends_value(pieces[at - 1]);
  if (piece.kind == Piece::Kind::word) {
    for (const auto& [text, binding] : words)
      if (piece.text == text) {
        const bool denies = text == "NOT" && has_left;  // `a NOT IN b`, `a IS NOT NULL`
        return denies ? comparison : binding;
      }
    return atom;
  }
  if (piece.kind != Piece::Kind::sign) return atom;
  if (piece.text == "-" && !has_left) return minus;
  if ((piece.text == "*" || piece.text == "[") && !has_left) return atom;
  for (const auto& [text, binding] : signs)
    if (piece.text == text) return binding;
  return atom;
}

bool is_call(const Pieces& pieces, std::size_t open) {
  if (open == 0) return false;
  const Piece& before = pieces[open - 1];
  if (before.kind == Piece::Kind::word && is_keyword(before.text))
    return before.text == "IN" || before.text == "AS" || before.text == "CAST" || before.text == "OVER" ||
           before.text == "USING" || before.text == "EXISTS" || before.text == "DISTINCT" || before.text == "WITH" ||
           before.text == "FROM" || before.text == "JOIN";
  return ends_value(before);
}

/// Whether the parentheses hold one value, and not a list, a query or nothing.
bool holds_value(const Pieces& pieces, std::size_t open, std::size_t close) {
  if (close == open + 1) return false;
  const Piece& first = pieces[open + 1];
  if (first.is_word("SELECT") || first.is_word("WITH") || first.is("*")) return false;
  for (std::size_t at = open + 1; at < close; ++at) {
    if (pieces[at].is(",") || pieces[at].is_word("AS") || pieces[at].is_word("CASE") || pieces[at].is_word("BETWEEN"))
      return false;
    if (opens(pieces[at])) at = closing(pieces, at);
  }
  return true;
}

int loosest_inside(const Pieces& pieces, std::size_t open, std::size_t close) {
  int found = atom;
  for (std::size_t at = open + 1; at < close; ++at) {
    found = std::min(found, binding_of(pieces, at));
    if (opens(pieces[at])) at = closing(pieces, at);
  }
  return found;
}

/// A value stands between these as between brackets.
bool is_border(const Piece& piece) {
  if (piece.is(",") || opens(piece) || closes(piece) || piece.is(";")) return true;
  return piece.kind == Piece::Kind::word && is_keyword(piece.text) && piece.text != "AS";
}

bool is_redundant(const Pieces& pieces, std::size_t open, std::size_t close) {
  if (is_call(pieces, open) || !holds_value(pieces, open, close)) return false;
  const int inside = loosest_inside(pieces, open, close);
  if (open > 0) {
    const int left = binding_of(pieces, open - 1);
    if (left == atom ? !is_border(pieces[open - 1]) : inside <= left) return false;
  }
  if (close + 1 == pieces.size()) return true;
  const int right = binding_of(pieces, close + 1);
  if (right != atom) return inside >= right;
  const bool is_whole = open == 0 || binding_of(pieces, open - 1) == atom;
  return is_border(pieces[close + 1]) || inside == atom || (is_whole && pieces[close + 1].is_word("AS"));
}

Piece piece_of(std::string_view text, const model::SqlToken& token) {
  std::string source(text.substr(token.begin, token.end - token.begin));
  switch (token.kind) {
    case TokenKind::word: {
      const bool quoted = source.front() == '`' || source.front() == '"';
      const std::string folded = token.text == "Null" ? "Null" : upper(token.text);  // the engine
      if (quoted && is_keyword(folded)) return {Piece::Kind::name, "`" + std::string(token.text) + "`", false, true};
      if (!quoted && is_keyword(folded)) return {Piece::Kind::word, folded};
      return {Piece::Kind::word, std::string(token.text), false, quoted};
    }
    case TokenKind::quoted_name: {
      if (source.front() != '"') return {Piece::Kind::name, std::move(source), false, true};
      std::string name;
      for (std::size_t at = 1; at + 1 < source.size(); ++at) {
        if (source[at] == '"') ++at;
        name += source[at];
      }
      return {Piece::Kind::name, name_text(name), false, true};
    }
    case TokenKind::string:
    case TokenKind::body:
      return {Piece::Kind::string, std::move(source)};
    case TokenKind::number:
      return {Piece::Kind::number, std::move(source)};
    case TokenKind::sign:
      break;
  }
  if (source == "==") source = "=";
  if (source == "<>") source = "!=";
  return {Piece::Kind::sign, std::move(source)};
}

void append_pieces(Pieces& pieces, std::string_view text, bool gap) {
  std::size_t end = 0;
  for (const auto& token : model::sql_tokens(text)) {
    const bool has_gap = token.begin > end || (end == 0 && gap);
    end = token.end;
    const char first = text[token.begin];
    if (first == '[' && token.end - token.begin > 1) {  // an array of one name, which elsewhere is a quoted name
      pieces.push_back({Piece::Kind::sign, "[", has_gap});
      append_pieces(pieces, text.substr(token.begin + 1, token.end - token.begin - 2), false);
      pieces.push_back({Piece::Kind::sign, "]"});
      continue;
    }
    if (token.kind == TokenKind::sign && token.text == "<-") {
      pieces.push_back({Piece::Kind::sign, "<", has_gap});
      pieces.push_back({Piece::Kind::sign, "-"});
      continue;
    }
    // `null()` is a function: a source of dictionaries, a table function.
    if (token.kind == TokenKind::sign && token.text == "(" && !pieces.empty() && pieces.back().is_word("NULL"))
      pieces.back().text = "null";
    pieces.push_back(piece_of(text, token));
    pieces.back().gap = has_gap;
  }
}

}  // namespace

bool is_keyword(std::string_view word) { return std::ranges::binary_search(keywords, word); }

Pieces pieces_of(std::string_view text) {
  Pieces pieces;
  append_pieces(pieces, readable(text), false);
  return pieces;
}

std::string text_of(const Pieces& pieces) {
  std::string text;
  for (const Piece& piece : pieces) text += (piece.gap && !text.empty() ? " " : "") + piece.text;
  return text;
}

std::string name_of(const Piece& piece) {
  if (!piece.text.starts_with('`')) return piece.text;
  std::string name;
  for (std::size_t at = 1; at + 1 < piece.text.size(); ++at) {
    if (piece.text[at] == '`') ++at;
    name += piece.text[at];
  }
  return name;
}

std::size_t closing(const Pieces& pieces, std::size_t open) {
  int depth = 0;
  for (std::size_t at = open; at < pieces.size(); ++at) {
    if (opens(pieces[at])) ++depth;
    if (closes(pieces[at]) && --depth == 0) return at;
  }
  return pieces.size() - 1;
}

void drop_parentheses(Pieces& pieces) {
  for (std::size_t from = pieces.size(); from-- > 0;) {
    if (!pieces[from].is("(")) continue;
    const std::size_t close = closing(pieces, from);
    if (!pieces[close].is(")") || !is_redundant(pieces, from, close)) continue;
    pieces[from + 1].gap = pieces[from].gap;
    const bool joins = close + 1 < pieces.size() && pieces[close + 1].is_name();
    if (joins) pieces[close + 1].gap = true;
    pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(close));
    pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(from));
    // `NOT(x)` must not become one word, nor `a -(-1)` a comment.
    if (from > 0 && (pieces[from - 1].is_name() || pieces[from].kind == Piece::Kind::sign)) pieces[from].gap = true;
  }
}

}  // namespace dmc::dialects::clickhouse
