#include "compiler/dialects/postgres/pointing.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/index_steps.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"

namespace dmc::dialects::postgres {

std::vector<std::string> referenced_by(const model::ForeignKey& key, const model::Table& table) {
  if (!key.referenced.empty() || !table.primary_key) return key.referenced;
  return column_names_of(table.primary_key->elements);
}

std::vector<Pointing> pointing_at(const model::Database& database, const model::Table& table, std::string_view column) {
  std::vector<Pointing> found;
  for (const auto& child : database.tables)
    for (const auto& key : child.foreign_keys) {
      if (key.table != table.path()) continue;
      const auto columns = referenced_by(key, table);
      if (column.empty() || std::ranges::find(columns, column) != columns.end()) found.push_back({&child, &key});
    }
  return found;
}

bool can_reference(std::string_view type, std::string_view referenced) {
  constexpr std::array<std::string_view, 3> integers{"smallint", "integer", "bigint"};
  const auto is_integer = [&](std::string_view one) { return std::ranges::find(integers, one) != integers.end(); };
  return type == referenced || (is_integer(type) && is_integer(referenced));
}

bool adds_unproven(const model::Table& table, int major) {
  constexpr int partitioned_too = 18;
  return !table.partitioned || major >= partitioned_too;
}

plan::Step prove_reference(const Lowering& lowering, const std::string& object, std::string summary,
                           const std::string& on, const std::string& owner, const model::ForeignKey& key) {
  const auto unproven =
      fmt::format("select 1 from pg_catalog.pg_constraint where conrelid = {} and conname = {} and not convalidated",
                  oid_of(on), text_literal(key.name));
  auto step = lengthy(object, std::move(summary),
                      {fmt::format("do $dmc$ begin if exists ({}) then alter table {} validate constraint {}; end if; "
                                   "end $dmc$",
                                   unproven, on, quoted(key.name))});
  step.post.push_back(no_rows(fmt::format("every row of {} is proven to fit {}", owner, key.name), unproven));
  add_lock(step, lowering, "validate_fk", "t", "table " + owner);
  add_lock(step, lowering, "validate_fk", "p", "table " + key.table);
  return step;
}

void lock_children(const std::vector<Pointing>& pointing, const model::Table& table,
                   std::vector<std::string>& statements) {
  statements.push_back("lock table " + full(table) + " in access exclusive mode");
  for (const auto& [child, key] : pointing)
    if (child->path() != table.path()) statements.push_back("lock table " + full(*child) + " in access exclusive mode");
}

std::vector<std::string> children_of(const std::vector<Pointing>& pointing, const model::Table& table) {
  std::vector<std::string> objects;
  for (const auto& [child, key] : pointing)
    if (child->path() != table.path()) objects.push_back("table " + child->path());
  return objects;
}

void note_children(plan::Step& step, const std::vector<Pointing>& pointing, const model::Table& table) {
  for (const auto& object : children_of(pointing, table)) add_lock(step, object, "access exclusive", "catalog");
  constexpr std::int64_t before_deadlocks_ms = 500;
  step.timeouts.lock_ms = before_deadlocks_ms;
}

void drop_references(const std::vector<Pointing>& pointing, std::vector<std::string>& statements) {
  for (const auto& [child, key] : pointing) statements.push_back(drop_constraint(full(*child), key->name));
}

void add_references(const std::vector<Pointing>& pointing, const model::Database& database,
                    std::vector<std::string>& statements) {
  for (const auto& [child, key] : pointing)
    statements.push_back(add_constraint(full(*child), key->name, foreign_key_words(*key, database) + " not valid"));
}

}  // namespace dmc::dialects::postgres
