// No grammar: tokens, brackets, and the words that open and close.
#include "compiler/dialects/postgres/statements.hpp"

#include <algorithm>

#include "compiler/model/sql_text.hpp"

namespace dmc::dialects::postgres {

namespace {

using Kind = model::SqlToken::Kind;

bool is_word(const model::SqlToken& token, std::string_view word) {
  if (token.kind != Kind::word || token.text.size() != word.size()) return false;
  return std::ranges::equal(token.text, word, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

bool is_sign(const model::SqlToken& token, std::string_view sign) {
  return token.kind == Kind::sign && token.text == sign;
}

int step_of(const model::SqlToken& token) {
  if (is_sign(token, "(") || is_sign(token, "[")) return 1;
  return is_sign(token, ")") || is_sign(token, "]") ? -1 : 0;
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin);
}

}  // namespace

std::vector<std::string> statements_in(std::string_view text) {
  std::vector<std::string> statements;
  std::size_t from = 0;
  int depth = 0;
  const auto add = [&](std::size_t until) {
    if (const auto one = trimmed(text.substr(from, until - from)); !one.empty()) statements.emplace_back(one);
  };
  const auto tokens = model::sql_tokens(text);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto& token = tokens[i];
    // A body that is written as SQL holds statements of its own.
    if (is_word(token, "begin") && i + 1 < tokens.size() && is_word(tokens[i + 1], "atomic")) ++depth;
    if (depth > 0 && is_word(token, "case")) ++depth;
    if (depth > 0 && is_word(token, "end")) --depth;
    if (depth > 0 || !is_sign(token, ";")) continue;
    add(token.begin);
    from = token.end;
  }
  add(text.size());
  return statements;
}

bool has_sql_body(std::string_view create_function) {
  const auto tokens = model::sql_tokens(create_function);
  return std::ranges::any_of(tokens,
                             [](const auto& token) { return is_word(token, "atomic") || is_word(token, "return"); });
}

std::string or_replace(std::string_view create) {
  const auto tokens = model::sql_tokens(create);
  if (tokens.size() < 2 || !is_word(tokens[0], "create") || is_word(tokens[1], "or")) return std::string(create);
  std::string text(create.substr(0, tokens[0].end));
  return text.append(" or replace").append(create.substr(tokens[0].end));
}

std::string signature_of(std::string_view create) {
  const auto tokens = model::sql_tokens(create);
  std::size_t i = 0;
  while (i < tokens.size() && !is_sign(tokens[i], "(")) ++i;
  std::string signature;
  int depth = 0;
  for (; i < tokens.size(); ++i) {
    depth += step_of(tokens[i]);
    signature.append(tokens[i].text).append(" ");
    if (depth == 0) break;
  }
  if (++i >= tokens.size() || !is_word(tokens[i], "returns")) return signature;
  // The result ends where the first property of the function begins.
  constexpr std::string_view ends[] = {"language", "as",       "immutable", "stable",  "volatile",  "strict",
                                       "called",   "security", "cost",      "rows",    "parallel",  "leakproof",
                                       "window",   "set",      "support",   "returns", "transform", "begin",
                                       "return",   "not",      "external"};
  for (++i; i < tokens.size(); ++i) {
    depth += step_of(tokens[i]);
    if (depth == 0 && std::ranges::any_of(ends, [&](auto word) { return is_word(tokens[i], word); })) break;
    signature.append(tokens[i].text).append(" ");
  }
  return signature;
}

std::optional<SelectList> select_list(std::string_view query) {
  const auto tokens = model::sql_tokens(query);
  if (tokens.size() < 2 || !is_word(tokens[0], "select") || is_word(tokens[1], "distinct")) return std::nullopt;
  SelectList list;
  int depth = 0;
  std::size_t from = tokens[0].end;
  bool in_list = true;
  for (const auto& token : tokens) {
    depth += step_of(token);
    if (depth > 0) continue;
    if (is_word(token, "union") || is_word(token, "intersect") || is_word(token, "except")) return std::nullopt;
    if (!in_list) continue;
    const bool ends = is_word(token, "from");
    if (!ends && !is_sign(token, ",")) continue;
    list.items.push_back(model::normalised(query.substr(from, token.begin - from)));
    from = token.end;
    if (!ends) continue;
    in_list = false;
    list.rest = model::normalised(query.substr(token.begin));
  }
  if (in_list) return std::nullopt;
  return list;
}

}  // namespace dmc::dialects::postgres
