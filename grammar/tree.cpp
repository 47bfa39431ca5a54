// Walking and printing the flat tree.
#include "grammar/tree.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "grammar/diagnostic.hpp"

namespace dmc::grammar {

namespace {

/// Bytes that enclose a leaf's content at its front; the back has as many. 0: the leaf has no delimiters.
std::size_t delimiter(std::string_view text) {
  if (text.size() < 2) return 0;
  if (text.front() == '$' && text[1] != '{') return text.find('$', 1) + 1;
  const bool quoted = (text.front() == '\'' || text.front() == '"') && text.back() == text.front();
  const bool bracketed = text.front() == '(' && text.back() == ')';
  return quoted || bracketed ? 1 : 0;
}

bool has_content(Kind kind) {
  return kind == Kind::sql || kind == Kind::arguments || kind == Kind::text || kind == Kind::name;
}

}  // namespace

Span Node::inner_span() const {
  const Span whole = span();
  if (!has_content(kind())) return whole;
  const auto edge = static_cast<std::uint32_t>(delimiter(text()));
  return {whole.file, whole.begin + edge, whole.end - edge};
}

std::string_view Node::inner() const {
  const Span span = inner_span();
  return tree_->text.substr(span.begin, span.end - span.begin);
}

bool Node::quoted() const { return text().starts_with('"'); }

std::string Node::unquoted() const {
  const std::string_view content = inner();
  const char quote = text().front();
  if (quote != '\'' && quote != '"') return std::string(content);
  std::string result;
  result.reserve(content.size());
  for (std::size_t at = 0; at < content.size(); ++at) {
    result += content[at];
    if (content[at] == quote) ++at;
  }
  return result;
}

std::size_t Node::count() const {
  std::size_t count = 0;
  for ([[maybe_unused]] const Node child : children()) ++count;
  return count;
}

std::optional<Node> Node::first() const { return at(0); }

std::optional<Node> Node::child(Kind kind) const {
  for (const Node child : children()) {
    if (child.is(kind)) return child;
  }
  return std::nullopt;
}

std::optional<Node> Node::at(std::size_t position) const {
  for (const Node child : children()) {
    if (position-- == 0) return child;
  }
  return std::nullopt;
}

std::string dump(const Tree& tree) {
  std::string out;
  std::vector<std::uint32_t> ends;
  for (std::uint32_t id = 0; id < tree.records.size(); ++id) {
    while (!ends.empty() && ends.back() <= id) ends.pop_back();
    const Record& record = tree.records[id];
    const Node node(tree, id);
    out += fmt::format("{:{}}{} {}..{}", "", 2 * ends.size(), kind_name(record.kind), record.begin, record.end);
    if (record.next == id + 1 && record.end > record.begin) out += fmt::format(" {}", escaped(node.text()));
    out += '\n';
    ends.push_back(record.next);
  }
  return out;
}

}  // namespace dmc::grammar
