// Cuts text as SQLite's tokenizer does: comments do not nest, [brackets] and `backticks` quote names.
#include "compiler/dialects/sqlite/tokens.hpp"

#include <algorithm>
#include <array>

namespace dmc::dialects::sqlite {

namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v'); }
constexpr bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
constexpr bool is_name_part(char c) { return is_name_start(c) || is_digit(c) || c == '$'; }
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

constexpr std::array<std::string_view, 10> long_signs{"->>", "->", "||", "<=", "<>", "<<", ">=", ">>", "==", "!="};

class Cutter {
 public:
  explicit Cutter(std::string_view text) : text_(text) {}

  bool next(Token& token) {
    skip();
    if (at_ >= text_.size()) return false;
    const char c = text_[at_];
    if ((c == 'x' || c == 'X') && peek(1) == '\'') return cut(token, Token::Kind::string, closing(at_ + 1, '\''));
    if (is_name_start(c)) return cut(token, Token::Kind::word, while_part(at_));
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return cut(token, Token::Kind::number, number_end());
    if (c == '\'') return cut(token, Token::Kind::string, closing(at_, '\''));
    if (c == '"' || c == '`') return cut(token, Token::Kind::quoted, closing(at_, c));
    if (c == '[') return cut(token, Token::Kind::quoted, std::min(text_.find(']', at_), text_.size() - 1) + 1);
    if (c == '?' || ((c == ':' || c == '@' || c == '$' || c == '#') && is_name_part(peek(1))))
      return cut(token, Token::Kind::parameter, while_part(at_ + 1));
    for (const auto sign : long_signs)
      if (text_.substr(at_, sign.size()) == sign) return cut(token, Token::Kind::sign, at_ + sign.size());
    return cut(token, Token::Kind::sign, at_ + 1);
  }

 private:
  char peek(std::size_t ahead) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  bool cut(Token& token, Token::Kind kind, std::size_t end) {
    token = {kind, text_.substr(at_, end - at_), at_, end};
    at_ = end;
    return true;
  }

  void skip() {
    while (at_ < text_.size()) {
      if (is_blank(text_[at_])) {
        ++at_;
      } else if (text_.substr(at_, 2) == "--") {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (text_.substr(at_, 2) == "/*") {
        const auto end = text_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? text_.size() : end + 2;
      } else {
        return;
      }
    }
  }

  std::size_t while_part(std::size_t end) const {
    while (end < text_.size() && is_name_part(text_[end])) ++end;
    return end;
  }

  /// Digits, a point, an exponent; letters that follow belong to the (malformed) number, as they do for SQLite.
  std::size_t number_end() const {
    std::size_t end = at_;
    while (end < text_.size() && (is_name_part(text_[end]) || text_[end] == '.')) {
      const bool exponent = lower(text_[end]) == 'e' && lower(peek(1)) != 'x';
      ++end;
      if (exponent && end + 1 < text_.size() && (text_[end] == '+' || text_[end] == '-') && is_digit(text_[end + 1]))
        ++end;
    }
    return end;
  }

  std::size_t closing(std::size_t open, char quote) const {
    for (std::size_t i = open + 1; i < text_.size(); ++i) {
      if (text_[i] != quote) continue;
      if (i + 1 >= text_.size() || text_[i + 1] != quote) return i + 1;
      ++i;
    }
    return text_.size();
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

bool Token::is(std::string_view keyword) const { return kind == Kind::word && same_name(text, keyword); }

bool Token::can_be_name() const {
  return kind == Kind::word || kind == Kind::quoted || (kind == Kind::string && text.front() == '\'');
}

std::string Token::name() const {
  if (kind != Kind::quoted && kind != Kind::string) return std::string(text);
  const char close = text.front() == '[' ? ']' : text.front();
  std::string_view inner = text.substr(1);
  if (inner.ends_with(close)) inner.remove_suffix(1);
  std::string name;
  for (std::size_t i = 0; i < inner.size(); ++i) {
    name += inner[i];
    if (inner[i] == close && i + 1 < inner.size() && inner[i + 1] == close) ++i;
  }
  return name;
}

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  Cutter cutter(text);
  for (Token token; cutter.next(token);) tokens.push_back(token);
  return tokens;
}

std::string folded(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), lower);
  return out;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char left, char right) { return lower(left) == lower(right); });
}

std::string edited(std::string_view text, const std::vector<Edit>& edits) {
  std::string out;
  std::size_t at = 0;
  for (const auto& edit : edits) {
    out.append(text, at, edit.begin - at).append(edit.text);
    at = edit.end;
  }
  return out.append(text, at);
}

std::string_view trimmed(std::string_view text) {
  const auto tokens = tokens_of(text);
  if (tokens.empty()) return {};
  return text.substr(tokens.front().begin, tokens.back().end - tokens.front().begin);
}

}  // namespace dmc::dialects::sqlite
