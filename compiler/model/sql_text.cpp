// Cuts SQL into tokens. It knows what every engine shares and no grammar, so that text can be compared and not
// understood.
#include "compiler/model/sql_text.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace dmc::model {

namespace {

using Kind = SqlToken::Kind;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool begins_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
constexpr bool is_word_part(char c) { return begins_word(c) || is_digit(c) || c == '$'; }
constexpr bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Longest first among those that begin alike.
constexpr std::array<std::string_view, 40> long_signs{"->>", "#>>", "!~*", "<=>", "||/", "@@@", "->", "#>", "#-", "!~",
                                                      "!=",  "!!",  "<>",  "<=",  "<<",  "<@",  "<#", "<-", "||", "|/",
                                                      "|>",  "@>",  "@@",  "@?",  "::",  ":=",  "==", "=>", ">=", ">>",
                                                      "&&",  "&<",  "&>",  "?|",  "?&",  "~*",  "~~", "**", "..", "^@"};

/// Words that an engine takes for something else when a name of that spelling is not quoted; sorted.
constexpr std::array<std::string_view, 69> reserved{"add",
                                                    "all",
                                                    "alter",
                                                    "and",
                                                    "any",
                                                    "array",
                                                    "as",
                                                    "autoincrement",
                                                    "between",
                                                    "case",
                                                    "check",
                                                    "collate",
                                                    "commit",
                                                    "constraint",
                                                    "create",
                                                    "current_date",
                                                    "current_role",
                                                    "current_time",
                                                    "current_timestamp",
                                                    "current_user",
                                                    "default",
                                                    "deferrable",
                                                    "delete",
                                                    "distinct",
                                                    "drop",
                                                    "else",
                                                    "escape",
                                                    "except",
                                                    "exists",
                                                    "false",
                                                    "foreign",
                                                    "from",
                                                    "group",
                                                    "having",
                                                    "in",
                                                    "index",
                                                    "insert",
                                                    "intersect",
                                                    "into",
                                                    "is",
                                                    "isnull",
                                                    "join",
                                                    "limit",
                                                    "localtime",
                                                    "localtimestamp",
                                                    "not",
                                                    "notnull",
                                                    "null",
                                                    "on",
                                                    "or",
                                                    "order",
                                                    "primary",
                                                    "references",
                                                    "returning",
                                                    "select",
                                                    "session_user",
                                                    "set",
                                                    "table",
                                                    "then",
                                                    "to",
                                                    "true",
                                                    "union",
                                                    "unique",
                                                    "update",
                                                    "user",
                                                    "using",
                                                    "values",
                                                    "when",
                                                    "where"};
static_assert(std::ranges::is_sorted(reserved));
constexpr std::size_t longest_reserved = 17;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

class Tokeniser {
 public:
  explicit Tokeniser(std::string_view text) : text_(text) {}

