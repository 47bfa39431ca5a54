// The shape of a file: its canonical layout, what folds, and what its names are.
#include <algorithm>
#include <array>

#include "compiler/ast/format.hpp"
#include "editors/lsp/features.hpp"

namespace dmc::lsp {

namespace {

using grammar::Kind;

constexpr auto token_types = std::to_array<std::string_view>(
    {"namespace", "type", "struct", "enumMember", "property", "function", "parameter", "variable", "event"});
constexpr std::int64_t declaration = 1;

std::optional<std::int64_t> token_type(const Mention& mention) {
  switch (mention.meaning) {
    case Meaning::database:
    case Meaning::schema:
      return 0;
    case Meaning::type:
      return 1;
    case Meaning::relation:
      return 2;
    case Meaning::enum_value:
      return 3;
    case Meaning::column:
      return 4;
    case Meaning::function:
    case Meaning::pattern:
      return 5;
    case Meaning::parameter:
      return 6;
    case Meaning::trigger:
      return 8;
    case Meaning::change:
      return std::nullopt;
    default:
      return 7;
  }
}

bool starts_sign(std::string_view text, std::size_t at) {
  return at >= text.size() || (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
}

/// One fold where it takes more than a line.
void add_fold(const Document& document, std::uint32_t begin, std::uint32_t end, std::int64_t kept, bool comment,
              JsonArray& folds) {
  const auto first = document.lines().place(document.text(), begin).line;
  const auto last = document.lines().place(document.text(), end).line - kept;
  if (last <= first) return;
  folds.push_back(json_object(
      {{"startLine", json(first)}, {"endLine", json(last)}, {"kind", comment ? json("comment") : absent()}}));
}

/// Line comments that follow one another fold together.
void fold_comments(const Document& document, JsonArray& folds) {
  const auto& comments = document.tree().comments;
  const auto line = [&](std::uint32_t offset) { return document.lines().place(document.text(), offset).line; };
  for (std::size_t index = 0; index < comments.size();) {
    std::size_t last = index;
    while (last + 1 < comments.size() && line(comments[last + 1].begin) == line(comments[last].end) + 1) ++last;
    add_fold(document, comments[index].begin, comments[last].end, 0, true, folds);
    index = last + 1;
  }
}

}  // namespace

Json semantic_legend() {
  JsonArray types;
  for (const auto type : token_types) types.push_back(json(type));
  return json_object(
      {{"tokenTypes", json_array(std::move(types))}, {"tokenModifiers", json_array({json("declaration")})}});
}

Json semantic_tokens(const Asked& asked) {
  JsonArray data;
  Place last;
  std::uint32_t end = 0;
  for (const auto& mention : asked.document.mentions().names) {
    const auto type = token_type(mention);
    if (!type || mention.begin < end || mention.end <= mention.begin) continue;
    end = mention.end;
    const auto from = asked.document.lines().place(asked.document.text(), mention.begin);
    const auto to = asked.document.lines().place(asked.document.text(), mention.end);
    data.push_back(json(from.line - last.line));
    data.push_back(json(from.line == last.line ? from.character - last.character : from.character));
    data.push_back(json(to.character - from.character));
    data.push_back(json(*type));
    data.push_back(json(mention.declares ? declaration : 0));
    last = from;
  }
  return json_object({{"data", json_array(std::move(data))}});
}

/// One edit, from the first byte that differs to the last.
Json formatting(const Asked& asked) {
  const auto& document = asked.document;
  if (document.syntax().has_errors() || !document.was_parsed()) return {};
  const auto before = document.text();
  const std::string after = ast::format(document.sources(), 0, document.tree());
  if (after == before) return json_array();
  const auto shorter = std::min(before.size(), after.size());
  std::size_t head = 0;
  while (head < shorter && before[head] == after[head]) ++head;
  while (head > 0 && (!starts_sign(before, head) || before[head - 1] == '\r')) --head;
  std::size_t tail = 0;
  while (tail < shorter - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) ++tail;
  while (tail > 0 && (!starts_sign(before, before.size() - tail) || before[before.size() - tail] == '\n')) --tail;
  const auto text = std::string_view(after).substr(head, after.size() - tail - head);
  return json_array(
      {text_edit(document, static_cast<std::uint32_t>(head), static_cast<std::uint32_t>(before.size() - tail), text)});
}

Json folding(const Asked& asked) {
  const auto& document = asked.document;
  JsonArray folds;
  for (std::uint32_t id = 0; id < document.tree().records.size(); ++id) {
    const grammar::Node node(document.tree(), id);
    const auto span = node.span();
    if (node.is(Kind::block) || node.is(Kind::enumeration)) add_fold(document, span.begin, span.end, 1, false, folds);
    if (node.is(Kind::sql)) add_fold(document, span.begin, span.end, 0, false, folds);
  }
  fold_comments(document, folds);
  return json_array(std::move(folds));
}

}  // namespace dmc::lsp
