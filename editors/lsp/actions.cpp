// What a diagnostic asks for, as an edit: the statement it shows goes into the change or the table that it names.
#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "editors/lsp/features.hpp"
#include "grammar/diagnostic.hpp"
#include "grammar/expected.hpp"
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
  auto said = text;
  if (constexpr std::string_view reason = "because '…';"; said.ends_with(reason)) said.remove_suffix(reason.size());
  return whole && said.find("…") == said.npos ? text : std::string_view();
}

/// What stands before it: "declare it in change 2".
std::string_view introduction(std::string_view help) {
  return help.substr(0, std::min(help.rfind(":  "), help.size()));
}

/// All texts in quotes.
std::vector<std::string> quoted_in(std::string_view text) {
  std::vector<std::string> all;
  for (auto open = text.find('\''); open != text.npos; open = text.find('\'', open + 1)) {
    const auto end = text.find('\'', open + 1);
    if (end == text.npos) break;
    all.emplace_back(text.substr(open + 1, end - open - 1));
    open = end;
  }
  return all;
}

/// The only text in quotes behind `words`.
std::optional<std::string_view> quoted_behind(std::string_view help, std::string_view words, char quote) {
  if (!help.starts_with(words)) return std::nullopt;
  help.remove_prefix(words.size());
  const auto end = help.find(quote);
  if (end == std::string_view::npos || help.find(quote, end + 1) != std::string_view::npos) return std::nullopt;
  return help.substr(0, end);
}

/// Where a text has the name, as a whole one; npos: nowhere.
std::size_t find_name(std::string_view text, std::string_view name) {
  const auto is_part = [&](std::size_t at) { return at < text.size() && grammar::is_name_part(text[at]); };
  for (auto at = text.find(name); !name.empty() && at != text.npos; at = text.find(name, at + 1))
    if (!(at > 0 && is_part(at - 1)) && !is_part(at + name.size())) return at;
  return std::string_view::npos;
}

std::string_view last_of_path(std::string_view path) {
  const auto dot = path.rfind('.');
  return dot == path.npos ? path : path.substr(dot + 1);
}

/// Of a column as it is declared: "0" of `age int not null`; empty where nothing goes without saying.
std::string_view plainest_value(std::string_view column) {
  const auto name_end = column.front() == '"' ? column.find('"', 1) + 1 : first_word(column).size();
  const auto type = grammar::lower_case(first_word(column.substr(column.find_first_not_of(" \t\r\n", name_end))));
  constexpr auto numbers = std::to_array<std::string_view>(
      {"int", "uint", "bigint", "smallint", "tinyint", "integer", "numeric", "decimal", "real", "float", "double"});
  constexpr auto texts = std::to_array<std::string_view>({"text", "varchar", "char", "character", "string"});
  // Int32, UInt8, Float64
  const auto plain = std::string_view(type).substr(0, type.find_last_not_of("0123456789") + 1);
  if (std::ranges::find(numbers, plain) != numbers.end()) return "0";
  if (std::ranges::find(texts, type) != texts.end()) return "''";
  return type == "bool" || type == "boolean" ? "false" : "";
}

