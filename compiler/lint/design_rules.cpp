// How new tables and indexes are designed, and how new things are named.
#include <algorithm>
#include <string_view>

#include <fmt/format.h>
#include <re2/re2.h>

#include "compiler/lint/rules.hpp"

namespace dmc::lint {

namespace {

using Elements = std::vector<model::Element>;

bool begins_with(const Elements& longer, const Elements& shorter) {
  return shorter.size() <= longer.size() && std::equal(shorter.begin(), shorter.end(), longer.begin());
}

/// Whether the first columns of a key or index are those of the foreign key, in any order.
bool covers_columns(const Elements& elements, const std::vector<std::string>& columns) {
  if (elements.size() < columns.size()) return false;
  return std::all_of(elements.begin(), elements.begin() + static_cast<std::ptrdiff_t>(columns.size()),
                     [&](const auto& element) {
                       return element.column && std::ranges::find(columns, *element.column) != columns.end();
                     });
}

bool indexed(const model::Table& table, const model::ForeignKey& key) {
  if (table.primary_key && covers_columns(table.primary_key->elements, key.columns)) return true;
  if (std::ranges::any_of(table.uniques, [&](const auto& one) { return covers_columns(one.elements, key.columns); }))
    return true;
  return std::ranges::any_of(table.indexes,
                             [&](const auto& one) { return !one.where && covers_columns(one.elements, key.columns); });
}

bool has_index(const model::Table* table, std::string_view name) {
  return table && std::ranges::find(table->indexes, name, &model::Index::name) != table->indexes.end();
}

bool has_key(const model::Table* table, std::string_view name) {
  return table && std::ranges::find(table->foreign_keys, name, &model::ForeignKey::name) != table->foreign_keys.end();
}

void look_at_index(std::vector<plan::Hazard>& found, const model::Table& table, const model::Index& index) {
  for (const auto& other : table.indexes) {
    if (other.name == index.name || other.where != index.where) continue;
    if (other.elements == index.elements && (other.name < index.name || other.unique))
      found.push_back(
          {"perf.dupe_index", index.name, fmt::format("{} has the same columns", other.name), std::nullopt});
    else if (!index.unique && other.elements.size() > index.elements.size() &&
             begins_with(other.elements, index.elements))
      found.push_back(
          {"perf.redundant", index.name, fmt::format("{} begins with the same columns", other.name), std::nullopt});
  }
  if (table.primary_key && !index.unique && !index.where && begins_with(table.primary_key->elements, index.elements))
    found.push_back({"perf.redundant", index.name, "the primary key begins with the same columns", std::nullopt});
}

/// `before`: the table as it was; null when it is new. Only what is new is looked at: nobody wants to hear of old sins
/// each time.
std::vector<plan::Hazard> look_at(const model::Table& table, const model::Table* before) {
  std::vector<plan::Hazard> found;
  // Where a sorting key stands for one, no engine promises that rows differ.
  if (!before && !table.primary_key && !table.storage)
    found.push_back(
        {"pk.missing", table.path(), "rows cannot be told apart by copies, backfills and replicas", std::nullopt});
  for (const auto& index : table.indexes)
    if (!has_index(before, index.name)) look_at_index(found, table, index);
  for (const auto& key : table.foreign_keys)
    if (!has_key(before, key.name) && !indexed(table, key))
      found.push_back({"perf.fk_unindexed", table.path() + "." + key.name,
                       fmt::format("deleting from {} looks at every row of {}", key.table, table.path()),
                       std::nullopt});
  return found;
}

struct Named {
  std::string_view kind;
  std::string_view name;
  std::string path;
};

bool has_constraint(const model::Table* table, std::string_view name) {
  const auto is_it = [&](const auto& constraint) { return constraint.name == name; };
  return table && ((table->primary_key && is_it(*table->primary_key)) || std::ranges::any_of(table->uniques, is_it) ||
                   std::ranges::any_of(table->checks, is_it) || std::ranges::any_of(table->foreign_keys, is_it));
}

/// Only those that their author named: the other names follow from a rule of dmc's own.
void add_constraints(std::vector<Named>& names, const model::Table& table, const model::Table* before) {
  const auto add = [&](const auto& constraint, const std::string& derived) {
    if (constraint.name != derived && !has_constraint(before, constraint.name))
      names.push_back({"constraint", constraint.name, table.path() + "." + constraint.name});
  };
  if (table.primary_key) add(*table.primary_key, model::derived_name(table, *table.primary_key, true));
  for (const auto& key : table.uniques) add(key, model::derived_name(table, key, false));
  for (const auto& check : table.checks) add(check, model::derived_name(table, check));
  for (const auto& key : table.foreign_keys) add(key, model::derived_name(table, key));
}

std::vector<Named> new_names(const model::Table& table, const model::Table* before) {
  std::vector<Named> names;
  if (!before) names.push_back({"table", table.name, table.path()});
  for (const auto& column : table.columns)
    if (!before || !before->column(column.name))
      names.push_back({"column", column.name, table.path() + "." + column.name});
  for (const auto& index : table.indexes)
    if (!has_index(before, index.name)) names.push_back({"index", index.name, index.name});
  add_constraints(names, table, before);
  return names;
}

std::vector<Named> new_names(const change::Change& change) {
  if (const auto* kind = std::get_if<change::CreateTable>(&change.kind)) return new_names(kind->table, nullptr);
  if (const auto* kind = std::get_if<change::AlterTable>(&change.kind)) return new_names(kind->after, &kind->before);
  if (const auto* kind = std::get_if<change::RenameTable>(&change.kind))
    return {{"table", kind->after.name, kind->after.path()}};
  if (const auto* kind = std::get_if<change::CreateView>(&change.kind))
    return {{"view", kind->view.name, kind->view.path()}};
  if (const auto* kind = std::get_if<change::CreateTrigger>(&change.kind))
    return {{"trigger", kind->trigger.name, kind->trigger.path()}};
  if (const auto* kind = std::get_if<change::CreateObject>(&change.kind))
    return {{"object", kind->object.name, kind->object.path()}};
  return {};
}

}  // namespace

std::vector<plan::Hazard> design_hazards(const change::Change& change) {
  if (const auto* kind = std::get_if<change::CreateTable>(&change.kind)) return look_at(kind->table, nullptr);
  if (const auto* kind = std::get_if<change::AlterTable>(&change.kind)) return look_at(kind->after, &kind->before);
  return {};
}

std::vector<plan::Hazard> name_hazards(const change::Change& change, const model::Policy& policy) {
  std::vector<plan::Hazard> found;
  for (const auto& rule : policy.names) {
    const re2::RE2 pattern(rule.pattern, re2::RE2::Quiet);
    if (!pattern.ok()) continue;  // check has reported it
    for (const auto& [kind, name, path] : new_names(change))
      if (kind == rule.object_kind && !re2::RE2::FullMatch(re2::StringPiece(name.data(), name.size()), pattern))
        found.push_back({"name.convention", path,
                         fmt::format("the policy wants the name of {} {} to match '{}'",
                                     kind == "index" || kind == "object" ? "an" : "a", kind, rule.pattern),
                         std::nullopt});
  }
  return found;
}

}  // namespace dmc::lint
