#include "compiler/dialects/postgres/sql/nesting.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "compiler/model/sql_text.hpp"

namespace dmc::dialects::postgres::sql {

namespace {

/// What stands between two of these is one more element of a list.
constexpr std::array<std::string_view, 8> separators{",", ";", "and", "or", "when", "then", "else", "with"};

bool separates(std::string_view token) {
  if (token.size() > 4) return false;
  std::array<char, 4> lower{};
  std::ranges::transform(token, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return std::ranges::find(separators, std::string_view(lower.data(), token.size())) != separators.end();
}

/// One bracket that is open: the tokens of the element that is being read, the deepest bracket in it, and the deepest
/// element before it.
struct Level {
  std::size_t tokens = 0;
  std::size_t inside = 0;
  std::size_t deepest = 0;
  void end_element() {
    deepest = std::max(deepest, tokens + inside);
    tokens = inside = 0;
  }
};

}  // namespace

std::size_t nesting(std::string_view text) {
  std::vector<Level> open(1);
  const auto close = [&] {
    open.back().end_element();
    const auto depth = open.back().deepest + 1;
    open.pop_back();
    open.back().inside = std::max(open.back().inside, depth);
  };
  for (const auto& token : model::sql_tokens(text)) {
    const bool sign = token.kind == model::SqlToken::Kind::sign;
    if (sign && (token.text == "(" || token.text == "[")) {
      open.emplace_back();
    } else if (sign && (token.text == ")" || token.text == "]")) {
      if (open.size() > 1) close();
    } else if (token.kind != model::SqlToken::Kind::quoted_name && separates(token.text)) {
      open.back().end_element();
    } else {
      ++open.back().tokens;
    }
  }
  while (open.size() > 1) close();
  open.back().end_element();
  return open.back().deepest;
}

}  // namespace dmc::dialects::postgres::sql
