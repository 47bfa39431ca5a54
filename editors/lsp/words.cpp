// The words of SQL, cut where its quotes and comments end.
#include <algorithm>

#include "editors/lsp/mention.hpp"
#include "grammar/expected.hpp"
#include "grammar/scan.hpp"

namespace dmc::lsp {

namespace {

/// Where a quoted name ends that opens at a place: a quote that stands twice is one of the name.
std::size_t closing_quote(std::string_view text, std::size_t open) {
  const char quote = text[open] == '[' ? ']' : text[open];
  for (auto at = open + 1; at < text.size(); ++at) {
    if (text[at] != quote) continue;
    if (quote == ']' || !text.substr(at + 1).starts_with(quote)) return at;
    ++at;
  }
  return text.size() - 1;
}

}  // namespace

std::vector<Mention> words_of(std::string_view text, const SqlPiece& piece, bool brackets) {
  std::vector<Mention> words;
  const auto add = [&](std::size_t begin, std::size_t end, std::string_view name) {
    Mention word;
    word.begin = static_cast<std::uint32_t>(begin);
    word.end = static_cast<std::uint32_t>(end);
    word.name = name;
    word.owner = piece.owner;
    word.database = piece.database;
    word.in_sql = true;
    words.push_back(word);
  };
  for (std::size_t at = piece.begin; at < piece.end;) {
    const char c = text[at];
    const auto rest = text.substr(0, piece.end);
    if (c == '\'') {
      at = std::min(rest.find('\'', at + 1), rest.size() - 1) + 1;
    } else if (rest.substr(at, 2) == "--") {
      at = std::min(rest.find('\n', at), rest.size());
    } else if (rest.substr(at, 2) == "/*") {
      at = std::min(rest.find("*/", at + 2), rest.size() - 2) + 2;
    } else if (c == '"' || c == '`' || (brackets && c == '[')) {
      const auto end = closing_quote(rest, at);
      add(at, end + 1, rest.substr(at + 1, end - at - 1));
      at = end + 1;
    } else if (grammar::is_name_start(c)) {
      std::size_t end = at;
      while (end < rest.size() && grammar::is_name_part(rest[end])) ++end;
      add(at, end, rest.substr(at, end - at));
      at = end;
    } else {
      ++at;
      if (grammar::is_digit(c))
        while (at < rest.size() && grammar::is_name_part(rest[at])) ++at;
    }
  }
  return words;
}

std::vector<Mention> before_alias(std::string_view text, const std::vector<Mention>& words, std::string_view alias) {
  std::vector<Mention> found;
  const auto adjoin = [&](const Mention& left, const Mention& right) {
    return text.substr(left.end, right.begin - left.end).find_first_not_of(" \t\r\n") == std::string_view::npos;
  };
  for (std::size_t at = 1; at < words.size(); ++at) {
    if (words[at].name != alias || !adjoin(words[at - 1], words[at])) continue;
    const bool has_as = grammar::lower_case(words[at - 1].name) == "as";
    if (!has_as)
      found.push_back(words[at - 1]);
    else if (at > 1 && adjoin(words[at - 2], words[at - 1]))
      found.push_back(words[at - 2]);
  }
  return found;
}

}  // namespace dmc::lsp
