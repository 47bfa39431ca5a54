// Names, paths, types and SQL: what the author wrote in words.
#include <algorithm>

#include "compiler/ast/builder.hpp"

namespace dmc::ast {

using grammar::Kind;

namespace {

std::string undoubled(std::string_view text, char quote) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    result += text[at];
    if (text[at] == quote) ++at;
  }
  return result;
}

/// The text between two equal quotes, which are doubled inside.
std::string_view unquoted(const Builder& builder, std::string_view text) {
  const char quote = text.front();
  const std::string_view inner = text.substr(1, text.size() - 2);
  return inner.find(quote) == std::string_view::npos ? inner : builder.texts.keep(undoubled(inner, quote));
}

/// Length of the dollar quote that `text` begins with: `$$` or `$tag$`.
std::size_t dollar_quote_length(std::string_view text) { return text.find('$', 1) + 1; }

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// Index past `'…'` after an E, in which a backslash hides the next byte.
std::size_t past_escape_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '\''; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

/// Index past the quoted run that begins at `at`: a string, a quoted identifier, a comment, a dollar quote, or one
/// byte.
std::size_t past_token(std::string_view text, std::size_t at) {
  const char c = text[at];
  const auto past = [&](std::string_view closing, std::size_t from) {
    const std::size_t found = text.find(closing, from);
    return found == std::string_view::npos ? text.size() : found + closing.size();
  };
  if (c == '\'' && at > 0 && (text[at - 1] == 'E' || text[at - 1] == 'e')) return past_escape_string(text, at);
  if (c == '\'' || c == '"' || c == '`') return past(text.substr(at, 1), at + 1);
  if (c == '$') {
    const std::size_t second = text.find('$', at + 1);
    if (second == std::string_view::npos) return at + 1;
    const std::string_view quote = text.substr(at, second + 1 - at);
    const bool is_tag = std::all_of(quote.begin() + 1, quote.end() - 1, is_word_byte);
    return is_tag ? past(quote, second + 1) : at + 1;
  }
  if (text.substr(at, 2) == "--") return past("\n", at + 2);
  if (text.substr(at, 2) == "/*") {
    std::size_t depth = 1;
    for (at += 2; at < text.size() && depth > 0;) {
      const std::string_view two = text.substr(at, 2);
      depth += two == "/*" ? 1 : 0;
      depth -= two == "*/" ? 1 : 0;
      at += two == "/*" || two == "*/" ? 2 : 1;
    }
    return at;
  }
  return at + 1;
}

}  // namespace

Name build_name(const Builder& builder, Node node) {
  const Span span = node.span();
  const std::string_view text = builder.text(span);
  if (text.front() != '"' && text.front() != '\'') return {text, span, false};
  return {unquoted(builder, text), span, true};
}

std::vector<Name> build_names(const Builder& builder, Node parent) {
  std::vector<Name> result;
  result.reserve(parent.count());
  for (const Node child : parent.children()) {
    if (child.is(Kind::name)) result.push_back(build_name(builder, child));
  }
  return result;
}

Path build_path(const Builder& builder, Node node) {
  Path path;
  path.span = node.span();
  path.parts.reserve(node.count());
  for (const Node child : node.children()) {
    if (child.is(Kind::name)) {
      path.parts.push_back(build_name(builder, child));
    } else if (child.is(Kind::signature)) {
      path.has_arguments = true;
      for (const Node type : child.children()) path.arguments.push_back(build_type(builder, type));
    }
  }
  return path;
}

std::vector<Path> build_after(const Builder& builder, Node parent) {
  std::vector<Path> result;
  if (const auto after = parent.child(Kind::after)) {
    for (const Node child : after->children()) result.push_back(build_path(builder, child));
  }
  return result;
}

Sql build_sql(const Builder& builder, Node node) {
  const Span span = node.span();
  const std::string_view text = builder.text(span);
  if (text.front() == '(') {
    const Span inner{span.file, span.begin + 1, span.end - 1};
    return {builder.text(inner), inner, SqlForm::parenthesised};
  }
  if (text.front() == '$') {
    const auto length = static_cast<std::uint32_t>(dollar_quote_length(text));
    const Span inner{span.file, span.begin + length, span.end - length};
    return {builder.text(inner), inner, SqlForm::dollar};
  }
  return {text, span, SqlForm::bare};
}

Sql build_sql_in(const Builder& builder, Node parent) { return build_sql(builder, parent.child(Kind::sql).value()); }

std::optional<Sql> build_optional_sql(const Builder& builder, Node parent, Kind kind) {
  const auto child = parent.child(kind);
  if (!child) return std::nullopt;
  return build_sql_in(builder, *child);
}

std::vector<Argument> build_arguments(const Builder& builder, Node node) {
  std::vector<Argument> result;
  const Span whole = node.span();
  const std::string_view text = builder.text(whole).substr(1, whole.end - whole.begin - 2);
  const auto add = [&](std::size_t begin, std::size_t end) {
    const std::string_view argument = trimmed(text.substr(begin, end - begin));
    const auto offset = static_cast<std::uint32_t>(argument.data() - builder.source.data());
    result.push_back({argument, {whole.file, offset, offset + static_cast<std::uint32_t>(argument.size())}});
  };
  std::size_t begin = 0;
  std::size_t depth = 0;
  for (std::size_t at = 0; at < text.size(); at = past_token(text, at)) {
    const char c = text[at];
    if (c == '(' || c == '[' || c == '{') ++depth;
    if ((c == ')' || c == ']' || c == '}') && depth > 0) --depth;
    if (c != ',' || depth > 0) continue;
    add(begin, at);
    begin = at + 1;
  }
  if (!trimmed(text.substr(begin)).empty() || begin > 0) add(begin, text.size());
  return result;
}

Hazard build_hazard(const Builder& builder, Node node) { return {builder.text(node), node.span()}; }

std::vector<Hazard> build_hazards(const Builder& builder, Node parent) {
  std::vector<Hazard> result;
  for (const Node child : parent.children()) {
    if (child.is(Kind::hazard)) result.push_back(build_hazard(builder, child));
  }
  return result;
}

std::string_view build_words(const Builder& builder, Node parent) {
  std::optional<Span> whole;
  std::size_t length = 0;
  for (const Node child : parent.children()) {
    if (!child.is(Kind::word)) continue;
    const Span span = child.span();
    length += (whole ? 1 : 0) + (span.end - span.begin);
    whole = Span{span.file, whole ? whole->begin : span.begin, span.end};
  }
  if (!whole) return {};
  const std::string_view text = builder.text(*whole);
  // Equal lengths alone could be a tab or a line break between two words.
  if (text.size() == length && text.find_first_of("\t\r\n") == std::string_view::npos) return text;
  std::string words;
  for (const Node child : parent.children()) {
    if (!child.is(Kind::word)) continue;
    if (!words.empty()) words += ' ';
    words += builder.text(child);
  }
  return builder.texts.keep(std::move(words));
}

Span head_of(Node node) {
  Span head = node.span();
  std::optional<Span> before_block;
  std::optional<Span> name;
  for (const Node child : node.children()) {
    if (child.is(Kind::block)) {
      if (before_block) {
        head.end = before_block->end;
      } else {
        head.end = head.begin + static_cast<std::uint32_t>(node.text().find_first_of(" \t\r\n{"));
      }
      return head;
    }
    before_block = child.span();
    if (!name && (child.is(Kind::path) || child.is(Kind::name) || child.is(Kind::text))) name = child.span();
  }
  if (name) head.end = name->end;
  return head;
}

}  // namespace dmc::ast
