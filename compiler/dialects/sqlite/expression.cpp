// Reads expressions as tokens: enough to find and rename columns, because no subquery can stand in them.
#include "compiler/dialects/sqlite/expression.hpp"

#include <algorithm>
#include <array>

#include "compiler/dialects/sqlite/names.hpp"
#include "compiler/dialects/sqlite/tokens.hpp"

namespace dmc::dialects::sqlite {

namespace {

/// Whether the token at `i` can be a column: no function, no collation, no type of a cast, nothing behind a qualifier.
bool can_be_column(const std::vector<Token>& tokens, std::size_t i) {
  const auto& token = tokens[i];
  if (token.kind != Token::Kind::quoted && (token.kind != Token::Kind::word || is_reserved(token.text))) return false;
  if (i + 1 < tokens.size() && tokens[i + 1].is_sign("(") && token.kind == Token::Kind::word) return false;
  if (i + 1 < tokens.size() && tokens[i + 1].is_sign(".")) return false;
  if (i == 0) return true;
  const auto& before = tokens[i - 1];
  return !before.is("collate") && !before.is("as");
}

/// For each token that opens a parenthesis the one that closes it; the number of tokens when none does.
std::vector<std::size_t> closings_of(const std::vector<Token>& tokens) {
  std::vector<std::size_t> closings(tokens.size(), tokens.size()), open;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].is_sign("(")) open.push_back(i);
    if (!tokens[i].is_sign(")") || open.empty()) continue;
    closings[open.back()] = i;
    open.pop_back();
  }
  return closings;
}

/// The parenthesis that closes the one at `open`; the number of tokens when none does.
std::size_t closing(const std::vector<Token>& tokens, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < tokens.size(); ++i) {
    if (tokens[i].is_sign("(")) ++depth;
    if (tokens[i].is_sign(")") && --depth == 0) return i;
  }
  return tokens.size();
}

}  // namespace

std::string bare(std::string_view expression) {
  // Most texts have neither: then there is nothing to take apart.
  constexpr std::string_view space = " \t\r\n\f";
  const auto begin = std::min(expression.find_first_not_of(space), expression.size());
  const auto text = expression.substr(begin, expression.find_last_not_of(space) + 1 - begin);
  if (!text.starts_with('(') && text.find("--") == text.npos && text.find("/*") == text.npos) return std::string(text);
  const auto tokens = tokens_of(expression);
  const auto closings = closings_of(tokens);
  std::size_t first = 0, last = tokens.size();
  while (last - first > 2 && tokens[first].is_sign("(") && closings[first] + 1 == last) {
    ++first;
    --last;
  }
  if (first == last) return {};
  return std::string(expression.substr(tokens[first].begin, tokens[last - 1].end - tokens[first].begin));
}

std::string without_qualifier(std::string_view expression, std::string_view table) {
  if (expression.find('.') == expression.npos) return std::string(expression);
  const auto tokens = tokens_of(expression);
  std::vector<Edit> edits;
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i)
    if (tokens[i].can_be_name() && tokens[i + 1].is_sign(".") && same_name(tokens[i].name(), table))
      edits.push_back({tokens[i].begin, tokens[i + 2].begin, ""});
  return edited(expression, edits);
}

std::string with_texts(std::string_view expression, const model::Table& table) {
  const auto tokens = tokens_of(expression);
  std::vector<Edit> edits;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto& token = tokens[i];
    if (token.kind != Token::Kind::quoted || token.text.front() != '"' || !can_be_column(tokens, i)) continue;
    if (i > 0 && tokens[i - 1].is_sign(".")) continue;
    if (i + 1 < tokens.size() && tokens[i + 1].is_sign("(")) continue;
    const auto name = token.name();
    const bool is_column =
        same_name(name, "rowid") || same_name(name, "_rowid_") || same_name(name, "oid") ||
        std::ranges::any_of(table.columns, [&](const auto& column) { return same_name(column.name, name); });
    if (!is_column) edits.push_back({token.begin, token.end, text_literal(name)});
  }
  return edited(expression, edits);
}

bool mentions(std::string_view expression, std::string_view column) {
  const auto tokens = tokens_of(expression);
  for (std::size_t i = 0; i < tokens.size(); ++i)
    if (can_be_column(tokens, i) && same_name(tokens[i].name(), column)) return true;
  return false;
}

std::vector<std::string> columns_in(std::string_view expression, const model::Table& table) {
  std::vector<std::string> found;
  const auto tokens = tokens_of(expression);
  for (const auto& column : table.columns)
    for (std::size_t i = 0; i < tokens.size(); ++i)
      if (can_be_column(tokens, i) && same_name(tokens[i].name(), column.name)) {
        found.push_back(column.name);
        break;
      }
  return found;
}

std::string with_column_renamed(std::string_view expression, std::string_view column, std::string_view to) {
  const auto tokens = tokens_of(expression);
  std::vector<Edit> edits;
  for (std::size_t i = 0; i < tokens.size(); ++i)
    if (can_be_column(tokens, i) && same_name(tokens[i].name(), column))
      edits.push_back({tokens[i].begin, tokens[i].end, quoted(to)});
  return edited(expression, edits);
}

bool is_plain_default(std::string_view expression) {
  const auto tokens = tokens_of(expression);
  const auto is_word = [](const Token& token) {
    constexpr std::array<std::string_view, 6> words{"null",         "true",         "false",
                                                    "current_date", "current_time", "current_timestamp"};
    return std::ranges::any_of(words, [&](auto word) { return token.is(word); });
  };
  if (tokens.size() == 1)
    return tokens[0].kind == Token::Kind::number || tokens[0].kind == Token::Kind::string || is_word(tokens[0]);
  return tokens.size() == 2 && (tokens[0].is_sign("-") || tokens[0].is_sign("+")) &&
         tokens[1].kind == Token::Kind::number;
}

bool is_constant(std::string_view expression) {
  if (!is_plain_default(expression)) return false;
  return !folded(trimmed(expression)).starts_with("current_");
}

bool is_volatile(std::string_view expression) {
  constexpr std::array<std::string_view, 8> functions{
      "changes",       "last_insert_rowid", "random",         "randomblob",
      "total_changes", "sqlite_source_id",  "sqlite_version", "uuid"};
  constexpr std::array<std::string_view, 7> of_time{"date",      "time",     "datetime", "julianday",
                                                    "unixepoch", "strftime", "timediff"};
  const auto tokens = tokens_of(expression);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto& token = tokens[i];
    if (token.is("current_date") || token.is("current_time") || token.is("current_timestamp")) return true;
    if (token.kind != Token::Kind::word || i + 1 >= tokens.size() || !tokens[i + 1].is_sign("(")) continue;
    const auto name = folded(token.text);
    if (std::ranges::find(functions, std::string_view(name)) != functions.end()) return true;
    if (std::ranges::find(of_time, std::string_view(name)) == of_time.end()) continue;
    // Without a time value, or with 'now', these read the clock.
    const auto end = closing(tokens, i + 1);
    if (end <= i + (name == "strftime" ? 3 : 2)) return true;
    for (std::size_t k = i + 2; k < end; ++k)
      if (tokens[k].kind == Token::Kind::string && folded(tokens[k].name()) == "now") return true;
  }
  return false;
}

}  // namespace dmc::dialects::sqlite
