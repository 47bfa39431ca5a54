// SQL between dollar quotes that stands for parenthesised SQL: it must not close what it is put into, nor end it.
#include <array>
#include <cstring>

#include "grammar/scan.hpp"

namespace dmc::grammar {

namespace {

/// Past the quote that closes the one at `at`, or nullptr when none does before `end`. Quotes are doubled; behind an E
/// a backslash escapes.
const char* past_quoted(const char* at, const char* begin, const char* end) {
  const bool escapes =
      *at == '\'' && at > begin && (at[-1] == 'e' || at[-1] == 'E') && !(at - 1 > begin && is_name_part(at[-2]));
  const char quote = *at;
  for (const char* p = at + 1; p < end; ++p) {
    if (escapes && *p == '\\')
      ++p;
    else if (*p == quote && p[1] == quote)
      ++p;
    else if (*p == quote)
      return p + 1;
  }
  return nullptr;
}

/// Past a dollar quote inside the body, `at` when none begins there or it does not end: to some engines it is no quote.
const char* past_inner_dollar(const char* at, const char* begin, const char* end) {
  if ((at > begin && is_name_part(at[-1])) || !Scanner::begins_dollar(at)) return at;
  const char* body = static_cast<const char*>(std::memchr(at + 1, '$', static_cast<std::size_t>(end - at - 1)));
  if (body == nullptr) return at;
  const std::string_view tag(at, static_cast<std::size_t>(body + 1 - at));
  const std::string_view rest(body + 1, static_cast<std::size_t>(end - body - 1));
  const auto found = rest.find(tag);
  return found == std::string_view::npos ? at : rest.data() + found + tag.size();
}

}  // namespace

const char* Scanner::sql_dollar(const char* at, Finding& finding) {
  const char* last = dollar(at, finding);
  if (last == nullptr) return nullptr;
  const char* begin = at + 1;
  while (*begin != '$') ++begin;
  const char* end = last - (++begin - at);

  std::array<const char*, nesting_limit> opened{};
  std::uint32_t depth = 0;
  const auto wrong = [&](Fault fault, const char* from, const char* to) {
    return fail(finding, fault, from, to, from);
  };
  for (const char* p = begin; p < end;) {
    const char c = *p;
    if (c == '\'' || c == '"' || c == '`') {
      const char* past = past_quoted(p, begin, end);
      if (past == nullptr) return wrong(Fault::line_break, p, p + 1);
      p = past;
    } else if (c == '-' && p[1] == '-') {
      while (p < end && *p != '\n') ++p;
    } else if (c == '/' && p[1] == '*') {
      const char* past = comment(p, finding);
      if (past == nullptr || past > end) return wrong(Fault::open_comment, p, p + 2);
      p = past;
    } else if (c == '$' && p[1] == '{') {
      while (p < end && *p != '}') ++p;
      p = p < end ? p + 1 : p;
    } else if (c == '$') {
      const char* past = past_inner_dollar(p, begin, end);
      p = past == p ? p + 1 : past;
    } else if (c == '(' || c == '[' || c == '{') {
      if (depth == nesting_limit) return fail(finding, Fault::too_deep, p, p + 1, at);
      opened[depth++] = p++;
    } else if (c == ')' || c == ']' || c == '}') {
      if (depth == 0) return wrong(Fault::wrong_bracket, p, p + 1);
      if (closing(*opened[depth - 1]) != c) return fail(finding, Fault::wrong_bracket, p, p + 1, opened[depth - 1]);
      --depth;
      ++p;
    } else if (c == ';') {
      return wrong(Fault::semicolon, p, p + 1);
    } else {
      ++p;
    }
  }
  if (depth > 0) return fail(finding, Fault::open_bracket, end, end, opened[depth - 1]);
  return last;
}

}  // namespace dmc::grammar
