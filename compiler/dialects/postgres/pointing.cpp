#include "compiler/dialects/postgres/pointing.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/index_steps.hpp"
#include "compiler/dialects/postgres/partition_steps.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/statements.hpp"
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

plan::QueryCheck no_other_reference(const std::string& table, const std::string& key,
                                    const std::vector<Pointing>& but) {
  std::string known;
  for (const auto& [child, reference] : but)
    known += fmt::format(" and not (f.conrelid = {} and f.conname = {})", oid_of(full(*child)),
                         text_literal(reference->name));
  return no_rows(
      fmt::format("no {}foreign key references {} by {}", known.empty() ? "" : "other ", table, key),
      fmt::format("select 1 from pg_catalog.pg_constraint f join pg_catalog.pg_class t on t.oid = f.conrelid join "
                  "pg_catalog.pg_constraint k on k.conindid = f.conindid where f.contype = 'f' and f.conparentid = 0 "
                  "and f.confrelid = "
                  "{0} and k.conrelid = {0} and k.conname = {1}{2} limit 1",
                  oid_of(table), text_literal(key), known),
      "drop the foreign keys that point at it first, and declare them anew in the next version");
}

plan::QueryCheck no_reference_by(const std::string& table, const std::string& index) {
  return no_rows(
      fmt::format("no foreign key references {} by {}", table, index),
      fmt::format("select 1 from pg_catalog.pg_constraint where contype = 'f' and confrelid = {} and conindid "
                  "= {} limit 1",
                  oid_of(table), oid_of(index)),
      "drop the foreign keys that point at it first, and declare them anew in the next version");
}

bool adds_unproven(const model::Table& table, int major) {
  constexpr int partitioned_too = 18;
  return !table.partitioned || major >= partitioned_too;
}

plan::Step prove_reference(const Lowering& lowering, const std::string& object, std::string summary,
                           const std::string& on, const std::string& owner, const model::ForeignKey& key) {
  auto step = proof_of(key.name, on, owner, object, std::move(summary));
  add_lock(step, lowering, "validate_fk", "t", "table " + owner);
  add_lock(step, lowering, "validate_fk", "p", "table " + key.table);
  return step;
}

std::vector<plan::Step> prove_pointing(const Lowering& lowering, const std::string& object, const std::string& words,
                                       const Pointing& pointing) {
  const auto& [child, key] = pointing;
  const auto summary = [&](const std::string& what, const std::string& owner) {
    return fmt::format("{}: {} foreign key {} of {}", words, what, key->name, owner);
  };
  std::vector<plan::Step> steps;
  const auto prove = [&](const std::string& on, const std::string& owner) {
    steps.push_back(prove_reference(lowering, object, summary("prove", owner), on, owner, *key));
  };
  if (adds_unproven(*child, lowering.major())) {
    prove(full(*child), child->path());
    return steps;
  }
  for (const auto* leaf : leaves_of(*child)) prove(full(*leaf), leaf->path());
  steps.push_back(take_over_foreign_key(object, summary("take over", child->path()), *child, *key, lowering.before));
  read_in_public(steps.back());
  append(std::get<plan::RunSql>(steps.back().action).statements,
         comments_on_constraint(key->name, *child, lowering.before));
  return steps;
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
  constexpr std::int64_t before_deadlocks_ms = 500, shortest_ms = 50;
  const auto tables = static_cast<std::int64_t>(children_of(pointing, table).size()) + 1;
  step.timeouts.lock_ms = std::max(shortest_ms, before_deadlocks_ms / tables);
}

std::vector<std::string> comments_on_constraint(const std::string& name, const model::Table& table,
                                                const model::Database& database) {
  std::vector<std::string> statements;
  constexpr std::string_view kind = "comment on constraint ", on = " on ";
  for (const auto& object : database.objects) {
    if (object.type != "comment" || !object.name.starts_with(kind)) continue;
    const std::string_view thing = std::string_view(object.name).substr(kind.size());
    const auto at = model::last_outside_quotes(thing, on);
    if (at == std::string_view::npos || model::unquoted_path(thing.substr(0, at)) != name) continue;
    if (model::unquoted_path(thing.substr(at + on.size())) == table.path())
      append(statements, statements_in(object.create.text));
  }
  return statements;
}

void drop_references(const std::vector<Pointing>& pointing, const model::Database& database,
                     std::vector<std::string>& statements) {
  for (const auto& [child, key] : pointing) {
    if (adds_unproven(*child, major_of(database.oldest_version))) {
      statements.push_back(drop_constraint(full(*child), key->name));
      continue;
    }
    // Half-way only the partitions have it.
    const auto drop = [&](const std::string& on) {
      statements.push_back(fmt::format("alter table {} drop constraint if exists {}", on, quoted(key->name)));
    };
    drop(full(*child));
    for (const auto* leaf : leaves_of(*child)) drop(full(*leaf));
  }
}

void add_references(const std::vector<Pointing>& pointing, const model::Database& database,
                    std::vector<std::string>& statements) {
  for (const auto& [child, key] : pointing) {
    const auto words = foreign_key_words(*key, database) + " not valid";
    if (!adds_unproven(*child, major_of(database.oldest_version))) {
      for (const auto* leaf : leaves_of(*child)) statements.push_back(add_constraint(full(*leaf), key->name, words));
      continue;
    }
    statements.push_back(add_constraint(full(*child), key->name, words));
    append(statements, comments_on_constraint(key->name, *child, database));
  }
}

}  // namespace dmc::dialects::postgres
