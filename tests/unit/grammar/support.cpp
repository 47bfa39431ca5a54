// Helpers of the grammar's tests.
#include "tests/unit/grammar/support.hpp"

#include <fstream>
#include <iterator>

namespace dmc::grammar::tests {

namespace {

bool shows_text(Kind kind) {
  switch (kind) {
    case Kind::word:
    case Kind::name:
    case Kind::text:
    case Kind::number:
    case Kind::percent:
    case Kind::size:
    case Kind::duration:
    case Kind::boolean:
    case Kind::splice:
    case Kind::version:
    case Kind::sql:
    case Kind::arguments:
    case Kind::operator_sign:
    case Kind::call:
    case Kind::hazard:
      return true;
    default:
      return false;
  }
}

void write(const Node& node, std::string& out) {
  out += kind_name(node.kind());
  if (shows_text(node.kind())) {
    out += ':';
    for (const char c : node.text()) out += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  if (node.children().empty()) return;
  out += "(";
  bool first = true;
  for (const Node child : node.children()) {
    if (!first) out += " ";
    first = false;
    write(child, out);
  }
  out += ")";
}

}  // namespace

std::string Parsed::errors() const {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics.sorted()) text += render(diagnostic, sources) + "\n";
  return text;
}

std::string Parsed::codes() const {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics.sorted()) text += (text.empty() ? "" : " ") + diagnostic.code;
  return text;
}

void parse_into(Parsed& parsed, std::string_view text, std::optional<Context> context) {
  const FileId file = parsed.sources.add("shop.mig", std::string(text));
  parsed.tree = context ? parse_items(parsed.sources, file, *context, parsed.diagnostics)
                        : parse(parsed.sources, file, parsed.diagnostics);
}

std::string shape(std::string_view text, std::optional<Context> context) {
  Parsed parsed;
  parse_into(parsed, text, context);
  std::string out;
  for (const Node child : parsed.tree.root().children()) {
    if (!out.empty()) out += " ";
    write(child, out);
  }
  for (const Diagnostic& diagnostic : parsed.diagnostics.sorted()) {
    out += " !" + diagnostic.code + " " + diagnostic.message;
  }
  return out;
}

std::string codes(std::string_view text, std::optional<Context> context) {
  Parsed parsed;
  parse_into(parsed, text, context);
  return parsed.codes();
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> blocks(std::string_view markdown) {
  std::vector<std::string> found;
  constexpr std::string_view fence = "```mig\n";
  for (std::size_t at = markdown.find(fence); at != std::string_view::npos; at = markdown.find(fence, at)) {
    at += fence.size();
    const std::size_t end = markdown.find("```", at);
    found.emplace_back(markdown.substr(at, end - at));
    at = end;
  }
  return found;
}

}  // namespace dmc::grammar::tests
