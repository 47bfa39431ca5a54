// A new name is an intent: the desired state says it, and the newest change says what it was before.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "editors/lsp/features.hpp"
#include "grammar/scan.hpp"

namespace dmc::lsp {

namespace {

using grammar::Kind;
using grammar::Node;

bool can_be_renamed(const Mention& mention) {
  return mention.meaning != Meaning::change && mention.meaning != Meaning::database &&
         mention.meaning != Meaning::other && mention.meaning != Meaning::policy;
}

bool is_plain(std::string_view name) {
  return grammar::is_name_start(name.front()) && std::ranges::all_of(name, grammar::is_name_part);
}

std::string as_name(std::string_view name) {
  if (is_plain(name)) return std::string(name);
  std::string quoted = "\"";
  for (const char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

/// `audit.users.mail`: with the schema, where it has one.
std::string path_in_schema(const Mention& declared) {
  std::string path;
  if (!declared.qualifier.empty() && declared.qualifier != declared.database) path = as_name(declared.qualifier) + ".";
  if (!declared.owner.empty()) path += as_name(declared.owner) + ".";
  return path + as_name(declared.name);
}

/// As a statement of a change says it: with the database in front where another one has that, too.
std::string path_of(const Workspace& workspace, const Mention& declared) {
  Mention anywhere = declared;
  anywhere.database = {};
  anywhere.qualifier = {};
  const bool elsewhere = workspace.declarations(anywhere).size() > 1;
  return (elsewhere ? as_name(declared.database) + "." : std::string()) + path_in_schema(declared);
}

bool has_member(const model::Table& table, const Mention& declared) {
  const auto has = [&](const auto& list) {
    return std::ranges::any_of(list, [&](const auto& item) { return item.name == declared.name; });
  };
  if (table.name != declared.owner) return false;
  if (declared.meaning == Meaning::column) return table.column(declared.name) != nullptr;
  if (declared.meaning == Meaning::index) return has(table.indexes);
  const bool is_constraint = declared.meaning == Meaning::constraint;
  return is_constraint && (has(table.checks) || has(table.uniques) || has(table.foreign_keys));
}

/// What the language has a word for and the model keeps as a statement: "function touch(integer)".
std::optional<std::string> object_of(const model::Database& database, const Mention& declared) {
  const auto begin = fmt::format("{} {}", word_of(declared), path_in_schema(declared));
  std::optional<std::string> found;
  for (const auto& object : database.objects) {
    const bool is_it = object.name == begin || object.name.starts_with(begin + "(");
    if (is_it && found) return std::nullopt;  // two functions of one name
    if (is_it) found = object.name;
  }
  return found;
}

bool has_enum_value(const model::Database& database, const Mention& declared) {
  return declared.meaning == Meaning::enum_value && std::ranges::any_of(database.objects, [&](const auto& object) {
           return object.name == fmt::format("enum {}", declared.owner) &&
                  object.create.text.find(fmt::format("'{}'", declared.name)) != std::string::npos;
         });
}

/// `column users.mail`: what the catalog before the newest change has, and a statement can be about. Nothing for what
/// is new, which needs none.
std::optional<std::string> subject_in_base(const Workspace& workspace, const Mention& declared) {
  const auto subject = fmt::format("{} {}", word_of(declared), path_of(workspace, declared));
  for (const auto& database : workspace.base()) {
    if (!declared.database.empty() && database.name != declared.database) continue;
    const auto same_name = [&](const auto& item) { return item.name == declared.name; };
    const bool is_relation =
        declared.meaning == Meaning::relation &&
        (std::ranges::any_of(database.tables, same_name) || std::ranges::any_of(database.views, same_name));
    const bool is_member =
        std::ranges::any_of(database.tables, [&](const auto& table) { return has_member(table, declared); });
    if (is_relation || is_member || has_enum_value(database, declared)) return subject;
    if (auto object = object_of(database, declared)) return object;
  }
  return std::nullopt;
}

/// In a change, which speaks of names before and after; only a pattern's own names are the same everywhere.
bool is_in_change(const Met& met) {
  for (const Node item : met.document->tree().root().children())
    if (item.is(Kind::change) && item.span().begin <= met.mention.begin && met.mention.begin < item.span().end)
      return met.mention.meaning != Meaning::pattern && met.mention.meaning != Meaning::parameter;
  return false;
}

/// `rename … to MAIL` of the newest change, whose new name is the one that changes again: the path behind `to`.
std::optional<Node> renamed_before(const Met& change, const Mention& declared) {
  for (const Node item : change.document->tree().root().children()) {
    const auto block = item.is(Kind::change) && item.span().begin == change.mention.whole_begin
                           ? item.child(Kind::block)
                           : std::nullopt;
    if (!block) continue;
    for (const Node statement : block->children()) {
      const auto kind = statement.child(Kind::kind);
      if (!statement.is(Kind::rename) || !kind || kind->text() != word_of(declared)) continue;
      std::optional<Node> from;
      std::optional<Node> to;
      for (const Node child : statement.children()) {
        if (!child.is(Kind::path)) continue;
        if (!from)
          from = child;
        else
          to = child;
      }
      const bool same_owner =
          declared.owner.empty() || (from && from->text().find(declared.owner) != std::string_view::npos);
      if (to && to->text() == declared.name && same_owner) return to;
    }
  }
  return std::nullopt;
}

/// A schema may be declared in many places; of anything else that would be two things.
bool is_one_thing(const Mention& meant, const std::vector<Met>& declared) {
  return declared.size() == 1 || (!declared.empty() && meant.meaning == Meaning::schema);
}

Json refusal(std::string_view why) { return json_object({{"refused", json(why)}}); }

}  // namespace

Json prepare_rename(const Asked& asked) {
  const auto meant = asked.workspace.meant_at(asked.document, asked.offset);
  if (!meant || !can_be_renamed(*meant)) return {};
  const auto declared = asked.workspace.declarations(*meant);
  const bool is_here = std::ranges::any_of(
      declared, [&](const Met& met) { return asked.workspace.document(met.document->name()) == met.document; });
  if (!is_here || !is_one_thing(*meant, declared)) return {};
  return json_object({{"range", asked.document.range(meant->begin, meant->end)}, {"placeholder", json(meant->name)}});
}

Json rename(const Asked& asked) {
  const std::string wanted = text_at(asked.params, "newName");
  const bool writable = !wanted.empty() && wanted.find_first_of(std::string_view("\n\r\0", 3)) == std::string::npos;
  if (!writable) return refusal("a name is not empty and stands on one line");
  const auto meant = asked.workspace.meant_at(asked.document, asked.offset);
  if (!meant || !can_be_renamed(*meant)) return refusal("nothing here has a name that can be changed");
  const auto declared = asked.workspace.declarations(*meant);
  if (declared.empty()) return refusal("this is declared nowhere in the project");
  if (!is_one_thing(*meant, declared))
    return refusal("this name means more than one thing: rename it where it is declared");

  Mention taken = declared.front().mention;
  const bool is_new = wanted != taken.name;
  taken.name = wanted;
  if (const auto there = asked.workspace.declarations(taken); is_new && !there.empty())
    return refusal(fmt::format("there is a {} '{}' already", word_of(there.front().mention), wanted));

  std::map<std::string, JsonArray> edits;
  const auto add = [&](const Document& document, Json edit) {
    edits[asked.workspace.uri_of(document.name())].push_back(std::move(edit));
  };
  const auto& first = declared.front().mention;
  for (const auto& met : asked.workspace.references(meant->meaning == Meaning::parameter ? *meant : first))
    if (!is_in_change(met))
      add(*met.document, text_edit(*met.document, met.mention.begin, met.mention.end, as_name(wanted)));

  const auto change = asked.workspace.newest_change();
  if (change) {
    if (const auto again = renamed_before(*change, first))
      add(*change->document, text_edit(*change->document, again->span().begin, again->span().end, as_name(wanted)));
    else if (const auto subject = subject_in_base(asked.workspace, first))
      add(*change->document,
          add_to_change(*change, fmt::format("rename {} to {};", *subject, as_name(wanted)), Where::first));
  }
  JsonObject changes;
  for (auto& [uri, list] : edits) changes.emplace_back(uri, json_array(std::move(list)));
  return json_object({{"changes", Json{std::move(changes)}}});
}

}  // namespace dmc::lsp
