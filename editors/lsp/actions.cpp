// What a diagnostic asks for, as an edit: the statement it shows goes into the change or the table that it names.
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "editors/lsp/features.hpp"
#include "grammar/items.hpp"
#include "grammar/scan.hpp"

namespace dmc::lsp {

namespace {

using grammar::Kind;
using grammar::Node;

std::string_view first_word(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && grammar::is_name_part(text[end])) ++end;
  return text.substr(0, end);
}

/// What stands behind the last double space: the text that is to be written.
std::string_view shown_text(std::string_view help) {
  const auto place = help.rfind(":  ");
  return place == std::string_view::npos ? std::string_view() : help.substr(place + 3);
}

/// A statement of a change, written out, with nothing left for the author to fill in but a reason.
std::string_view statement_in(std::string_view help) {
  const auto text = shown_text(help);
  const auto words = grammar::first_words(grammar::Items::change);
  const bool whole = text.ends_with(';') && std::ranges::find(words, first_word(text)) != words.end();
  const bool open = text.find("…") != std::string_view::npos && text.find("'…'") == std::string_view::npos;
  return whole && !open ? text : std::string_view();
}

/// The only text in quotes behind `words`, as in `did you mean 'users'?`.
std::optional<std::string_view> quoted_behind(std::string_view help, std::string_view words, char quote) {
  if (!help.starts_with(words)) return std::nullopt;
  help.remove_prefix(words.size());
  const auto end = help.find(quote);
  if (end == std::string_view::npos || help.find(quote, end + 1) != std::string_view::npos) return std::nullopt;
  return help.substr(0, end);
}

class Actions {
 public:
  explicit Actions(const Asked& asked) : asked_(asked) {}

  Json all() {
    const auto from = asked_.document.offset(place_of(*or_empty("range.start")));
    const auto to = asked_.document.offset(place_of(*or_empty("range.end")));
    for (const auto& finding : asked_.workspace.findings(asked_.document.name()))
      if (finding.begin <= to && from <= finding.end) offer(finding);
    return json_array(std::move(actions_));
  }

 private:
  const Json* or_empty(std::string_view path) const {
    static const Json nothing;
    const Json* found = find(asked_.params, path);
    return found ? found : &nothing;
  }

  void offer(const Finding& finding) {
    if (finding.what.code == "E0101") replace(finding, "Add the missing ';'", ";");
    for (const std::string_view help : finding.what.help) {
      if (const auto statement = statement_in(help); !statement.empty())
        add_statement(finding, statement);
      else if (const auto name = quoted_behind(help, "did you mean '", '\''))
        replace(finding, fmt::format("Write '{}'", *name), *name);
      else if (const auto quoted = quoted_behind(help, "write it in double quotes: \"", '"'))
        replace(finding, "Write it in double quotes", fmt::format("\"{}\"", *quoted));
      else if (finding.what.code == "E0124" && help.starts_with("write: (") && help.find("…") == std::string_view::npos)
        replace(finding, "Put it in parentheses", help.substr(std::string_view("write: ").size()));
      else if (help.starts_with("declare it in table "))
        add_to_table(finding, help);
      else if (help.starts_with("write changes/"))
        new_change(finding, help);
    }
  }

  void add_statement(const Finding& finding, std::string_view statement) {
    if (const auto change = asked_.workspace.newest_change())
      act(finding, fmt::format("Add to change {}: {}", change->mention.owner, statement),
          edit(*change->document, add_to_change(*change, statement, Where::last)));
  }

  /// "declare it in table users:  unique (email);"
  void add_to_table(const Finding& finding, std::string_view help) {
    const auto clause = shown_text(help);
    auto name = help.substr(std::string_view("declare it in table ").size());
    name = name.substr(0, name.find(':'));
    asked_.workspace.each_declared_as(name, [&](const Document& document, const Mention& mention) {
      if (mention.kind != Kind::table || clause.empty()) return;
      act(finding, fmt::format("Add to table {}: {}", name, clause),
          edit(document,
               text_edit(document, mention.whole_end - 1, mention.whole_end, fmt::format("  {}\n  }}", clause))));
    });
  }

  void replace(const Finding& finding, std::string title, std::string_view text) {
    act(finding, std::move(title), edit(asked_.document, text_edit(asked_.document, finding.begin, finding.end, text)));
  }

  /// "write changes/0003_….mig:  change 3 '…';"
  void new_change(const Finding& finding, std::string_view help) {
    const auto text = shown_text(help);
    const auto name = help.substr(std::string_view("write ").size());
    const auto digits = name.substr(0, name.find("_"));
    if (!text.starts_with("change ") || digits.size() == name.size()) return;
    const auto uri = asked_.workspace.uri_of(fmt::format("{}_change.mig", digits));
    const Json create = json_object({{"kind", json("create")}, {"uri", json(uri)}});
    const Json start = json(Place{});
    const Json insert = json_object(
        {{"range", json_object({{"start", start}, {"end", start}})}, {"newText", json(std::string(text) + "\n")}});
    const Json document = json_object({{"uri", json(uri)}, {"version", Json{}}});
    act(finding, fmt::format("Begin {}", text.substr(0, text.find('\'') - 1)),
        json_object({{"documentChanges", json_array({create, json_object({{"textDocument", document},
                                                                          {"edits", json_array({insert})}})})}}));
  }

  Json edit(const Document& document, Json text_edit) const {
    JsonObject changes{{asked_.workspace.uri_of(document.name()), json_array({std::move(text_edit)})}};
    return json_object({{"changes", Json{std::move(changes)}}});
  }

  void act(const Finding& finding, std::string title, Json edit) {
    actions_.push_back(
        json_object({{"title", json(title)},
                     {"kind", json("quickfix")},
                     {"diagnostics", json_array({diagnostic(asked_.workspace, asked_.document, finding)})},
                     {"edit", std::move(edit)}}));
  }

  const Asked& asked_;
  JsonArray actions_;
};

}  // namespace

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

Json code_actions(const Asked& asked) { return Actions(asked).all(); }

}  // namespace dmc::lsp
