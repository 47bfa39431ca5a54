// Looks back from a token to the words that say what can stand there.
#include "compiler/diff/tokens.hpp"

#include <algorithm>
#include <array>

namespace dmc::diff {

namespace {

using model::SqlToken;

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_any(const SqlToken& token, const auto& words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return is_word(token, word); });
}

/// Words that one engine reserves and another takes for a name.
constexpr std::array<std::string_view, 13> names_somewhere{
    "any",          "array", "current_date", "current_role",   "current_time", "current_timestamp",
    "current_user", "false", "localtime",    "localtimestamp", "session_user", "true",
    "user"};

bool is_reserved(const SqlToken& word) {
  const bool letters =
      std::ranges::all_of(word.text, [](char c) { return (lower(c) >= 'a' && lower(c) <= 'z') || c == '_'; });
  return letters && !model::stands_unquoted(word.text) && !is_any(word, names_somewhere);
}

/// A relation may be followed by a bracket only behind these: `insert into log (a)`.
constexpr std::array<std::string_view, 4> before_list{"into", "table", "references", "on"};

/// Behind these a relation can stand: also those of `update or ignore t` and of `a in t`.
constexpr std::array<std::string_view, 19> before_relation{
    "from", "join", "into",     "update", "table",    "using", "in",   "only",   "lateral", "references",
    "on",   "view", "truncate", "exists", "rollback", "abort", "fail", "ignore", "replace"};

/// A list that begins with one of these is none of relations.
constexpr std::array<std::string_view, 7> other_lists{"select", "where",     "having", "set",
                                                      "values", "returning", "limit"};
constexpr std::array<std::string_view, 3> before_by{"order", "group", "partition"};

}  // namespace

bool is_word(const SqlToken& token, std::string_view word) {
  return token.kind == SqlToken::Kind::word &&
         std::ranges::equal(token.text, word, [](char a, char b) { return lower(a) == lower(b); });
}

bool is_sign(const SqlToken& token, std::string_view sign) {
  return token.kind == SqlToken::Kind::sign && token.text == sign;
}

Tokens::Tokens(std::string_view text) : tokens_(model::sql_tokens(text)) {
  for (auto& token : tokens_) {
    if (token.kind != SqlToken::Kind::quoted_name || text[token.begin] == '[') continue;
    const std::string twice(2, text[token.begin] == '`' ? '`' : '"');
    if (token.text.find(twice) == std::string_view::npos) continue;
    std::string& name = undoubled_.emplace_back(token.text);
    for (auto at = name.find(twice); at != std::string::npos; at = name.find(twice, at + 1)) name.erase(at, 1);
    token.text = name;
  }
  find_scopes();
}

void Tokens::find_scopes() {
  std::vector<std::size_t> open{0};
  for (std::size_t at = 0; at < size(); ++at) {
    if (is_sign(tokens_[at], ")") && open.size() > 1) open.pop_back();
    scopes_.push_back(open.back());
    if (is_sign(tokens_[at], ";") && open.size() == 1) open.back() = at + 1;
    if (!is_sign(tokens_[at], "(")) continue;
    const bool query = at + 1 < size() && (is_word(tokens_[at + 1], "select") || is_word(tokens_[at + 1], "values"));
    open.push_back(query ? at + 1 : open.back());
  }
}

bool Tokens::is_name(std::size_t at) const {
  const SqlToken& token = tokens_[at];
  if (token.kind == SqlToken::Kind::quoted_name) return true;
  if (token.kind != SqlToken::Kind::word) return false;
  return behind(at, ".") || !is_reserved(token);
}

bool Tokens::is_query_name(std::size_t at) const {
  return at + 2 < size() && is_word(tokens_[at + 1], "as") && is_sign(tokens_[at + 2], "(");
}

bool Tokens::has_query_names() const {
  return std::ranges::any_of(tokens_, [](const SqlToken& token) { return is_word(token, "with"); });
}

bool Tokens::is_call(std::size_t at) const {
  const std::size_t start = start_of(at);
  return before(at, "(") && (start == 0 || !is_any(tokens_[start - 1], before_list));
}

std::size_t Tokens::start_of(std::size_t at) const {
  while (at > 1 && behind(at, ".") && is_name(at - 2)) at -= 2;
  return at;
}

bool Tokens::can_be_relation(std::size_t at) const {
  // What an object is made of, each engine writes in its own way.
  return (size() > 0 && is_word(tokens_[0], "create")) || follows_from(start_of(at));
}

bool Tokens::follows_from(std::size_t at) const {
  if (at == 0) return false;
  if (is_any(tokens_[at - 1], before_relation)) return true;
  if (behind(at, "(")) return holds_relations(at - 1);
  return behind(at, ",") && listed_in_from(at - 1);
}

bool Tokens::holds_relations(std::size_t bracket) const {
  if (behind_word(bracket, "from") || behind_word(bracket, "join") || behind_word(bracket, "only")) return true;
  if (behind(bracket, "(")) return holds_relations(bracket - 1);
  return behind(bracket, ",") && listed_in_from(bracket - 1);
}

bool Tokens::listed_in_from(std::size_t comma) const {
  std::size_t depth = 0;
  for (std::size_t at = comma; at-- > 0;) {
    const SqlToken& token = tokens_[at];
    if (is_sign(token, ")")) {
      ++depth;
    } else if (is_sign(token, "(")) {
      if (depth == 0) return holds_relations(at);
      --depth;
    } else if (depth == 0) {
      if (is_word(token, "from") || is_word(token, "join") || is_word(token, "update")) return true;
      if (is_any(token, other_lists) || is_sign(token, ";")) return false;
      if (is_word(token, "by") && at > 0 && is_any(tokens_[at - 1], before_by)) return false;
    }
  }
  return false;
}

}  // namespace dmc::diff
