// Words and names as text.
#include "compiler/check/words.hpp"

namespace dmc::check {

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = lower_case(c);
  return result;
}

namespace {

/// Past the dollar quote that begins at `at`, or `at` when none does.
std::size_t past_dollar_quote(std::string_view text, std::size_t at) {
  if (text[at] != '$') return at;
  const std::size_t second = text.find('$', at + 1);
  if (second == std::string_view::npos) return at;
  const std::string_view quote = text.substr(at, second + 1 - at);
  if (!std::ranges::all_of(quote.substr(1, quote.size() - 2), is_name_part)) return at;
  const std::size_t close = text.find(quote, second + 1);
  return close == std::string_view::npos ? at : close + quote.size();
}

}  // namespace

std::string folded_space(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  const auto blank = [&] {
    if (!result.empty() && result.back() != ' ') result += ' ';
  };
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (is_space(c)) {
      blank();
      ++at;
    } else if (text.substr(at, 2) == "--") {
      blank();
      at = std::min(text.find('\n', at), text.size());
    } else if (const std::size_t end = past_dollar_quote(text, at); end > at) {
      result.append(text, at, end - at);
      at = end;
    } else if (c == '\'' || c == '"') {
      const std::size_t close = text.find(c, at + 1);
      const std::size_t end = close == std::string_view::npos ? text.size() : close + 1;
      result.append(text, at, end - at);
      at = end;
    } else {
      result += c;
      ++at;
    }
  }
  while (!result.empty() && result.back() == ' ') result.pop_back();
  return result;
}

std::string shortened(std::string text, std::size_t limit) {
  std::size_t characters = 0;
  std::size_t cut = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) continue;
    if (++characters == limit) cut = at;
  }
  if (characters <= limit) return text;
  text.resize(cut);
  return text + "…";
}

std::string quoted_text(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') result += '\'';
    result += c;
  }
  return result + "'";
}

std::string listed(const std::vector<std::string>& words) {
  std::string result;
  for (std::size_t index = 0; index < words.size(); ++index) {
    if (index > 0) result += index + 1 == words.size() ? " and " : ", ";
    result += "'" + words[index] + "'";
  }
  return result;
}

}  // namespace dmc::check
