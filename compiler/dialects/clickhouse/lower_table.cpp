// Tables created, renamed and dropped.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/artifact.hpp"
#include "compiler/dialects/clickhouse/cluster.hpp"
#include "compiler/dialects/clickhouse/ddl.hpp"
#include "compiler/dialects/clickhouse/engine_kinds.hpp"
#include "compiler/dialects/clickhouse/readers.hpp"
#include "compiler/dialects/clickhouse/step_parts.hpp"

namespace dmc::dialects::clickhouse {

namespace {

using model::Table;

std::string object_of(const Table& table) { return "table " + table.name; }

plan::Step create_step(const Table& table, const std::string& summary, std::string_view as = {}) {
  const auto name = as.empty() ? std::string_view(table.name) : as;
  auto step = once(object_of(table), summary, create_table(table, as));
  step.pre.push_back(name_is_free("table", name));
  step.post.push_back(relation_is("table", name, engine_of(table)));
  return step;
}

plan::Step drop_step(const Lowering& lowering, const Table& table, std::string summary, std::string_view as = {}) {
  const auto name = as.empty() ? std::string_view(table.name) : as;
  auto step = once(object_of(table), std::move(summary), drop_table(lowering, table, name));
  step.pre.push_back(relation_is("table", name));
  step.post.push_back(relation_is_gone("table", name));
  return step;
}

plan::Step rename_step(const Table& table, const std::string& from, const std::string& to, std::string summary) {
  auto step =
      once(object_of(table), std::move(summary), fmt::format("RENAME TABLE {} TO {}", quoted(from), quoted(to)));
  step.pre.push_back(relation_is("table", from));
  step.pre.push_back(name_is_free("table", to));
  step.post.push_back(relation_is_gone("table", from));
  step.post.push_back(relation_is("table", to));
  return step;
}

StepPair drop_at_once(const Lowering& lowering, const Table& table) {
  auto forward = drop_step(lowering, table, "drop table " + table.name + (holds_rows(table) ? " with its rows" : ""));
  forward.pre.push_back(nobody_reads(lowering, table.name));
  auto grade = exact();
  if (holds_rows(table)) {
    grade = lossy("the rows of " + table.name);
    add_hazard(forward, "data.drop_table", table.name, "every row of " + table.name + " is lost",
               own_acceptance(lowering.change));
    add_hazard(forward, "data.no_backup", table.name, "no copy of " + table.name + " is kept",
               own_acceptance(lowering.change));
  }
  return pair_of(std::move(forward), std::move(grade),
                 create_step(table, "create table " + table.name + " again" + (holds_rows(table) ? ", empty" : "")));
}

/// Under a tombstone's name nobody finds it; then its rows are kept elsewhere, and only then it goes.
Pairs drop_with_backup(const Lowering& lowering, const Table& table) {
  const auto serves = lowering.serves(table.name);
  const auto tombstone = own_name("gone", serves);
  const Artifact artifact{table, tombstone, own_name("backup", serves)};
  Pairs pairs;
  auto fence = rename_step(table, table.name, tombstone, "take table " + table.name + " out of use");
  fence.pre.push_back(nobody_reads(lowering, table.name));
  pairs.push_back(pair_of(std::move(fence), exact(),
                          rename_step(table, tombstone, table.name, "bring table " + table.name + " back")));
  pairs.back().takes_effect = true;
  // What found the table before writes on into it.
  pairs.push_back(pair_of(inserts_gone(object_of(table), table.name), exact(),
                          nothing(object_of(table), "nothing to take back: it only looked")));
  append(pairs, artifact.kept(lowering, object_of(table)));
  auto drop =
      drop_step(lowering, table, "drop table " + table.name + ", whose rows are in " + artifact.name(), tombstone);
  for (auto& check : artifact.equal_to_source()) drop.pre.push_back(std::move(check));
  add_hazard(drop, "data.drop_table", table.name, "its rows are kept in " + artifact.name(),
             own_acceptance(lowering.change));
  append(pairs, artifact.restored_on_undo(lowering, object_of(table), std::move(drop)));
  for (auto& pair : pairs) pair.forward.all_known = pair.reverse->all_known = is_replicated(table);
  return pairs;
}

}  // namespace

Pairs lower_create(const Lowering& lowering, const change::CreateTable& create) {
  const auto& table = create.table;
  auto reverse = drop_step(lowering, table, "drop table " + table.name);
  auto grade = exact();
  if (holds_rows(table)) {
    reverse.pre.push_back(is_empty(table.name, "its rows would be lost: undo with --lossy to accept that"));
    grade = until_written("rows written to " + table.name + " since");
  }
  Pairs pairs;
  pairs.push_back(pair_of(create_step(table, "create table " + table.name), std::move(grade), std::move(reverse)));
  return pairs;
}

Pairs lower_rename(const Lowering& lowering, const change::RenameTable& rename) {
  const auto &before = rename.before, &after = rename.after;
  const auto summary = [](const Table& from, const Table& to) {
    return "rename table " + from.name + " to " + to.name;
  };
  auto forward = rename_step(after, before.name, after.name, summary(before, after));
  add_hazard(forward, "compat.rename_table", before.name, "what still says " + before.name + " fails from then on",
             own_acceptance(lowering.change));
  if (const auto views = fed_by(lowering.before, before.name); !views.empty())
    add_hazard(forward, "data.ch_mv_rename", before.name,
               "rows inserted between this step and the next definition of " + listed(views) + " do not reach it");
  Pairs pairs;
  pairs.push_back(
      pair_of(std::move(forward), exact(), rename_step(after, after.name, before.name, summary(after, before))));
  return pairs;
}

Pairs lower_drop(const Lowering& lowering, const change::DropTable& drop) {
  if (drop.backup == model::Backup::with && holds_rows(drop.table)) return drop_with_backup(lowering, drop.table);
  Pairs pairs;
  pairs.push_back(drop_at_once(lowering, drop.table));
  return pairs;
}

}  // namespace dmc::dialects::clickhouse