  std::optional<SqlToken> next() {
    skip_blanks();
    if (at_ >= text_.size()) return std::nullopt;
    const char c = text_[at_];
    if (begins_word(c)) return word();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)) && !behind_name())) return number();
    if (c == '\'') return string(0, false);
    if (c == '"' || c == '`') return name(c);
    if (c == '[' && bracket_is_name()) return name(']');
    if (c == '$') return dollar();
    return sign();
  }

 private:
  char peek(std::size_t ahead) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool looking_at(std::string_view sign) const { return text_.substr(at_, sign.size()) == sign; }

  SqlToken cut(Kind kind, std::size_t end, std::string_view shown) {
    const SqlToken token{kind, shown, at_, end};
    at_ = last_end_ = end;
    return token;
  }
  SqlToken cut(Kind kind, std::size_t end) {
    end = std::min(end, text_.size());
    return cut(kind, end, text_.substr(at_, end - at_));
  }

  void skip_blanks() {
    while (at_ < text_.size()) {
      if (is_blank(text_[at_]))
        ++at_;
      else if (looking_at("--"))
        at_ = std::min(text_.find('\n', at_), text_.size());
      else if (looking_at("/*"))
        at_ = comment_end();
      else
        return;
    }
  }

  /// Comments nest, as they do in `.mig`. Engines in which they do not nest can hold a text where that finds no end:
  /// there the first `*/` counts, because nothing that acts may be taken for a comment.
  std::size_t comment_end() const {
    std::size_t depth = 0;
    for (std::size_t i = at_; i + 1 < text_.size(); ++i) {
      const std::string_view two = text_.substr(i, 2);
      if (two == "/*") {
        ++depth;
        ++i;
      } else if (two == "*/") {
        ++i;
        if (--depth == 0) return i + 1;
      }
    }
    const std::size_t first = text_.find("*/", at_ + 2);
    return first == std::string_view::npos ? text_.size() : first + 2;
  }

  SqlToken word() {
    std::size_t end = at_ + 1;
    while (end < text_.size() && is_word_part(text_[end])) ++end;
    const std::size_t length = end - at_;
    if (end < text_.size() && text_[end] == '\'' && length == 1) {
      const char prefix = lower(text_[at_]);
      if (prefix == 'e' || prefix == 'x' || prefix == 'b' || prefix == 'n') return string(1, prefix == 'e');
    }
    if (length == 1 && lower(text_[at_]) == 'u' && peek(1) == '&' && (peek(2) == '\'' || peek(2) == '"'))
      return peek(2) == '\'' ? string(2, false) : cut(Kind::quoted_name, closing(at_ + 2, '"', false));
    return cut(Kind::word, end);
  }

  SqlToken number() {
    std::size_t end = at_;
    const auto letters_or_digits = [&] {
      while (end < text_.size() && (is_digit(text_[end]) || begins_word(text_[end]))) ++end;
    };
    letters_or_digits();
    if (end < text_.size() && text_[end] == '.' && !(end + 1 < text_.size() && text_[end + 1] == '.')) {
      ++end;
      letters_or_digits();
    }
    const bool hexadecimal = lower(peek(1)) == 'x';
    if (!hexadecimal && end > at_ && lower(text_[end - 1]) == 'e' && end + 1 < text_.size() &&
        (text_[end] == '+' || text_[end] == '-') && is_digit(text_[end + 1])) {
      ++end;
      letters_or_digits();
    }
    return cut(Kind::number, end);
  }

  /// Offset behind the quote that closes the one at `open`.
  std::size_t closing(std::size_t open, char quote, bool backslashes) const {
    for (std::size_t i = open + 1; i < text_.size(); ++i) {
      if (backslashes && text_[i] == '\\') {
        ++i;
      } else if (text_[i] == quote) {
        if (i + 1 >= text_.size() || text_[i + 1] != quote) return i + 1;
        ++i;
      }
    }
    return text_.size();
  }

  SqlToken string(std::size_t prefix, bool backslashes) {
    return cut(Kind::string, closing(at_ + prefix, '\'', backslashes));
  }

  SqlToken name(char close) {
    const std::size_t end = closing(at_, close, false);
    const bool closed = end - at_ >= 2 && text_[end - 1] == close;
    const std::string_view inner = text_.substr(at_ + 1, end - at_ - (closed ? 2 : 1));
    return cut(stands_unquoted(inner) ? Kind::word : Kind::quoted_name, end, inner);
  }

  bool behind_name() const {
    return at_ > 0 && last_end_ == at_ &&
           (is_word_part(text_[at_ - 1]) || text_[at_ - 1] == ']' || text_[at_ - 1] == ')' || text_[at_ - 1] == '"' ||
            text_[at_ - 1] == '`');
  }

  /// `[` quotes a name in one engine and opens an array in another: right behind a value it is a subscript, and what
  /// holds a list, a string or a number is an array.
  bool bracket_is_name() const {
    if (behind_name() || !begins_word(peek(1))) return false;
    const std::size_t end = text_.find(']', at_);
    return end != std::string_view::npos &&
           text_.substr(at_, end - at_).find_first_of(",'\"()\n") == std::string_view::npos;
  }

  /// A body ($$ … $$), a parameter ($1), a splice (${env NAME}) or a lone sign.
  SqlToken dollar() {
    if (peek(1) == '{') return cut(Kind::word, std::min(text_.find('}', at_), text_.size() - 1) + 1);
    std::size_t end = at_ + 1;
    if (is_digit(peek(1))) {
      while (end < text_.size() && is_digit(text_[end])) ++end;
      return cut(Kind::sign, end);
    }
    while (end < text_.size() && (begins_word(text_[end]) || is_digit(text_[end]))) ++end;
    if (end >= text_.size() || text_[end] != '$') return cut(Kind::sign, at_ + 1);
    const std::string_view tag = text_.substr(at_, end + 1 - at_);
    const std::size_t close = text_.find(tag, end + 1);
    if (close == std::string_view::npos) return cut(Kind::body, text_.size(), text_.substr(end + 1));
    return cut(Kind::body, close + tag.size(), text_.substr(end + 1, close - end - 1));
  }

  SqlToken sign() {
    constexpr std::string_view alone = "(),;[]{}";
    if (alone.find(text_[at_]) != std::string_view::npos) return cut(Kind::sign, at_ + 1);
    for (const std::string_view sign : long_signs)
      if (looking_at(sign)) return cut(Kind::sign, at_ + sign.size());
    return cut(Kind::sign, at_ + 1);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t last_end_ = 0;
};

