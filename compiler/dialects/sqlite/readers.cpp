// Finds readers by the names in their texts: one too many costs a statement, one too few would break the recipe.
#include "compiler/dialects/sqlite/readers.hpp"

#include <algorithm>
#include <set>

#include "compiler/dialects/sqlite/ddl.hpp"
#include "compiler/dialects/sqlite/names.hpp"
#include "compiler/dialects/sqlite/step_parts.hpp"
#include "compiler/dialects/sqlite/tokens.hpp"

namespace dmc::dialects::sqlite {

namespace {

using model::Database;
using model::Trigger;
using model::View;
using Names = std::set<std::string>;  ///< folded

Names names_of(std::string_view text) {
  Names names;
  for (const auto& token : tokens_of(text))
    if (token.can_be_name()) names.insert(folded(token.name()));
  return names;
}

Names names_of(const Trigger& trigger) {
  auto names = trigger.body ? names_of(trigger.body->text) : Names();
  if (trigger.when) names.merge(names_of(trigger.when->text));
  for (const auto& column : trigger.of_columns) names.insert(folded(column));
  return names;
}

bool meet(const Names& a, const Names& b) {
  return std::ranges::any_of(a, [&](const auto& name) { return b.contains(name); });
}

/// Most texts do not hold the word at all, and to see that is cheaper than to cut them into tokens.
bool may_hold(std::string_view text, const Names& words) {
  const auto lower = folded(text);
  return std::ranges::any_of(words, [&](const auto& word) { return lower.find(word) != std::string::npos; });
}

bool references(const model::Table& table, std::string_view parent) {
  return std::ranges::any_of(table.foreign_keys, [&](const auto& key) { return same_name(key.table, parent); });
}

/// Adds views that name one of `names`, and their own names, until nothing is added any more.
void close_over_views(const Database& database, Names& names, std::vector<const View*>& views) {
  std::vector<const View*> left;
  for (const auto& view : database.views) left.push_back(&view);
  for (bool grown = true; grown;) {
    grown = false;
    std::erase_if(left, [&](const View* view) {
      if (!may_hold(view->query.text, names) || !meet(names_of(view->query.text), names)) return false;
      names.insert(folded(view->name));
      views.push_back(view);
      return grown = true;
    });
  }
}

template <class T>
const T* named(const std::vector<T>& list, std::string_view name) {
  for (const auto& item : list)
    if (same_name(item.name, name)) return &item;
  return nullptr;
}

}  // namespace

Database neighbourhood(const Database& database, const model::Table& table) {
  Names names{folded(table.name)};
  std::vector<const View*> views;
  close_over_views(database, names, views);
  Database part;
  part.name = database.name;
  part.engine = database.engine;
  part.oldest_version = database.oldest_version;
  Names mentioned;
  for (const auto* view : views) {
    part.views.push_back(*view);
    mentioned.merge(names_of(view->query.text));
  }
  for (const auto& trigger : database.triggers) {
    const bool on = names.contains(folded(trigger.table));
    if (!on && !(trigger.body && may_hold(trigger.body->text, names) && meet(names_of(trigger), names))) continue;
    part.triggers.push_back(trigger);
    mentioned.merge(names_of(trigger));
    mentioned.insert(folded(trigger.table));
  }
  for (const auto& other : database.tables)
    if (same_name(other.name, table.name) || references(other, table.name) || mentioned.contains(folded(other.name)))
      part.tables.push_back(other);
  part.sort();
  return part;
}

Readers all_readers(const Database& neighbourhood) {
  Readers readers;
  for (const auto& view : neighbourhood.views) readers.views.push_back(view.name);
  for (const auto& trigger : neighbourhood.triggers) readers.triggers.push_back(trigger.name);
  return readers;
}

Readers readers_of_columns(const Database& before, const Database& after, const std::vector<std::string>& columns) {
  Names wanted;
  for (const auto& column : columns) wanted.insert(folded(column));
  Names gone;  // views that are taken away: whatever names them cannot stay
  std::vector<const View*> views;
  for (const auto& view : before.views) {
    const auto* later = named(after.views, view.name);
    if (!meet(names_of(view.query.text), wanted) && later && *later == view) continue;
    gone.insert(folded(view.name));
    views.push_back(&view);
  }
  close_over_views(before, gone, views);
  Readers readers;
  for (const auto& view : before.views)
    if (gone.contains(folded(view.name))) readers.views.push_back(view.name);
  for (const auto& trigger : before.triggers) {
    const auto* later = named(after.triggers, trigger.name);
    const auto names = names_of(trigger);
    if (meet(names, wanted) || meet(names, gone) || gone.contains(folded(trigger.table)) || !later ||
        !(*later == trigger))
      readers.triggers.push_back(trigger.name);
  }
  return readers;
}

plan::QueryCheck stands(const View& view, const Database& database) {
  const auto names = names_of(view.query.text);
  const bool reads_views = std::ranges::any_of(database.views, [&](const auto& other) {
    return !same_name(other.name, view.name) && names.contains(folded(other.name));
  });
  return reads_views ? is_there("view", view.name) : can_be_read(view.name);
}

std::vector<std::string> drop_statements(const Readers& readers) {
  std::vector<std::string> statements;
  for (const auto& name : readers.triggers) statements.push_back("drop trigger " + quoted(name));
  for (const auto& name : readers.views) statements.push_back("drop view " + quoted(name));
  return statements;
}

std::vector<std::string> create_statements(const Database& database, const Readers& readers) {
  std::vector<std::string> statements;
  for (const auto& name : readers.views)
    if (const auto* view = named(database.views, name)) statements.push_back(create_view(*view));
  for (const auto& name : readers.triggers)
    if (const auto* trigger = named(database.triggers, name)) statements.push_back(create_trigger(*trigger));
  return statements;
}

std::vector<std::string> children_of(const Database& database, std::string_view table) {
  std::vector<std::string> children;
  for (const auto& other : database.tables)
    if (!same_name(other.name, table) && references(other, table)) children.push_back(other.name);
  return children;
}

}  // namespace dmc::dialects::sqlite
