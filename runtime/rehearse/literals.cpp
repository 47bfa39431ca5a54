// Reads tokens; what an expression means is left to the engine, which judges every row.
#include "runtime/rehearse/literals.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "compiler/model/sql_text.hpp"

namespace dmc::rehearse {

namespace {

using Kind = model::SqlToken::Kind;

std::string unquoted(std::string_view token) {
  std::string text;
  for (std::size_t i = 1; i + 1 < token.size(); ++i) {
    text += token[i];
    if (token[i] == '\'' && i + 2 < token.size() && token[i + 1] == '\'') ++i;
  }
  return text;
}

/// A text that `LIKE` takes: a letter for every joker.
std::string like(std::string_view pattern) {
  std::string text;
  for (const char c : pattern) text += c == '%' || c == '_' ? 'a' : c;
  return text;
}

/// A text that `GLOB` takes: the first of each class that is not excluded.
std::string glob(std::string_view pattern) {
  std::string text;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '*') continue;
    if (pattern[i] != '[') {
      text += pattern[i] == '?' ? 'a' : pattern[i];
      continue;
    }
    const auto end = pattern.find(']', i + 2);
    if (end == std::string_view::npos) return text;
    text += pattern[i + 1] == '^' ? '-' : pattern[i + 1];
    i = end;
  }
  return text;
}

struct Reader {
  std::vector<session::Value> values;

  void add(session::Value value) {
    if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(std::move(value));
  }

  void number(std::string_view text, bool negative, bool lengths) {
    std::int64_t whole = 0;
    const auto end = text.data() + text.size();
    if (const auto read = std::from_chars(text.data(), end, whole); read.ec == std::errc() && read.ptr == end) {
      if (negative) whole = -whole;
      for (const std::int64_t near : {whole, whole + 1, whole - 1}) add(near);
      constexpr std::int64_t longest = 4000;
      if (lengths && whole > 0 && whole <= longest)
        for (const auto size : {whole, whole + 1, whole - 1}) {
          std::string counted;
          for (std::int64_t i = 0; i < size; ++i) counted += static_cast<char>('0' + (i + 1) % 10);
          add(std::string(static_cast<std::size_t>(size), 'a'));
          add(std::string(static_cast<std::size_t>(size), 'A'));
          add(std::move(counted));
        }
      return;
    }
    double real = 0;
    if (const auto read = std::from_chars(text.data(), end, real); read.ec == std::errc() && read.ptr == end)
      for (const double near : {real, real * 2, real / 2}) add(negative ? -near : near);
  }
};

}  // namespace

std::string folded(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

bool says(std::string_view sql, std::string_view name) {
  const auto names = model::names_in(sql);
  const auto wanted = folded(name);
  return std::any_of(names.begin(), names.end(), [&](const auto& found) { return folded(found) == wanted; });
}

std::vector<session::Value> literals_in(std::string_view sql) {
  const auto tokens = model::sql_tokens(sql);
  const auto word = [&](std::size_t at) {
    return at < tokens.size() && tokens[at].kind == Kind::word ? folded(tokens[at].text) : std::string();
  };
  bool lengths = false;
  for (std::size_t i = 0; i < tokens.size(); ++i) lengths = lengths || word(i) == "length";
  Reader reader;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto before = i > 0 ? word(i - 1) : std::string();
    if (tokens[i].kind == Kind::number) reader.number(tokens[i].text, i > 0 && tokens[i - 1].text == "-", lengths);
    if (tokens[i].kind != Kind::string || tokens[i].text.front() != '\'') continue;
    const auto text = unquoted(tokens[i].text);
    if (before == "like")
      reader.add(like(text));
    else if (before == "glob")
      reader.add(glob(text));
    else
      reader.add(text);
  }
  return std::move(reader.values);
}

}  // namespace dmc::rehearse
