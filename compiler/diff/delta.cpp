// Carries one aspect of the desired table over, and asks whether the names in a delta exist.
#include "compiler/diff/delta.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace dmc::diff {

namespace {

template <class T>
void take_named(std::vector<T>& list, const std::vector<T>& desired, const std::string& name) {
  const auto wanted = std::ranges::find(desired, name, &T::name);
  const auto there = std::ranges::find(list, name, &T::name);
  if (wanted == desired.end()) {
    if (there != list.end()) list.erase(there);
  } else if (there != list.end()) {
    *there = *wanted;
  } else {
    list.insert(std::ranges::lower_bound(list, name, {}, &T::name), *wanted);
  }
}

void take_column(model::Table& table, const model::Column& desired, const Delta& delta) {
  const auto there = std::ranges::find(table.columns, desired.name, &model::Column::name);
  if (there == table.columns.end()) {
    model::Column& column = table.columns.emplace_back(desired);
    if (!delta.empty) return;
    column.default_value.reset();
    if (!delta.null_first) return;
    column.not_null = false;
    column.not_null_conflict.reset();
    return;
  }
  if (delta.aspect == Aspect::column_default) there->default_value = desired.default_value;
  if (delta.aspect == Aspect::column_not_null) {
    there->not_null = desired.not_null;
    there->not_null_conflict = desired.not_null_conflict;
    there->not_null_unproven = desired.not_null_unproven;
  }
  if (delta.aspect == Aspect::column_details) {
    there->identity = desired.identity;
    there->comment = desired.comment;
    there->generated = desired.generated;
    there->identity_options = desired.identity_options;
    there->storage = desired.storage;
    there->compression = desired.compression;
    there->statistics = desired.statistics;
    there->codec = desired.codec;
    there->ttl = desired.ttl;
    there->ephemeral = desired.ephemeral;
    there->sketches = desired.sketches;
    if (there->not_null == desired.not_null) {
      there->not_null_conflict = desired.not_null_conflict;
      there->not_null_unproven = desired.not_null_unproven;
    }
  }
}

/// Partitions of the first level; what lies below one goes with it. Without a path: all of them, otherwise divided.
void take_partition(model::Table& table, const model::Table& desired, const std::string& path) {
  if (!table.partitioned || !desired.partitioned || path.empty()) {
    table.partitioned = desired.partitioned;
    return;
  }
  auto& list = table.partitioned->partitions;
  std::erase_if(list, [&](const auto& partition) { return partition.path() == path; });
  for (const auto& wanted : desired.partitioned->partitions)
    if (wanted.path() == path)
      list.insert(std::ranges::lower_bound(list, path, {}, [](const auto& other) { return other.path(); }), wanted);
}

bool covers(const std::vector<model::Element>& elements, const std::vector<std::string>& columns) {
  if (elements.size() != columns.size()) return false;
  return std::ranges::all_of(columns, [&](const auto& column) {
    return std::ranges::any_of(elements, [&](const auto& element) { return element.column == column; });
  });
}

}  // namespace

bool is_unique(const model::Table& table, const std::vector<std::string>& columns) {
  if (table.primary_key && covers(table.primary_key->elements, columns)) return true;
  if (std::ranges::any_of(table.uniques, [&](const auto& key) { return covers(key.elements, columns); })) return true;
  return std::ranges::any_of(table.indexes, [&](const auto& index) {
    return index.unique && !index.where && covers(index.elements, columns);
  });
}

void Needs::add(Reading reading) {
  relations.merge(reading.relations);
  columns.merge(reading.columns);
  objects.merge(reading.objects);
}

bool is_part(Aspect aspect) { return aspect >= Aspect::column; }

std::optional<Kind> part_of(Aspect aspect) {
  switch (aspect) {
    case Aspect::column:
    case Aspect::column_default:
    case Aspect::column_not_null:
    case Aspect::column_details:
      return Kind::column;
    case Aspect::primary_key:
    case Aspect::unique:
    case Aspect::check:
    case Aspect::foreign_key:
    case Aspect::exclusion:
      return Kind::constraint;
    case Aspect::partition:
      return Kind::partition;
    case Aspect::projection:
      return Kind::projection;
    case Aspect::index:
      return Kind::index;
    case Aspect::table:
    case Aspect::view:
    case Aspect::trigger:
    case Aspect::object:
    case Aspect::storage:
    case Aspect::setting:
    case Aspect::comment:
      return std::nullopt;
  }
  return std::nullopt;
}

