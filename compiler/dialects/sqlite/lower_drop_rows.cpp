// Rows deleted in batches, each kept first where a backup was asked for.
#include <algorithm>

#include "compiler/dialects/sqlite/artifact.hpp"
#include "compiler/dialects/sqlite/ddl.hpp"
#include "compiler/dialects/sqlite/expression.hpp"
#include "compiler/dialects/sqlite/firing.hpp"
#include "compiler/dialects/sqlite/keyset.hpp"
#include "compiler/dialects/sqlite/lowering.hpp"
#include "compiler/dialects/sqlite/names.hpp"
#include "compiler/dialects/sqlite/readers.hpp"
#include "compiler/dialects/sqlite/step_parts.hpp"
#include "compiler/dialects/sqlite/tokens.hpp"

namespace dmc::dialects::sqlite {

namespace {

using model::Table;

Artifact artifact_of(const Lowering& lowering, const Table& table) {
  Artifact artifact{
      own_name("backup", lowering.serves("rows of " + table.name)), table.name, row_key(table, true), {}, false};
  for (const auto& column : table.columns) {
    const bool in_key = std::ranges::find(artifact.key.columns, column.name) != artifact.key.columns.end();
    if (!column.generated && (artifact.key.is_rowid || !in_key))
      artifact.columns.push_back({quoted(column.name), column.name});
  }
  return artifact;
}

StepPair open_artifact(const Table& table, const Artifact& artifact) {
  const std::string object = "table " + table.name;
  StepPair pair;
  pair.forward = run_sql(object, "make room for the rows that go", {artifact.create()});
  pair.forward.pre.push_back(name_is_free("table", artifact.name));
  pair.forward.reverse = exact();
  pair.forward.leftovers.push_back(leftover("table", artifact.name, "purge"));
  pair.reverse = run_sql(object, "drop the backup " + artifact.name + ", which is no longer needed",
                         {"drop table " + artifact.name});
  return pair;
}

/// A foreign key that would change rows of another table along, of which no copy is kept.
std::vector<plan::QueryCheck> nothing_follows(const model::Database& database, const Table& table,
                                              const std::string& where) {
  std::vector<plan::QueryCheck> checks;
  for (const auto& child : database.tables)
    for (const auto& key : child.foreign_keys) {
      const bool acts = key.on_delete == "cascade" || key.on_delete == "set null" || key.on_delete == "set default";
      if (!acts || !same_name(key.table, table.name) || same_name(child.name, table.name)) continue;
      std::vector<std::string> equal;
      for (std::size_t i = 0; i < key.columns.size() && i < key.referenced.size(); ++i)
        equal.push_back("p." + quoted(key.referenced[i]) + " = c." + quoted(key.columns[i]));
      if (equal.empty()) continue;
      checks.push_back(no_rows("no row of " + child.name + " points at a row that goes",
                               "select 1 from (select * from " + quoted(table.name) + " where (" + where + ")) as p, " +
                                   quoted(child.name) + " as c where " + joined(equal, " and ") + " limit 1",
                               "those rows would be changed too, and no copy of them is kept:  drop rows of " +
                                   child.name + " where (…) with backup;"));
    }
  return checks;
}

std::vector<std::string> restore(const model::Database& database, const Table& table, const Artifact& artifact) {
  std::vector<std::string> into, from, statements;
  for (std::size_t i = 0; i < artifact.key.columns.size(); ++i) {
    into.push_back(quoted(artifact.key.columns[i]));
    from.push_back(quoted(artifact.key_name(i)));
  }
  for (const auto& column : artifact.columns) {
    into.push_back(column.source);
    from.push_back(quoted(column.name));
  }
  std::string last;
  if (artifact.key.is_rowid) {
    // Nobody sees the rowid: where a VACUUM or a new row has taken it, the row gets the next free one, behind the rest.
    from.front() = "case when exists (select 1 from " + quoted(table.name) + " where " + artifact.matches(table.name) +
                   ") then null else b." + from.front() + " end";
    last = " as b order by 1 is null";
  }
  for (const auto& trigger : database.triggers)
    if (same_name(trigger.table, table.name)) statements.push_back("drop trigger " + quoted(trigger.name));
  statements.push_back("insert into " + quoted(table.name) + " (" + joined(into, ", ") + ") select " +
                       joined(from, ", ") + " from " + artifact.name + last);
  for (const auto& trigger : database.triggers)
    if (same_name(trigger.table, table.name)) statements.push_back(create_trigger(trigger));
  return statements;
}

}  // namespace

std::vector<StepPair> lower_drop_rows(const Lowering& lowering, const change::DropRows& drop) {
  const auto& table = drop.table;
  const auto where = bare(drop.statement.where.text);
  const auto keys = keyset_of(table, where);
  const bool keeps = drop.statement.backup == model::Backup::with;
  const auto artifact = artifact_of(lowering, table);
  const std::string object = "table " + table.name;
  const std::string erase = "delete from " + quoted(table.name) + " where ";

  std::vector<StepPair> pairs;
  if (keeps) pairs.push_back(open_artifact(table, artifact));
  StepPair pair;
  pair.forward = run_sql(object, "drop rows of " + table.name, {}, "rows");
  if (keys.columns.empty()) {
    std::vector<std::string> statements{erase + "(" + where + ")"};
    if (keeps) statements.insert(statements.begin(), artifact.fill("(" + where + ")"));
    pair.forward.action = plan::RunSql{std::move(statements), true, {}};
  } else {
    auto action = keys.backfill(drop.statement.pace);
    action.change_first = erase + keys.first_rows();
    action.change_next = erase + keys.next_rows();
    if (keeps) {
      action.save_first = artifact.fill(keys.first_rows());
      action.save_next = artifact.fill(keys.next_rows());
    }
    pair.forward.action = std::move(action);
  }
  if (keeps) {
    pair.forward.pre = nothing_follows(lowering.before, table, where);
    pair.forward.reverse = artifact.key.is_rowid ? exact() : until_written("rows written since under the same keys");
    pair.reverse = run_sql(object, "bring rows of " + table.name + " back from " + artifact.name,
                           restore(lowering.before, table, artifact), "rows");
    if (!artifact.key.columns.empty() && !artifact.key.is_rowid)
      pair.reverse->pre.push_back(no_rows("no row was written since under a key that comes back",
                                          "select 1 from " + quoted(table.name) + ", " + artifact.name +
                                              " as b where " + artifact.matches(table.name) + " limit 1",
                                          "change or move those rows first"));
  } else {
    pair.forward.reverse = lossy("the rows that went from " + table.name);
    add_hazard(pair.forward, "data.no_backup", table.name, "no copy of the rows is kept",
               own_acceptance(lowering.change));
    pair.reverse = run_sql(object, "leave " + table.name + " as it is: no copy of its rows was kept", {});
  }
  note_firing(pair.forward, table.name, set_off(lowering.before, table, "delete"));
  pairs.push_back(std::move(pair));
  return pairs;
}

}  // namespace dmc::dialects::sqlite