/// A quoted name in one way of quoting, whatever quotes it stood in.
void append_quoted(std::string& out, std::string_view source, const SqlToken& token) {
  const char open = source[token.begin];
  if (open != '"' && open != '`' && open != '[') {
    out += token.text;
    return;
  }
  const char quote = open == '[' ? ']' : open;
  out += '"';
  for (std::size_t i = 0; i < token.text.size(); ++i) {
    const char c = token.text[i];
    if (c == quote && i + 1 < token.text.size() && token.text[i + 1] == quote) ++i;
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void append_body(std::string& out, std::string_view source, const SqlToken& token) {
  if (token.text.find("$$") != std::string_view::npos || token.text.ends_with('$')) {
    out += source.substr(token.begin, token.end - token.begin);
    return;
  }
  out.append("$$").append(token.text).append("$$");
}

}  // namespace

bool stands_unquoted(std::string_view name) {
  if (name.empty() || !begins_word(name.front()) || static_cast<unsigned char>(name.front()) >= 0x80) return false;
  for (const char c : name)
    if (!is_word_part(c) || c == '$' || static_cast<unsigned char>(c) >= 0x80) return false;
  if (name.size() > longest_reserved) return true;
  std::string folded(name);
  std::ranges::transform(folded, folded.begin(), lower);
  return !std::ranges::binary_search(reserved, std::string_view(folded));
}

std::vector<SqlToken> sql_tokens(std::string_view text) {
  std::vector<SqlToken> tokens;
  Tokeniser tokeniser(text);
  while (auto token = tokeniser.next()) tokens.push_back(*token);
  return tokens;
}

std::string normalised(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  Tokeniser tokeniser(text);
  while (const auto token = tokeniser.next()) {
    if (!out.empty()) out += ' ';
    if (token->kind == Kind::quoted_name)
      append_quoted(out, text, *token);
    else if (token->kind == Kind::body)
      append_body(out, text, *token);
    else
      out += token->text;
  }
  return out;
}

std::vector<std::string_view> names_in(std::string_view text) {
  std::vector<std::string_view> names;
  Tokeniser tokeniser(text);
  while (const auto token = tokeniser.next())
    if (token->kind == Kind::word || token->kind == Kind::quoted_name) names.push_back(token->text);
  return names;
}

bool says(std::string_view text, std::string_view name) {
  const auto names = names_in(text);
  return std::ranges::find(names, name) != names.end();
}

std::size_t last_outside_quotes(std::string_view in, std::string_view text) {
  std::size_t last = std::string_view::npos;
  bool quoted = false;
  for (std::size_t at = 0; at < in.size(); ++at) {
    quoted = quoted != (in[at] == '"');
    if (!quoted && in.substr(at).starts_with(text)) last = at;
  }
  return last;
}

std::string unquoted_path(std::string_view path) {
  std::string plain;
  bool quoted = false;
  for (std::size_t at = 0; at < path.size(); ++at) {
    const bool doubled = quoted && path.substr(at).starts_with("\"\"");
    if (path[at] != '"' || doubled) plain += path[at];
    if (doubled)
      ++at;
    else if (path[at] == '"')
      quoted = !quoted;
  }
  return plain;
}

}  // namespace dmc::model
