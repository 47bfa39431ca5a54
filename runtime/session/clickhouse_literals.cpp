// Finds markers and writes literals.
#include "runtime/session/clickhouse_literals.hpp"

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <vector>

#include "runtime/session/readable.hpp"

namespace dmc::session {

namespace {

std::string of_double(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  std::array<char, 64> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  std::string text(buffer.data(), error == std::errc() ? end : buffer.data());
  // Without a point it would be an integer.
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string of_bytes(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text = "unhex('";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte / 16];
    text += digits[byte % 16];
  }
  return text + "')";
}

bool is_name_byte(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::size_t past(std::string_view sql, std::string_view closing, std::size_t from) {
  const auto found = sql.find(closing, from);
  return found == std::string_view::npos ? sql.size() : found + closing.size();
}

/// Past a text or a quoted name: a backslash hides the next byte, and a doubled quote is two runs side by side.
std::size_t past_quoted(std::string_view sql, std::size_t at) {
  const char quote = sql[at];
  for (++at; at < sql.size(); ++at) {
    if (sql[at] == '\\')
      ++at;
    else if (sql[at] == quote)
      return at + 1;
  }
  return sql.size();
}

/// Past a comment; `at` itself when none begins there. Comments of several lines do not nest in 18.16 and do in newer
/// versions: the shorter reading is taken, in which more is text of the statement.
std::size_t past_comment(std::string_view sql, std::size_t at) {
  if (sql.substr(at, 2) == "--") return past(sql, "\n", at + 2);
  if (sql.substr(at, 2) == "/*") return past(sql, "*/", at + 2);
  return at;
}

/// Past "$tag$ … $tag$"; `at` itself when none begins there.
std::size_t past_heredoc(std::string_view sql, std::size_t at) {
  auto end = at + 1;
  while (end < sql.size() && is_name_byte(sql[end])) ++end;
  if (end >= sql.size() || sql[end] != '$') return at;
  const auto tag = sql.substr(at, end + 1 - at);
  const auto close = sql.find(tag, end + 1);
  return close == std::string_view::npos ? at : close + tag.size();
}

struct Marker {
  std::size_t at = 0, size = 0;
  std::size_t number = 0;  ///< of `$n`; 0 for `?`
};

Marker numbered(std::string_view sql, std::size_t at) {
  auto end = at + 1;
  std::size_t number = 0;
  while (end < sql.size() && std::isdigit(static_cast<unsigned char>(sql[end])) && number < 100'000)
    number = number * 10 + static_cast<std::size_t>(sql[end++] - '0');
  return {at, end - at, number};
}

std::vector<Marker> markers_in(std::string_view sql) {
  std::vector<Marker> questions, dollars;
  for (std::size_t at = 0; at < sql.size();) {
    const char c = sql[at];
    if (c == '\'' || c == '"' || c == '`') {
      at = past_quoted(sql, at);
    } else if (const auto end = past_comment(sql, at); end > at) {
      at = end;
    } else if (c == '?') {
      questions.push_back({at++, 1, 0});
    } else if (c == '$' && (at == 0 || !is_name_byte(sql[at - 1]))) {
      if (const auto behind = past_heredoc(sql, at); behind > at) {
        at = behind;
      } else if (const auto marker = numbered(sql, at); marker.number > 0) {
        dollars.push_back(marker);
        at += marker.size;
      } else {
        ++at;
      }
    } else {
      ++at;
    }
  }
  return dollars.empty() ? questions : dollars;
}

[[noreturn]] void refuse(std::size_t markers, std::size_t values, std::string_view sql) {
  SessionError error("a statement has " + std::to_string(markers) + " places for values and was given " +
                     std::to_string(values) + ": " + clipped(sql));
  error.begun = false;
  throw error;
}

}  // namespace

std::string clickhouse_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    switch (c) {
      case '\\':
      case '\'':
        out += '\\';
        out += c;
        break;
      case '\0':
        out += "\\0";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      default:
        out += c;
    }
  }
  return out + "'";
}

std::vector<std::string> clickhouse_texts_in(std::string_view sql) {
  constexpr std::string_view short_for = "0abfnrtv";
  constexpr std::string_view meant("\0\a\b\f\n\r\t\v", short_for.size());
  std::vector<std::string> texts;
  for (std::size_t at = 0; at < sql.size();) {
    const auto begin = at;
    const char c = sql[at];
    at = c == '\'' || c == '"' || c == '`' ? past_quoted(sql, at) : past_comment(sql, at);
    if (at == begin) ++at;
    if (c != '\'') continue;
    std::string text;
    for (auto i = begin + 1; i + 1 < at; ++i) {
      if (sql[i] != '\\' || i + 2 >= at) {
        text += sql[i];
        continue;
      }
      const auto sign = short_for.find(sql[++i]);
      text += sign == std::string_view::npos ? sql[i] : meant[sign];
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

std::string clickhouse_literal(const Value& value) {
  if (std::holds_alternative<std::nullptr_t>(value)) return "NULL";
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    // A minus sign in front of 2⁶³ would make a float of it.
    if (*number == std::numeric_limits<std::int64_t>::min()) return "toInt64('" + std::to_string(*number) + "')";
    return std::to_string(*number);
  }
  if (const auto* number = std::get_if<double>(&value)) return of_double(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return clickhouse_text(*text);
  return of_bytes(std::get<Blob>(value).bytes);
}

std::string clickhouse_format_of(std::string_view sql) {
  bool behind = false;
  for (std::size_t at = 0; at < sql.size();) {
    const char c = sql[at];
    if (c == '\'' || c == '"' || c == '`') {
      at = past_quoted(sql, at);
      behind = false;
    } else if (const auto end = past_comment(sql, at); end > at) {
      at = end;
    } else if (is_name_byte(c)) {
      std::string word;
      for (; at < sql.size() && is_name_byte(sql[at]); ++at)
        word += static_cast<char>(std::tolower(static_cast<unsigned char>(sql[at])));
      if (behind) return word;
      behind = word == "format";
    } else {
      if (!std::isspace(static_cast<unsigned char>(c))) behind = false;
      ++at;
    }
  }
  return {};
}

std::string with_clickhouse_values(std::string_view sql, std::span<const Value> values) {
  if (values.empty()) return std::string(sql);
  const auto markers = markers_in(sql);
  std::vector<bool> used(values.size());
  std::string out;
  std::size_t done = 0, next = 0;
  for (const auto& marker : markers) {
    const auto index = marker.number > 0 ? marker.number - 1 : next++;
    if (index >= values.size()) refuse(marker.number > 0 ? marker.number : markers.size(), values.size(), sql);
    used[index] = true;
    out.append(sql, done, marker.at - done);
    // A negative number behind a minus sign would begin a comment.
    const bool apart = !out.empty() && out.back() == '-';
    out.append(apart ? " " : "").append(clickhouse_literal(values[index]));
    done = marker.at + marker.size;
  }
  for (const bool one : used)
    if (!one) refuse(markers.size(), values.size(), sql);
  return out.append(sql.substr(done));
}

}  // namespace dmc::session
