// Reads quotes and comments, nothing else.
#include "compiler/check/bodies.hpp"

#include <algorithm>

#include "compiler/check/words.hpp"

namespace dmc::check {

namespace {

/// The dollar quote that begins at `at`, or nothing.
std::string_view dollar_quote_at(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && is_name_part(text[end])) ++end;
  return end < text.size() && text[end] == '$' ? text.substr(at, end + 1 - at) : std::string_view{};
}

/// Past the comment that begins at `at`, or `at` when none does.
std::size_t past_comment(std::string_view text, std::size_t at) {
  const auto past = [&](std::string_view closing) {
    const std::size_t found = text.find(closing, at + 2);
    return found == std::string_view::npos ? text.size() : found + closing.size();
  };
  if (text.substr(at, 2) == "--") return past("\n");
  if (text.substr(at, 2) == "/*") return past("*/");
  return at;
}

std::size_t past_quotes(std::string_view text, std::size_t at) {
  const std::size_t close = text.find(text[at], at + 1);
  return close == std::string_view::npos ? text.size() : close + 1;
}

}  // namespace

BodyStates body_states(std::string_view text) {
  BodyStates states;
  std::size_t body_end = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (body_end > 0 && at == body_end) {
      // The closing quote is passed over whole, because it looks like an opening one.
      at += std::max<std::size_t>(dollar_quote_at(text, at).size(), 1);
      body_end = 0;
    } else if (const std::size_t past = past_comment(text, at); past > at) {
      // Inside a dollar quote a comment or a text ends with the body at the latest.
      at = body_end > 0 ? std::min(past, body_end) : past;
    } else if (text[at] == '\'' || text[at] == '"') {
      const std::size_t past = past_quotes(text, at);
      if (body_end > 0) {
        states.push_back({at, text[at] == '"' ? BodyState::name : BodyState::text});
        states.push_back({std::min(past, body_end), BodyState::code});
      }
      at = body_end > 0 ? std::min(past, body_end) : past;
    } else if (body_end == 0 && text[at] == '$' && !dollar_quote_at(text, at).empty()) {
      const std::string_view quote = dollar_quote_at(text, at);
      const std::size_t close = text.find(quote, at + quote.size());
      body_end = close == std::string_view::npos ? text.size() : close;
      at += quote.size();
    } else {
      ++at;
    }
  }
  return states;
}

BodyState state_at(const BodyStates& states, std::size_t offset) {
  const auto after = std::ranges::upper_bound(states, offset, {}, &BodyChange::begin);
  return after == states.begin() ? BodyState::code : (after - 1)->state;
}

}  // namespace dmc::check