void take_over(model::Table& table, const model::Table& desired, const Delta& delta) {
  switch (delta.aspect) {
    case Aspect::column:
    case Aspect::column_default:
    case Aspect::column_not_null:
    case Aspect::column_details:
      take_column(table, *desired.column(delta.member), delta);
      return;
    case Aspect::primary_key:
      table.primary_key = desired.primary_key;
      return;
    case Aspect::unique:
      take_named(table.uniques, desired.uniques, delta.member);
      return;
    case Aspect::check:
      take_named(table.checks, desired.checks, delta.member);
      return;
    case Aspect::foreign_key:
      take_named(table.foreign_keys, desired.foreign_keys, delta.member);
      return;
    case Aspect::exclusion:
      take_named(table.exclusions, desired.exclusions, delta.member);
      return;
    case Aspect::partition:
      take_partition(table, desired, delta.member);
      return;
    case Aspect::index:
      take_named(table.indexes, desired.indexes, delta.member);
      return;
    case Aspect::projection:
      take_named(table.projections, desired.projections, delta.member);
      return;
    case Aspect::storage:
      table.storage = desired.storage;
      table.cluster = desired.cluster;
      return;
    case Aspect::setting:
      take_named(table.settings, desired.settings, delta.member);
      return;
    case Aspect::comment:
      table.comment = desired.comment;
      return;
    case Aspect::table:
    case Aspect::view:
    case Aspect::trigger:
    case Aspect::object:
      return;
  }
}

void place_column(model::Table& table, const std::vector<std::string>& wanted, const std::string& name) {
  const auto find = [&](const std::string& other) {
    return std::ranges::find(table.columns, other, &model::Column::name);
  };
  const auto here = find(name);
  const auto own = std::ranges::find(wanted, name);
  if (here == table.columns.end() || own == wanted.end()) return;
  model::Column column = std::move(*here);
  table.columns.erase(here);
  auto at = table.columns.end();
  bool is_placed = false;
  for (auto other = own; other != wanted.begin() && !is_placed;)
    if (const auto found = find(*--other); found != table.columns.end()) at = found + 1, is_placed = true;
  for (auto other = own; !is_placed && other != wanted.end(); ++other)
    if (const auto found = find(*other); found != table.columns.end()) at = found, is_placed = true;
  table.columns.insert(at, std::move(column));
}

std::string words_of(const Delta& delta) {
  switch (delta.aspect) {
    case Aspect::table:
      return "table " + delta.path;
    case Aspect::view:
      return "view " + delta.path;
    case Aspect::trigger:
      return "trigger " + delta.path;
    case Aspect::object:
      return model::Object::label_of(delta.path);
    case Aspect::column:
    case Aspect::column_default:
    case Aspect::column_not_null:
    case Aspect::column_details:
      return fmt::format("column {}.{}", delta.path, delta.member);
    case Aspect::primary_key:
      return "primary key of " + delta.path;
    case Aspect::unique:
    case Aspect::check:
    case Aspect::foreign_key:
    case Aspect::exclusion:
      return fmt::format("constraint {}.{}", delta.path, delta.member);
    case Aspect::partition:
      return fmt::format("partition {}.{}", delta.path, delta.member);
    case Aspect::index:
      return "index " + delta.member;
    case Aspect::projection:
      return fmt::format("projection {}.{}", delta.path, delta.member);
    case Aspect::storage:
      return "storage of " + delta.path;
    case Aspect::setting:
      return fmt::format("setting {} of {}", delta.member, delta.path);
    case Aspect::comment:
      return "comment of " + delta.path;
  }
  return {};
}

namespace {

bool has_partition(const model::Partitioning& partitioning, const std::string& path) {
  return std::ranges::any_of(partitioning.partitions, [&](const model::Partition& partition) {
    return partition.path() == path ||
           std::ranges::any_of(partition.by, [&](const auto& inner) { return has_partition(inner, path); });
  });
}

/// Asked only for what is neither table nor view, because every partitioned table is looked at.
bool is_partition(const State& state, const std::string& path) {
  bool found = false;
  state.tables.each([&](const model::Table& table) {
    found = found || (table.partitioned && has_partition(*table.partitioned, path));
  });
  return found;
}

}  // namespace

bool satisfied(const Needs& needs, const State& state, const model::Table* table) {
  const auto find = [&](const std::string& path) {
    return table && table->path() == path ? table : state.tables.find(path);
  };
  for (const auto& relation : needs.relations)
    if (!find(relation) && !state.views.has(relation) && !is_partition(state, relation)) return false;
  for (const auto& [relation, column] : needs.columns) {
    const auto* holder = find(relation);
    // The columns of a view are not known here.
    if (!holder && state.views.has(relation)) continue;
    if (!holder || !holder->column(column)) return false;
  }
  for (const auto& object : needs.objects)
    if (!state.objects.has(object)) return false;
  for (const auto& trigger : needs.triggers)
    if (!state.triggers.has(trigger)) return false;
  for (const auto& [path, columns] : needs.keys) {
    const auto* holder = find(path);
    if (!holder || !is_unique(*holder, columns)) return false;
  }
  return true;
}

std::vector<std::string> unmet(const Needs& needs, const State& state) {
  std::vector<std::string> missing;
  for (const auto& relation : needs.relations)
    if (!state.has_relation(relation)) missing.push_back(relation);
  for (const auto& [relation, column] : needs.columns) {
    const auto* holder = state.tables.find(relation);
    if (holder && !holder->column(column)) missing.push_back(relation + "." + column);
  }
  for (const auto& object : needs.objects)
    if (!state.objects.has(object)) missing.push_back(object);
  return missing;
}

}  // namespace dmc::diff
