// Tables created, renamed and dropped.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/postgres/artifact.hpp"
#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/keeping.hpp"
#include "compiler/dialects/postgres/lowering.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"
#include "compiler/model/parents.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Table;

constexpr std::string_view table_kinds = "'r', 'p'";

std::string object_of(const Table& table) { return "table " + table.path(); }

/// A statement that drops or locks the table takes the tables it references along.
void lock_referenced(plan::Step& step, const Lowering& lowering, const Table& table, std::string_view operation) {
  for (const auto& key : table.foreign_keys)
    if (key.table != table.path()) add_lock(step, lowering, operation, "p", "table " + key.table);
}

void lock_parents(plan::Step& step, const Table& table) {
  for (const auto& parent : model::parents_of(table))
    add_lock(step, "table " + parent, "share update exclusive", "catalog");
}

plan::Step create_step(const Lowering& lowering, const Table& table, const std::string& summary) {
  auto step = brief(object_of(table), summary, create_table(table, lowering.before));
  if (needs_public(table)) read_in_public(step);
  step.pre.push_back(name_is_free("table", full(table)));
  step.post.push_back(relation_is("table", full(table), table_kinds));
  lock_referenced(step, lowering, table, "create_table_with_fk");
  // The index that it makes is of the new table, and empty.
  for (auto& lock : step.locks) lock.work = "catalog";
  lock_parents(step, table);
  return step;
}

/// `as`: what it is called then; empty: as it always was.
plan::Step drop_step(const Lowering& lowering, const Table& table, std::string summary, const std::string& as = {}) {
  const auto name = full(table.schema, as.empty() ? table.name : as);
  auto step = brief(object_of(table), std::move(summary), {"drop table " + name});
  append(std::get<plan::RunSql>(step.action).statements, kept_leftovers(table));
  step.post.push_back(relation_is_gone("table", name));
  add_lock(step, lowering, "drop_table", as.empty() ? object_of(table) : object_in("table", table.schema, as));
  lock_referenced(step, lowering, table, "drop_table_with_fk");
  return step;
}

/// Triggers, policies and the like go with their table, and come back with it.
std::vector<std::string> own_triggers(const Lowering& lowering, const Table& table) {
  std::vector<std::string> statements;
  for (const auto& trigger : lowering.before.triggers)
    if (trigger.table == table.path()) append(statements, trigger_statements(trigger, lowering.before));
  append(statements, kept_parts(table, lowering));
  return statements;
}

/// The view under the table's old name, for whoever has rights on the table.
void go_on_under(const model::View& view, const Table& table, plan::Step& step) {
  append(std::get<plan::RunSql>(step.action).statements, stand_in(view, full(table)));
  step.summary += ", which goes on as a view under its old name";
  read_in_public(step);
  step.post.push_back(some_rows(
      fmt::format("what is written to {} is written to the table", view.path()),
      // insert, update and delete
      fmt::format("select 1 from pg_catalog.pg_class where oid = {} and pg_catalog.pg_relation_is_updatable(oid, "
                  "false) & 28 = 28",
                  oid_of(full(view)))));
}

StepPair drop_at_once(const Lowering& lowering, const change::DropTable& drop) {
  const auto& table = drop.table;
  StepPair pair;
  pair.forward = drop_step(lowering, table, "drop table " + table.path() + " with its rows");
  pair.forward.pre.push_back(no_references(full(table)));
  pair.forward.reverse = lossy("the rows of " + table.path());
  add_hazard(pair.forward, "data.drop_table", table.path(), "every row of " + table.path() + " is lost",
             own_acceptance(lowering.change));
  add_hazard(pair.forward, "data.no_backup", table.path(), "no copy of " + table.path() + " is kept",
             own_acceptance(lowering.change));
  if (!table.foreign_keys.empty())
    add_hazard(pair.forward, "lock.fk_drop_parent", table.path(),
               "the tables that it references are locked as strongly as itself, for as long as it takes to drop it",
               "brief, with a lock timeout");
  pair.reverse = create_step(lowering, table, "create table " + table.path() + " again, empty");
  append(std::get<plan::RunSql>(pair.reverse->action).statements, own_triggers(lowering, table));
  return pair;
}

plan::Step rename_step(const Lowering& lowering, const Table& table, const std::string& from, std::string_view to,
                       std::string summary) {
  auto step =
      brief(object_of(table), std::move(summary), {fmt::format("alter table {} rename to {}", from, quoted(to))});
  step.pre.push_back(name_is_free("table", full(table.schema, to)));
  step.post.push_back(relation_is("table", full(table.schema, to), table_kinds));
  add_lock(step, lowering, "rename_table", object_of(table));
  return step;
}

/// Under a tombstone's name nobody finds it; views go on reading it until they are gone.
StepPair fence_table(const Lowering& lowering, const Table& table, const std::string& tombstone) {
  auto forward = rename_step(lowering, table, full(table), tombstone, "take table " + table.path() + " out of use");
  forward.pre.push_back(no_references(full(table)));
  auto reverse =
      rename_step(lowering, table, full(table.schema, tombstone), table.name, "bring table " + table.path() + " back");
  auto pair = pair_of(std::move(forward), exact(), std::move(reverse));
  pair.takes_effect = true;
  return pair;
}

