// Switches the setting, and reads as much of a statement as the decision needs.
#include "runtime/session/sqlite_texts.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

namespace dmc::session {

namespace {

void allow(sqlite3* connection, bool on) {
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DQS_DML, on ? 1 : 0, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DQS_DDL, on ? 1 : 0, nullptr);
}

/// Past the quoted run or the comment that begins at `at`; `at` itself when none does.
std::size_t past_run(std::string_view sql, std::size_t at) {
  const auto past = [&](std::string_view closing, std::size_t from) {
    const auto found = sql.find(closing, from);
    return found == std::string_view::npos ? sql.size() : found + closing.size();
  };
  const char c = sql[at];
  if (c == '[') return past("]", at + 1);
  if (c == '\'' || c == '"' || c == '`') return past(sql.substr(at, 1), at + 1);
  if (sql.substr(at, 2) == "--") return past("\n", at + 2);
  if (sql.substr(at, 2) == "/*") return past("*/", at + 2);
  return at;
}

/// The words outside quotes, in lower case, as far as `most`; a quoted name counts as an empty word.
std::vector<std::string> first_words(std::string_view sql, std::size_t most) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < sql.size() && words.size() < most;) {
    if (const auto past = past_run(sql, at); past > at) {
      if (sql[at] != '-' && sql[at] != '/') words.emplace_back();
      at = past;
      continue;
    }
    std::string word;
    for (; at < sql.size() && (std::isalnum(static_cast<unsigned char>(sql[at])) || sql[at] == '_'); ++at)
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(sql[at])));
    if (word.empty())
      ++at;
    else
      words.push_back(std::move(word));
  }
  return words;
}

}  // namespace

void refuse_double_quoted_texts(sqlite3* connection) { allow(connection, false); }

DoubleQuotedTexts::DoubleQuotedTexts(sqlite3* connection) : connection_(connection) { allow(connection_, true); }
DoubleQuotedTexts::~DoubleQuotedTexts() { allow(connection_, false); }

bool only_moves_names(std::string_view sql) {
  const auto words = first_words(sql, 6);
  if (words.size() < 4 || words[0] != "alter" || words[1] != "table") return false;
  // `main.t` is two words, `t` is one.
  return std::any_of(words.begin() + 3, words.end(),
                     [](const auto& word) { return word == "rename" || word == "drop"; }) &&
         std::find(words.begin() + 3, words.end(), "add") == words.end();
}

bool defines_nothing(std::string_view sql) {
  const auto words = first_words(sql, 1);
  return !words.empty() && words[0] != "create" && words[0] != "alter";
}

std::string with_backticks(std::string_view sql) {
  std::string out;
  for (std::size_t at = 0; at < sql.size();) {
    const auto past = std::max(past_run(sql, at), at + 1);
    const auto run = sql.substr(at, past - at);
    at = past;
    const bool is_name = run.size() > 1 && run.front() == '"' && run.find('`') == std::string_view::npos;
    if (!is_name) {
      out += run;
      continue;
    }
    // A doubled quote comes as two runs side by side: both stay one name.
    const bool goes_on = !out.empty() && out.back() == '`' && at - run.size() > 0 && sql[at - run.size() - 1] == '"';
    if (goes_on)
      out.back() = '"';
    else
      out += '`';
    out.append(run.substr(1, run.size() - 2)) += '`';
  }
  return out;
}

}  // namespace dmc::session
