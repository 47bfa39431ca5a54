// Edits of several files as the protocol has them, and where statements go in a change.
#include <algorithm>

#include <fmt/format.h>

#include "editors/lsp/features.hpp"
#include "grammar/scan.hpp"

namespace dmc::lsp {

namespace {

using grammar::Kind;
using grammar::Node;

/// `rename users.mail to email` as "rename_users_mail_to_email".
std::string as_file_name(std::string_view words) {
  std::string name;
  for (const char c : words) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    const bool large = c >= 'A' && c <= 'Z';
    if (plain || large)
      name += large ? static_cast<char>(c - 'A' + 'a') : c;
    else if (!name.empty() && !name.ends_with('_'))
      name += '_';
  }
  while (name.ends_with('_')) name.pop_back();
  return name.empty() ? "change" : name.substr(0, 60);
}

std::string as_text(std::string_view words) {
  std::string text = "'";
  for (const char c : words) text.append(c == '\'' ? 2 : 1, c);
  return text + "'";
}

Json of_document(const std::string& uri, JsonArray edits) {
  return json_object({{"textDocument", json_object({{"uri", json(uri)}, {"version", Json{}}})},
                      {"edits", json_array(std::move(edits))}});
}

}  // namespace

void WorkspaceEdit::add(const Document& document, Json edit) {
  edits_[asked_.workspace.uri_of(document.name())].push_back(std::move(edit));
}

void WorkspaceEdit::add(const Document& document, std::uint32_t begin, std::uint32_t end, std::string_view text) {
  add(document, text_edit(document, begin, end, text));
}

void WorkspaceEdit::begin_change(std::string_view about, std::string_view statement) {
  const auto number = asked_.workspace.next_number();
  created_ = {asked_.workspace.uri_of(fmt::format("changes/{:04}_{}.mig", number, as_file_name(about))),
              statement.empty() ? fmt::format("change {} {};\n", number, as_text(about))
                                : fmt::format("change {} {} {{\n  {}\n}}\n", number, as_text(about), statement)};
}

Json WorkspaceEdit::whole() const {
  if (!created_) {
    JsonObject changes;
    for (const auto& [uri, list] : edits_) changes.emplace_back(uri, json_array(list));
    return json_object({{"changes", Json{std::move(changes)}}});
  }
  const auto& [uri, text] = *created_;
  const Json start = json(Place{});
  const Json insert =
      json_object({{"range", json_object({{"start", start}, {"end", start}})}, {"newText", json(text)}});
  JsonArray all{json_object({{"kind", json("create")}, {"uri", json(uri)}}), of_document(uri, {insert})};
  for (const auto& [other, list] : edits_) all.push_back(of_document(other, list));
  return json_object({{"documentChanges", json_array(std::move(all))}});
}

Json add_to_change(const Met& change, std::string_view statement, Where where) {
  const auto& document = *change.document;
  std::optional<Node> block;
  for (const Node item : document.tree().root().children())
    if (item.is(Kind::change) && item.span().begin == change.mention.whole_begin) block = item.child(Kind::block);
  if (!block)  // `change 8 'slugs';` becomes one with a block
    return text_edit(document, change.mention.end, change.mention.whole_end, fmt::format(" {{\n  {}\n}}", statement));
  if (where == Where::first) {
    const auto at = block->span().begin + 1;
    const auto inside = block->text().substr(1, block->text().size() - 2);
    const bool empty =
        inside.find_first_not_of(" \t\r\n") == std::string_view::npos && inside.find('\n') == std::string_view::npos;
    return text_edit(document, at, at, fmt::format("\n  {}{}", statement, empty ? "\n" : ""));
  }
  auto at = block->span().end - 1;
  const auto brace = at;
  while (at > block->span().begin && grammar::is_blank(document.text()[at - 1])) --at;
  if (document.text()[at - 1] == '\n') return text_edit(document, at, brace, fmt::format("  {}\n", statement));
  return text_edit(document, at, brace, fmt::format("\n  {}\n", statement));
}

Json add_behind(const Document& document, std::uint32_t end, std::string_view statement) {
  const auto text = document.text();
  while (end < text.size() && text[end] != ';' && text[end] != '\n') ++end;
  if (end < text.size() && text[end] == ';') ++end;
  return text_edit(document, end, end, fmt::format("\n  {}", statement));
}

}  // namespace dmc::lsp