bool is_backup(const Node& node) { return node.is(Kind::with_backup) || node.is(Kind::without_backup); }

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
    if (finding.what.code == "E0110")
      replace(finding, "Write it in lower case",
              grammar::lower_case(asked_.document.slice(finding.begin, finding.end)));
    if (finding.what.code == "E0131") replace(finding, "Take it out", "");
    if (finding.what.code == "E0100" && finding.what.label.starts_with("expected ','")) add_comma(finding);
    if (finding.what.code == "E0108") close_block(finding);
    if (finding.what.code == "E0294") say_new_name(finding), take_out(finding);
    for (const std::string_view help : finding.what.help) {
      if (const auto statement = statement_in(help); !statement.empty())
        mend(finding, introduction(help), statement);
      else if (help.starts_with("did you mean '"))
        for (const auto& name : quoted_in(help)) rename(finding, name);
      else if (const auto quoted = quoted_behind(help, "write it in double quotes: \"", '"'))
        replace(finding, "Write it in double quotes", fmt::format("\"{}\"", *quoted));
      else if (finding.what.code == "E0124" && help.starts_with("write: (") && help.find("…") == std::string_view::npos)
        replace(finding, "Put it in parentheses", help.substr(std::string_view("write: ").size()));
      else if (const auto written = help.find(" is written: ");
               written != help.npos && help.find("…") == help.npos && help == finding.what.help.front())
        write_so(finding, help.substr(written + std::string_view(" is written: ").size()));
      else if (help.starts_with("declare it in table "))
        add_to_table(finding, help);
      else if (help.find("write changes/") != std::string_view::npos)
        new_change(finding, help);
      else if (help.starts_with("add 'with backup'"))
        say_backup(finding);
      else if (help.starts_with("or give it a value here:  default"))
        give_default(finding);
    }
  }

  /// The statement of a change that the finding stands in.
  std::optional<Node> statement_around(const Finding& finding) const {
    const auto holds = [&](const Node& node) {
      return node.span().begin <= finding.begin && finding.begin < node.span().end;
    };
    for (const Node item : asked_.document.tree().root().children()) {
      const auto block = item.is(Kind::change) && holds(item) ? item.child(Kind::block) : std::nullopt;
      if (!block) continue;
      for (const Node statement : block->children())
        if (holds(statement)) return statement;
    }
    return std::nullopt;
  }

  /// A statement that is wrong becomes the one that is shown; what is missing goes into the open change.
  void mend(const Finding& finding, std::string_view why, std::string_view statement) {
    const bool is_half = why.find("next version") != why.npos;
    const bool is_late = why.starts_with("behind a gate") && !has_gate();
    if (is_half || is_late) return;
    const auto around = statement_around(finding);
    if (around && (why.find("before this line") != why.npos || why == "end that first")) {
      const auto begin = around->span().begin;
      return act(finding, fmt::format("Write before it: {}", statement),
                 edit(asked_.document, text_edit(asked_.document, begin, begin, fmt::format("{}\n  ", statement))));
    }
    const bool is_another = first_word(around ? around->text() : "") != first_word(statement);
    if (around && why.find(" change ") == why.npos && (!is_another || why == "say what becomes of them")) {
      auto end = around->span().end;
      while (end > around->span().begin && (asked_.document.text()[end - 1] == ';')) --end;
      statement.remove_suffix(1);
      return act(finding, fmt::format("Write: {};", statement),
                 edit(asked_.document, text_edit(asked_.document, around->span().begin, end, statement)));
    }
    add_statement(finding, statement);
  }

  bool has_gate() const {
    const auto change = asked_.workspace.open_change();
    if (!change) return false;
    for (const Node item : change->document->tree().root().children()) {
      const auto block = item.span().begin == change->mention.whole_begin ? item.child(Kind::block) : std::nullopt;
      if (!block) continue;
      for (const Node statement : block->children())
        if (statement.is(Kind::gate)) return true;
    }
    return false;
  }

  void add_statement(const Finding& finding, std::string_view statement) {
    if (const auto change = asked_.workspace.open_change())
      return act(finding, fmt::format("Add to change {}: {}", change->mention.owner, statement),
                 edit(*change->document, add_to_change(*change, statement, Where::last)));
    if (!asked_.may_create_files) return;
    const auto about = statement.substr(0, statement.size() - 1);
    WorkspaceEdit edit(asked_);
    edit.begin_change(about.substr(0, about.find(" with")), statement);
    act(finding, fmt::format("Begin change {}: {}", asked_.workspace.next_number(), statement), edit.whole());
  }

  /// Behind what stands before the place where it is missing.
  void add_comma(const Finding& finding) {
    auto end = finding.begin;
    while (end > 0 && grammar::is_blank(asked_.document.text()[end - 1])) --end;
    act(finding, "Add the missing ','", edit(asked_.document, text_edit(asked_.document, end, end, ",")));
  }

  /// In front of the line that cannot be in the block, or at the end of the file; as far in as the line that opens it.
  void close_block(const Finding& finding) {
    const std::string_view text = asked_.document.text();
    const auto line = text.substr(0, finding.begin).rfind('\n') + 1;
    const auto indent = text.substr(line, text.find_first_not_of(" \t", line) - line);
    auto place = static_cast<std::uint32_t>(text.size());
    if (!finding.related.empty() && finding.related.front().file == asked_.document.name())
      place = static_cast<std::uint32_t>(text.substr(0, finding.related.front().begin).rfind('\n') + 1);
    const bool is_line = place == 0 || text[place - 1] == '\n';
    act(finding, "Add the missing '}'",
        edit(asked_.document,
             text_edit(asked_.document, place, place, fmt::format("{}{}}}\n", is_line ? "" : "\n", indent))));
  }

  void write_so(const Finding& finding, std::string_view text) {
    replace(finding, fmt::format("Write: {}", text), text);
  }

  /// "add 'with backup', or 'without backup', before the pace"
  void say_backup(const Finding& finding) {
    const auto around = statement_around(finding);
    if (!around) return;
    auto end = around->span().end;
    while (end > around->span().begin &&
           (asked_.document.text()[end - 1] == ';' || grammar::is_blank(asked_.document.text()[end - 1])))
      --end;
    bool is_pace = false;
    for (const Node child : around->children()) {
      if (is_backup(child)) return;
      is_pace =
          is_pace || child.is(Kind::batch) || child.is(Kind::parallel) || child.is(Kind::rate) || child.is(Kind::pause);
      if (!is_pace) continue;
      end = child.span().begin;
      break;
    }
    for (const std::string_view words : {"with backup", "without backup"})
      act(finding, fmt::format("Say '{}'", words),
          edit(asked_.document,
               text_edit(asked_.document, end, end, is_pace ? fmt::format("{} ", words) : fmt::format(" {}", words))));
  }

  /// The plainest value, where the type of a new column tells one: "or give it a value here:  default …".
  void give_default(const Finding& finding) {
    const auto text = asked_.document.slice(finding.begin, finding.end);
    const auto value = plainest_value(text);
    const auto end = finding.begin + static_cast<std::uint32_t>(std::min(text.rfind(';'), text.size()));
    if (!value.empty())
      act(finding, fmt::format("Say 'default {}'", value),
          edit(asked_.document, text_edit(asked_.document, end, end, fmt::format(" default {}", value))));
  }

  /// Only the name that is wrong, where more stands there.
  void rename(const Finding& finding, const std::string& name) {
    const auto text = asked_.document.slice(finding.begin, finding.end);
    const auto write = [&](std::size_t begin, std::size_t size, std::string_view instead) {
      const auto from = finding.begin + static_cast<std::uint32_t>(begin);
      act(finding, fmt::format("Write '{}'", instead),
          edit(asked_.document, text_edit(asked_.document, from, from + static_cast<std::uint32_t>(size), instead)));
    };
    // Of all that the message names, what the other name is like.
    for (const std::string_view wrong : quoted_in(finding.what.message)) {
      const auto other = last_of_path(name);
      if (wrong == name || grammar::nearest(last_of_path(wrong), {other}).empty()) continue;
      if (const auto at = find_name(text, wrong); at != text.npos) return write(at, wrong.size(), name);
      const auto last = last_of_path(wrong);
      if (const auto at = find_name(text, last); at != text.npos && last.size() < wrong.size())
        return write(at, last.size(), last_of_path(name));
    }
    if (text.find_first_of(" \t\r\n(") == text.npos) write(0, text.size(), name);
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

  /// "the view 'texts' still says 'text', which is called 'title' after …": wherever its SQL says it.
  void say_new_name(const Finding& finding) {
    const auto message = std::string_view(finding.what.message);
    const auto place = message.find(" still says '");
    const auto names = quoted_in(message.substr(std::min(place, message.size())));
    if (names.size() < 2) return;
    const Mention* whole = nullptr;
    for (const auto& mention : asked_.document.mentions().names)
      if (mention.declares && mention.whole_begin <= finding.begin && finding.begin < mention.whole_end)
        whole = &mention;
    if (!whole) return;
    const auto from = last_of_path(names[0]), to = last_of_path(names[1]);
    WorkspaceEdit edit(asked_);
    bool any = false;
    for (const auto& piece : asked_.document.mentions().sql) {
      if (piece.begin < whole->whole_begin || piece.end > whole->whole_end) continue;
      for (const auto& word : asked_.workspace.words_in(asked_.document, piece)) {
        if (word.name != from) continue;
        edit.add(asked_.document,
                 text_edit(asked_.document, word.begin, word.end, spelled(asked_, piece.database, true, to)));
        any = true;
      }
    }
    if (any) act(finding, fmt::format("Write '{}' instead of '{}'", to, from), edit.whole());
  }

  /// "this drops the column 'users.name', but the desired state still has it"
  void take_out(const Finding& finding) {
    const auto message = std::string_view(finding.what.message);
    const auto names = quoted_in(message);
    if (!message.ends_with("but the desired state still has it") || names.size() != 1) return;
    const std::string_view path = names.front();
    const auto name = last_of_path(path);
    const auto owner =
        name.size() == path.size() ? path.substr(0, 0) : last_of_path(path.substr(0, path.size() - name.size() - 1));
    if (!message.starts_with("this drops the column ") || owner.empty()) return;
    asked_.workspace.each_declared_as(name, [&](const Document& document, const Mention& mention) {
      if (mention.meaning != Meaning::column || mention.owner != owner) return;
      const auto& text = document.text();
      auto begin = mention.whole_begin, end = mention.whole_end;
      while (end < text.size() && grammar::is_blank(text[end])) ++end;
      end = end < text.size() && text[end] == ';' ? end + 1 : mention.whole_end;
      while (begin > 0 && (text[begin - 1] == ' ' || text[begin - 1] == '\t')) --begin;
      const bool is_line = begin > 0 && text[begin - 1] == '\n' && end < text.size() && text[end] == '\n';
      if (is_line)
        ++end;
      else
        begin = mention.whole_begin;
      act(finding, fmt::format("Take column {} out of the desired state", path),
          edit(document, text_edit(document, begin, end, "")));
    });
  }

  void replace(const Finding& finding, std::string title, std::string_view text) {
    act(finding, std::move(title), edit(asked_.document, text_edit(asked_.document, finding.begin, finding.end, text)));
  }

  /// "write changes/0003_….mig:  change 3 'what is new';"
  void new_change(const Finding& finding, std::string_view help) {
    const auto text = shown_text(help);
    const auto title = quoted_in(text);
    if (!asked_.may_create_files || !text.starts_with("change ") || title.size() != 1) return;
    WorkspaceEdit edit(asked_);
    edit.begin_change(title.front() == "…" ? "what is new" : title.front(), {});
    act(finding, fmt::format("Begin {}", text.substr(0, text.find('\'') - 1)), edit.whole());
  }

  Json edit(const Document& document, Json text_edit) const {
    WorkspaceEdit edit(asked_);
    edit.add(document, std::move(text_edit));
    return edit.whole();
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

Json code_actions(const Asked& asked) { return Actions(asked).all(); }

}  // namespace dmc::lsp
