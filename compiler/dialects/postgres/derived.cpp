// As ChooseRelationName, ChooseConstraintName and their callers do it in the server.
#include "compiler/dialects/postgres/derived.hpp"

#include <algorithm>
#include <map>

#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/sql/names.hpp"
#include "compiler/dialects/postgres/sql/normaliser.hpp"
#include "compiler/dialects/postgres/sql/parser.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Table;

struct Parts {
  std::string columns;
  std::string label;
};

void append_name(std::string& list, std::string_view name) { list.append(list.empty() ? "" : "_").append(name); }

std::string name_of_expression(std::string_view text) {
  const auto node = sql::parse_expression(text);
  const std::string name = node ? sql::figured_name(*node) : std::string();
  return name.empty() ? "expr" : name;
}

std::string columns_of(const std::vector<model::Element>& elements, const std::vector<std::string>& include) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    std::string wanted = name;
    for (int i = 1; std::ranges::find(names, wanted) != names.end(); ++i) wanted = name + std::to_string(i);
    names.push_back(std::move(wanted));
  };
  for (const auto& element : elements)
    add(element.column ? *element.column : name_of_expression(element.expression->text));
  for (const auto& name : include) add(name);
  std::string list;
  for (const auto& name : names) append_name(list, name);
  return list;
}

Parts parts_of(const Table&, const model::Key& key, bool primary) {
  if (primary) return {"", "pkey"};
  return {columns_of(key.elements, key.include), "key"};
}

Parts parts_of(const Table& table, const model::Check& check) {
  sql::Surroundings around;
  around.table = table.name;
  std::set<std::string> columns;
  for (const auto& column : sql::names_in_expression(check.expression.text, around).columns)
    if (table.column(column.name)) columns.insert(column.name);
  return {columns.size() == 1 ? *columns.begin() : std::string(), "check"};
}

Parts parts_of(const Table&, const model::ForeignKey& key) {
  std::string list;
  for (const auto& column : key.columns) append_name(list, column);
  return {list, "fkey"};
}

Parts parts_of(const Table&, const model::Exclusion& exclusion) {
  return {columns_of(exclusion.elements, exclusion.include), "excl"};
}

Parts parts_of(const Table&, const model::Index& index) { return {columns_of(index.elements, index.include), "idx"}; }

std::string name_of(const Table& table, const Parts& parts, int number) {
  return made_up_name(table.name, parts.columns, parts.label + (number == 0 ? "" : std::to_string(number)));
}

/// One that its author wrote was refused where it stands, so that this one was derived.
void forget_if_cut(std::string& name) {
  if (name.size() > longest_name) name.clear();
}

void forget_cut_names(Table& table) {
  if (table.primary_key) forget_if_cut(table.primary_key->name);
  for (auto& key : table.uniques) forget_if_cut(key.name);
  for (auto& check : table.checks) forget_if_cut(check.name);
  for (auto& key : table.foreign_keys) forget_if_cut(key.name);
  for (auto& exclusion : table.exclusions) forget_if_cut(exclusion.name);
  for (auto& index : table.indexes) forget_if_cut(index.name);
}

/// The names that are taken in a schema.
struct Taken {
  std::set<std::string> relations;
  std::set<std::string> constraints;
};

class Naming {
 public:
  explicit Naming(model::Database& database) : database_(database) {}

  void run() {
    for (const auto& view : database_.views) taken_[view.schema].relations.insert(view.name);
    for (const auto& table : database_.tables) take(table);
    for (auto& table : database_.tables) name(table);
  }

 private:
  void take(const Table& table) {
    auto& taken = taken_[table.schema];
    taken.relations.insert(table.name);
    const auto behind_index = [&](const std::string& name) {
      taken.relations.insert(name);
      taken.constraints.insert(name);
    };
    if (table.primary_key) behind_index(table.primary_key->name);
    for (const auto& key : table.uniques) behind_index(key.name);
    for (const auto& each : table.exclusions) behind_index(each.name);
    for (const auto& each : table.indexes) taken.relations.insert(each.name);
    for (const auto& each : table.checks) taken.constraints.insert(each.name);
    for (const auto& each : table.foreign_keys) taken.constraints.insert(each.name);
  }

  std::string free_name(const Table& table, const Parts& parts, bool relation, bool constraint) {
    auto& taken = taken_[table.schema];
    for (int number = 0;; ++number) {
      std::string name = name_of(table, parts, number);
      if (relation && taken.relations.contains(name)) continue;
      if (constraint && taken.constraints.contains(name)) continue;
      if (relation) taken.relations.insert(name);
      if (constraint) taken.constraints.insert(name);
      return name;
    }
  }

  void name(Table& table) {
    if (table.primary_key && table.primary_key->name.empty())
      table.primary_key->name = free_name(table, parts_of(table, *table.primary_key, true), true, true);
    for (auto& key : table.uniques)
      if (key.name.empty()) key.name = free_name(table, parts_of(table, key, false), true, true);
    for (auto& check : table.checks)
      if (check.name.empty()) check.name = free_name(table, parts_of(table, check), false, true);
    for (auto& key : table.foreign_keys)
      if (key.name.empty()) key.name = free_name(table, parts_of(table, key), false, true);
    for (auto& exclusion : table.exclusions)
      if (exclusion.name.empty()) exclusion.name = free_name(table, parts_of(table, exclusion), true, true);
    for (auto& index : table.indexes)
      if (index.name.empty()) index.name = free_name(table, parts_of(table, index), true, false);
  }

  model::Database& database_;
  std::map<std::string, Taken> taken_;
};

}  // namespace

void name_what_is_unnamed(model::Database& database) {
  for (auto& table : database.tables) forget_cut_names(table);
  Naming(database).run();
}

void forget_derived_names(Table& table) {
  const auto forget = [&table](auto& constraint, auto... primary) {
    if (constraint.name == name_of(table, parts_of(table, constraint, primary...), 0)) constraint.name.clear();
  };
  if (table.primary_key) forget(*table.primary_key, true);
  for (auto& key : table.uniques) forget(key, false);
  for (auto& check : table.checks) forget(check);
  for (auto& key : table.foreign_keys) forget(key);
  for (auto& exclusion : table.exclusions) forget(exclusion);
}

std::map<std::string, std::string> sequences_along(const Table& table, const std::optional<std::string>& column,
                                                   std::string_view to) {
  std::map<std::string, std::string> along;
  for (const auto& counted : table.columns) {
    if (!counted.identity || counted.identity_options.find("sequence name ") != std::string::npos) continue;
    const auto now = column && counted.name == *column ? to : std::string_view(counted.name);
    along[made_up_name(table.name, counted.name, "seq")] =
        made_up_name(column ? std::string_view(table.name) : to, now, "seq");
  }
  return along;
}

}  // namespace dmc::dialects::postgres
