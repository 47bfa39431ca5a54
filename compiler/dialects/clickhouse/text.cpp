// Quotes, literals, names and lists.
#include "compiler/dialects/clickhouse/text.hpp"

#include <algorithm>

#include "compiler/model/sql_text.hpp"

namespace dmc::dialects::clickhouse {

namespace {

using Kind = model::SqlToken::Kind;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// What stands for itself behind a backslash, and what does not.
char escaped(char c) {
  constexpr std::string_view letters = "abfnrtv0e";
  constexpr std::string_view meanings{"\a\b\f\n\r\t\v\0\x1b", 9};
  const auto at = letters.find(c);
  return at == std::string_view::npos ? c : meanings[at];
}

}  // namespace

std::string readable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  char quote = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quote == 0) {
      if (c == '\'' || c == '`' || c == '"') quote = c;
      out += c;
    } else if (c == '\\' && at + 1 < text.size()) {
      const char next = text[++at];
      if (next == quote)
        out.append(2, quote);
      else if (quote == '\'')
        out.append(1, c).append(1, next);
      else
        out += escaped(next);
    } else {
      if (c == quote) quote = 0;
      out += c;
    }
  }
  return out;
}

std::string folded(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string meaning_of(std::string_view literal) {
  std::string out;
  if (literal.size() < 2) return out;
  literal = literal.substr(1, literal.size() - 2);
  for (std::size_t at = 0; at < literal.size(); ++at) {
    const char c = literal[at];
    if (c == '\'' && literal.substr(at).starts_with("''")) {
      ++at;
      out += c;
    } else if (c == '\\' && at + 1 < literal.size()) {
      const char next = literal[++at];
      const bool is_byte =
          next == 'x' && at + 2 < literal.size() && hex_digit(literal[at + 1]) >= 0 && hex_digit(literal[at + 2]) >= 0;
      out += is_byte ? static_cast<char>(hex_digit(literal[at + 1]) * 16 + hex_digit(literal[at + 2])) : escaped(next);
      if (is_byte) at += 2;
    } else {
      out += c;
    }
  }
  return out;
}

std::string literal_of(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += c;
    out += c;
  }
  return out + "'";
}

std::string name_text(std::string_view name) {
  if (model::stands_unquoted(name)) return std::string(name);
  std::string out = "`";
  for (const char c : name) out.append(c == '`' ? 2 : 1, c);
  return out + "`";
}

std::vector<std::string> parts_of(std::string_view list) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  int depth = 0;
  const auto take = [&](std::size_t end) { parts.emplace_back(trimmed(list.substr(begin, end - begin))); };
  for (const auto& token : model::sql_tokens(list)) {
    if (token.kind != Kind::sign) continue;
    if (token.text == "(" || token.text == "[" || token.text == "{") ++depth;
    if (token.text == ")" || token.text == "]" || token.text == "}") --depth;
    if (token.text != "," || depth != 0) continue;
    take(token.begin);
    begin = token.end;
  }
  take(list.size());
  if (parts.size() == 1 && parts.front().empty()) parts.clear();
  return parts;
}

Call call_of(std::string_view text) {
  text = trimmed(text);
  const auto open = text.find('(');
  if (open == std::string_view::npos || !text.ends_with(')')) return {std::string(text), {}};
  return {std::string(trimmed(text.substr(0, open))),
          std::string(trimmed(text.substr(open + 1, text.size() - open - 2)))};
}

}  // namespace dmc::dialects::clickhouse
