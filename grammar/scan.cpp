// One loop per kind of token; speed matters in sql() alone, which steps over plain bytes by a table.
#include "grammar/scan.hpp"

#include <array>
#include <cstring>

namespace dmc::grammar {

namespace {

/// Bytes that mean something inside parenthesised SQL; all others are passed over.
constexpr std::array<bool, 256> stops = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("'\"`()[]{};$-/")) table[static_cast<unsigned char>(c)] = true;
  table[0] = true;
  return table;
}();

const char* name_end(const char* at) {
  if (!is_name_start(*at)) return at;
  while (is_name_part(*at)) ++at;
  return at;
}

/// `E'…'` and `e'…'`, where a backslash escapes.
bool has_escapes(const char* quote, const char* begin) {
  return quote > begin && (quote[-1] == 'e' || quote[-1] == 'E') && !(quote - 1 > begin && is_name_part(quote[-2]));
}

}  // namespace

const char* Scanner::fail(Finding& finding, Fault fault, const char* begin, const char* end, const char* opened) const {
  finding = {fault, offset(begin), offset(end), offset(opened)};
  return nullptr;
}

const char* Scanner::within_limit(const char* at, const char* end, Finding& finding) const {
  if (end - at <= static_cast<std::ptrdiff_t>(token_limit)) return end;
  return fail(finding, Fault::too_long, at, at + 1, at);
}

const char* Scanner::comment(const char* at, Finding& finding) const {
  std::uint32_t depth = 1;
  const char* p = at + 2;
  for (; depth > 0; ++p) {
    if (*p == '\0') return fail(finding, Fault::open_comment, at, at + 2, at);
    if (*p == '*' && p[1] == '/')
      --depth, ++p;
    else if (*p == '/' && p[1] == '*')
      ++depth, ++p;
  }
  return p;
}

const char* Scanner::spliced(const char* at, SpliceContext context, Finding& finding) {
  const char* name = at + 2;
  const char* end = name_end(name);
  const bool environment = std::string_view(name, static_cast<std::size_t>(end - name)) == "env" && *end == ' ';
  if (environment) {
    name = end;
    while (*name == ' ') ++name;
    end = name_end(name);
  }
  const bool formed = end > name && *end == '}';
  if (!formed || (!environment && !in_pattern_)) {
    const bool literal = context == SpliceContext::text || context == SpliceContext::sql_text ||
                         context == SpliceContext::body || context == SpliceContext::quoted_name ||
                         context == SpliceContext::sql_name;
    if (!in_pattern_ && literal) return at + 2;
    const char* shown = *end == '}' ? end + 1 : end;
    return fail(finding, formed ? Fault::splice_outside : Fault::splice_malformed, at, shown, at);
  }
  const Span whole{file_, offset(at), offset(end + 1)};
  splices_.push_back({whole, {file_, offset(name), offset(end)}, context, environment});
  return end + 1;
}

const char* Scanner::splice(const char* at, SpliceContext context, Finding& finding) {
  return spliced(at, context, finding);
}

const char* Scanner::quoted(const char* at, SpliceContext context, bool breaks, bool escapes, Finding& finding) {
  const char quote = *at;
  const bool in_sql = context == SpliceContext::sql_text || context == SpliceContext::sql_name;
  const Fault open = in_sql ? Fault::line_break : quote == '"' ? Fault::open_name : Fault::open_text;
  for (const char* p = at + 1;;) {
    if (*p == '\0' || (*p == '\n' && !breaks)) return fail(finding, open, at, at + 1, at);
    if (*p == '\\' && in_sql) {
      const char* run = p;
      while (*p == '\\') ++p;
      const bool odd = ((p - run) & 1) != 0;
      if (!odd || *p != quote) continue;
      if (!escapes) return fail(finding, Fault::backslash, p - 1, p + 1, at);
      ++p;
    } else if (*p == quote) {
      if (p[1] != quote) return within_limit(at, p + 1, finding);
      p += 2;
    } else if (*p == '$' && p[1] == '{') {
      p = spliced(p, context, finding);
      if (p == nullptr) return nullptr;
    } else {
      ++p;
    }
  }
}

const char* Scanner::text(const char* at, Finding& finding) {
  return quoted(at, SpliceContext::text, false, false, finding);
}

const char* Scanner::quoted_name(const char* at, Finding& finding) {
  if (at[1] == '"' && at[2] != '"') return fail(finding, Fault::empty_name, at, at + 2, at);
  return quoted(at, SpliceContext::quoted_name, false, false, finding);
}

bool Scanner::begins_dollar(const char* at) { return *at == '$' && *name_end(at + 1) == '$'; }

const char* Scanner::dollar(const char* at, Finding& finding) {
  const char* body = name_end(at + 1) + 1;
  const auto size = static_cast<std::size_t>(body - at);
  for (const char* p = body;;) {
    p = std::strchr(p, '$');
    if (p == nullptr) return fail(finding, Fault::open_dollar, at, body, at);
    if (std::strncmp(p, at, size) == 0) return within_limit(at, p + size, finding);
    if (p[1] == '{') {
      p = spliced(p, SpliceContext::body, finding);
      if (p == nullptr) return nullptr;
    } else {
      ++p;
    }
  }
}

const char* Scanner::sql(const char* at, Finding& finding, Allowed allowed) {
  std::array<const char*, nesting_limit> opened{};
  std::uint32_t depth = 0;
  for (const char* p = at;;) {
    while (!stops[static_cast<unsigned char>(*p)]) ++p;
    switch (*p) {
      case '\0':
        return fail(finding, Fault::open_bracket, p, p, depth > 0 ? opened[depth - 1] : at);
      case '(':
      case '[':
      case '{':
        if (depth == nesting_limit) return fail(finding, Fault::too_deep, p, p + 1, at);
        opened[depth++] = p++;
        break;
      case ')':
      case ']':
      case '}':
        if (closing(*opened[depth - 1]) != *p) return fail(finding, Fault::wrong_bracket, p, p + 1, opened[depth - 1]);
        ++p;
        if (--depth == 0) return within_limit(at, p, finding);
        break;
      case ';':
        if (!allowed.semicolons) return fail(finding, Fault::semicolon, p, p + 1, opened[depth - 1]);
        ++p;
        break;
      case '\'':
        p = quoted(p, SpliceContext::sql_text, allowed.line_breaks, has_escapes(p, at), finding);
        break;
      case '"':
      case '`':
        p = quoted(p, SpliceContext::sql_name, allowed.line_breaks, false, finding);
        break;
      case '$':
        if (p[1] == '{')
          p = spliced(p, SpliceContext::sql, finding);
        else if (!is_name_part(p[-1]) && begins_dollar(p))
          p = dollar(p, finding);
        else
          ++p;
        break;
      case '-':
        if (p[1] == '-') {
          while (*p != '\n' && *p != '\0') ++p;
        } else {
          ++p;
        }
        break;
      default:
        p = p[1] == '*' ? comment(p, finding) : p + 1;
    }
    if (p == nullptr) return nullptr;
  }
}

}  // namespace dmc::grammar