Pairs drop_with_backup(const Lowering& lowering, const Table& table) {
  const auto serves = lowering.serves(table.path());
  const auto tombstone = own_name("gone", serves);
  const auto name = full(table.schema, tombstone);
  auto artifact = artifact_of(table, lowering.before, name, own_name("backup", serves));
  Pairs pairs;
  pairs.push_back(fence_table(lowering, table, tombstone));
  std::vector<std::string> columns;
  for (const auto& column : with_inherited(table, lowering.before).columns)
    columns.push_back(column_definition(column));
  pairs.push_back(backup_pair(lowering, object_of(table), artifact, std::move(columns)));

  StepPair drop;
  drop.forward =
      drop_step(lowering, table, "drop table " + table.path() + ", whose rows are in " + artifact.name, tombstone);
  drop.forward.pre = artifact.equal_to_source();
  hold_still(drop.forward, name);
  drop.forward.timeouts.statement_ms.reset();
  drop.forward.reverse = exact();
  add_hazard(drop.forward, "data.drop_table", table.path(), "its rows are kept in " + artifact.name,
             own_acceptance(lowering.change));
  auto statements = create_table(table, lowering.before, name);
  append(statements, artifact.restore(name));
  for (const auto& counter : artifact.counters)
    statements.push_back(fmt::format("alter sequence {} rename to {}",
                                     full(table.schema, made_up_name(tombstone, counter, "seq")),
                                     quoted(made_up_name(table.name, counter, "seq"))));
  auto triggers = own_triggers(lowering, table);
  drop.reverse =
      lengthy(object_of(table), "build table " + table.path() + " again from " + artifact.name, std::move(statements));
  read_in_public(*drop.reverse);
  drop.reverse->pre.push_back(name_is_free("table", name));
  drop.reverse->post = artifact.equal_to_source();
  lock_referenced(*drop.reverse, lowering, table, "create_table_with_fk");
  lock_parents(*drop.reverse, table);
  pairs.push_back(std::move(drop));
  // The triggers stand on the table by its own name.
  if (!triggers.empty()) {
    read_in_public(*pairs.front().reverse);
    // Where the table was never dropped it still has them.
    std::vector<std::string> drops;
    for (const auto& trigger : lowering.before.triggers)
      if (trigger.table == table.path())
        drops.push_back(fmt::format("drop trigger if exists {} on {}", quoted(trigger.name), full(table)));
    auto& back = std::get<plan::RunSql>(pairs.front().reverse->action).statements;
    append(back, std::move(drops));
    append(back, std::move(triggers));
  }
  return pairs;
}

}  // namespace

Pairs lower_create(const Lowering& lowering, const change::CreateTable& create) {
  const auto& table = create.table;
  auto reverse = drop_step(lowering, table, "drop table " + table.path());
  reverse.pre.push_back(is_empty(full(table), "its rows would be lost: undo with --lossy to accept that"));
  hold_still(reverse, full(table));
  auto forward = create_step(lowering, table, "create table " + table.path());
  if (auto parts = kept_parts(table, lowering); !parts.empty()) {
    append(std::get<plan::RunSql>(forward.action).statements, std::move(parts));
    read_in_public(forward);
  }
  Pairs pairs;
  pairs.push_back(
      pair_of(std::move(forward), until_written("rows written to " + table.path() + " since"), std::move(reverse)));
  return pairs;
}

Pairs lower_rename(const Lowering& lowering, const change::RenameTable& rename) {
  const auto &before = rename.before, &after = rename.after;
  const auto step = [&](const Table& from, const Table& to) {
    std::vector<std::string> statements;
    std::string name = full(from);
    if (from.schema != to.schema) {
      const auto schema = to.schema.empty() ? std::string("public") : to.schema;
      statements.push_back(fmt::format("alter table {} set schema {}", name, quoted(schema)));
      append(statements, move_keepers(from, schema));
      name = full(to.schema, from.name);
    }
    if (from.name != to.name) statements.push_back(fmt::format("alter table {} rename to {}", name, quoted(to.name)));
    // The server keeps the names of keys, indexes and sequences; the model says which of them move along.
    append(statements, rename_members(from, to));
    append(statements, rename_sequences(from, to));
    auto made = brief(object_of(to), "rename table " + from.path() + " to " + to.path(), std::move(statements));
    made.post.push_back(relation_is("table", full(to), table_kinds));
    add_lock(made, lowering, "rename_table", object_of(from));
    return made;
  };
  auto forward = step(before, after), reverse = step(after, before);
  forward.pre.push_back(name_is_free("table", full(after)));
  if (rename.old_name) {
    go_on_under(*rename.old_name, after, forward);
    auto& back = std::get<plan::RunSql>(reverse.action).statements;
    back.insert(back.begin(), drop_view(*rename.old_name));
    add_lock(reverse, "view " + rename.old_name->path(), "access exclusive", "catalog");
  } else {
    reverse.pre.push_back(name_is_free("table", full(before)));
    add_hazard(forward, "compat.rename_table", before.path(),
               "what still says " + before.path() + " fails from then on", own_acceptance(lowering.change));
  }
  Pairs pairs;
  pairs.push_back(pair_of(std::move(forward), exact(), std::move(reverse)));
  return pairs;
}

Pairs lower_drop(const Lowering& lowering, const change::DropTable& drop) {
  if (drop.backup == model::Backup::with) return drop_with_backup(lowering, drop.table);
  Pairs pairs;
  pairs.push_back(drop_at_once(lowering, drop));
  return pairs;
}

}  // namespace dmc::dialects::postgres
