// Renames a table or a column in SQL that is known by its tokens alone, as engines do it in the texts they hold.
#include <algorithm>
#include <array>
#include <span>

#include "compiler/model/sql_text.hpp"

namespace dmc::model {

namespace {

using Kind = SqlToken::Kind;
using Words = std::span<const std::string_view>;

/// A table stands right behind these.
constexpr std::array<std::string_view, 8> before_table{"from",  "join",       "into", "update",
                                                       "table", "references", "only", "in"};
/// `update or ignore people`.
constexpr std::array<std::string_view, 5> conflicts{"rollback", "abort", "fail", "ignore", "replace"};
/// These end a list of tables, so that a comma behind them no longer leads to a table.
constexpr std::array<std::string_view, 12> ends_tables{"select", "where",  "set", "group", "order",     "having",
                                                       "limit",  "values", "on",  "using", "returning", "window"};
/// What can follow a table and is no alias of it.
constexpr std::array<std::string_view, 25> no_alias{
    "on",     "where",  "join",      "left",   "right",     "inner",   "cross", "natural", "full",
    "outer",  "order",  "group",     "limit",  "set",       "using",   "union", "values",  "when",
    "having", "except", "intersect", "window", "returning", "default", "select"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_folded(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

bool is_word(const SqlToken& token, Words words) {
  return token.kind == Kind::word &&
         std::ranges::any_of(words, [&](std::string_view word) { return same_folded(token.text, word); });
}

bool is_sign(const SqlToken& token, std::string_view sign) { return token.kind == Kind::sign && token.text == sign; }

class Renamer {
 public:
  Renamer(std::string_view text, std::string_view from, std::string_view to, const RenameScope& scope)
      : text_(text), from_(from), scope_(scope), tokens_(sql_tokens(text)) {
    if (stands_unquoted(to)) {
      to_ = to;
      return;
    }
    to_ = '"';
    for (const char c : to) to_.append(c == '"' ? 2 : 1, c);
    to_ += '"';
  }

  std::string renamed() {
    for (std::size_t begin = 0; begin < tokens_.size();) {
      std::size_t end = begin;
      while (end < tokens_.size() && !is_sign(tokens_[end], ";")) ++end;
      statement(begin, end);
      begin = end + 1;
    }
    out_ += text_.substr(copied_);
    return std::move(out_);
  }

 private:
  bool same(const SqlToken& token, std::string_view name) const {
    if (token.kind != Kind::word && token.kind != Kind::quoted_name) return false;
    return scope_.fold_case ? same_folded(token.text, name) : token.text == name;
  }

  void replace(std::size_t at) {
    out_ += text_.substr(copied_, tokens_[at].begin - copied_);
    out_ += to_;
    copied_ = tokens_[at].end;
  }

  /// Marks the tokens of a statement that stand where only a table can.
  void find_tables(std::size_t begin, std::size_t end) {
    table_.assign(end - begin, false);
    std::vector<bool> in_list{false};  // for each open bracket: whether a comma leads to a table
    bool expected = false;
    for (std::size_t i = begin; i < end; ++i) {
      const SqlToken& token = tokens_[i];
      if (is_sign(token, "(")) {
        in_list.push_back(expected);
      } else if (is_sign(token, ")")) {
        if (in_list.size() > 1) in_list.pop_back();
        expected = false;
      } else if (is_sign(token, ",")) {
        expected = in_list.back();
      } else if (is_word(token, before_table)) {
        expected = true;
        if (is_word(token, Words(before_table).first(2))) in_list.back() = true;
      } else if (expected && i > begin && is_word(token, conflicts)) {
        continue;
      } else if (is_word(token, ends_tables)) {
        expected = in_list.back() = false;
      } else if (expected && token.kind == Kind::word && same_folded(token.text, "or")) {
        continue;
      } else if (expected && (token.kind == Kind::word || token.kind == Kind::quoted_name)) {
        const bool qualifier = i + 1 < end && is_sign(tokens_[i + 1], ".");
        table_[i - begin] = !qualifier;
        expected = qualifier;
      }
    }
  }

  bool at_table(std::size_t begin, std::size_t i) const { return table_[i - begin]; }
  bool behind(std::size_t begin, std::size_t i, std::string_view sign) const {
    return i > begin && is_sign(tokens_[i - 1], sign);
  }
  bool before(std::size_t end, std::size_t i, std::string_view sign) const {
    return i + 1 < end && is_sign(tokens_[i + 1], sign);
  }

  void statement(std::size_t begin, std::size_t end) {
    find_tables(begin, end);
    if (scope_.table.empty())
      rename_table(begin, end);
    else
      rename_column(begin, end);
  }

  void rename_table(std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      if (!same(tokens_[i], from_)) continue;
      const bool qualifier = before(end, i, ".") && !behind(begin, i, ".");
      if (at_table(begin, i) || qualifier) replace(i);
    }
  }

  /// The table's own name in the statement, and what it is called there.
  std::vector<std::string_view> qualifiers(std::size_t begin, std::size_t end) const {
    std::vector<std::string_view> found;
    for (std::size_t i = begin; i < end; ++i) {
      if (!at_table(begin, i) || !same(tokens_[i], scope_.table)) continue;
      found.push_back(tokens_[i].text);
      std::size_t alias = i + 1;
      constexpr std::array<std::string_view, 1> as{"as"};
      if (alias < end && is_word(tokens_[alias], as)) ++alias;
      const bool name = alias < end && (tokens_[alias].kind == Kind::word || tokens_[alias].kind == Kind::quoted_name);
      if (name && !is_word(tokens_[alias], no_alias)) found.push_back(tokens_[alias].text);
    }
    return found;
  }

  void rename_column(std::size_t begin, std::size_t end) {
    auto called = qualifiers(begin, end);
    const bool free_names = !called.empty() || scope_.text == RenameScope::Text::expression;
    if (scope_.text == RenameScope::Text::expression) called.push_back(scope_.table);
    constexpr std::array<std::string_view, 2> rows{"new", "old"};
    constexpr std::array<std::string_view, 1> as{"as"};
    for (std::size_t i = begin; i < end; ++i) {
      if (!same(tokens_[i], from_) || at_table(begin, i) || before(end, i, ".")) continue;
      if (behind(begin, i, ".")) {
        if (i < begin + 2) continue;
        const SqlToken& qualifier = tokens_[i - 2];
        const bool row = scope_.text == RenameScope::Text::trigger && is_word(qualifier, rows);
        if (row || std::ranges::any_of(called, [&](auto name) { return same(qualifier, name); })) replace(i);
      } else if (free_names && !before(end, i, "(") && !(i > begin && is_word(tokens_[i - 1], as))) {
        replace(i);
      }
    }
  }

  std::string_view text_;
  std::string_view from_;
  std::string to_;
  const RenameScope& scope_;
  std::vector<SqlToken> tokens_;
  std::vector<bool> table_;
  std::string out_;
  std::size_t copied_ = 0;
};

}  // namespace

std::string with_renamed(std::string_view text, std::string_view from, std::string_view to, const RenameScope& scope) {
  return Renamer(text, from, to, scope).renamed();
}

}  // namespace dmc::model
