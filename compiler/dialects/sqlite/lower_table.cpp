// Tables created, renamed and dropped.
#include <algorithm>

#include "compiler/dialects/sqlite/artifact.hpp"
#include "compiler/dialects/sqlite/ddl.hpp"
#include "compiler/dialects/sqlite/lowering.hpp"
#include "compiler/dialects/sqlite/names.hpp"
#include "compiler/dialects/sqlite/normal.hpp"
#include "compiler/dialects/sqlite/readers.hpp"
#include "compiler/dialects/sqlite/rename.hpp"
#include "compiler/dialects/sqlite/step_parts.hpp"
#include "compiler/dialects/sqlite/tokens.hpp"

namespace dmc::dialects::sqlite {

namespace {

using model::Table;

std::vector<std::string> create_statements(const Table& table, std::string_view as = {}) {
  std::vector<std::string> statements{create_table(table, as)};
  for (const auto& index : table.indexes) statements.push_back(create_index(table, index, as));
  return statements;
}

/// Asked of the database itself, because tables that dmc does not manage count too.
plan::QueryCheck no_references(const std::string& table) {
  return no_rows("no other table references " + table,
                 "select 1 from sqlite_master m, pragma_foreign_key_list(m.name) f where m.type = 'table' and m.sql "
                 "not like 'CREATE "
                 "VIRTUAL%' and f.\"table\" = " +
                     text_literal(table) + " collate nocase and m.name <> " + text_literal(table) +
                     " collate nocase limit 1",
                 "drop the foreign keys that point at it first");
}

/// What reads the table, and the table itself under another name: the readers keep their texts.
struct Fence {
  model::Database part;
  Readers others;    ///< views and triggers that are not part of the table
  Readers triggers;  ///< the table's own
};

Fence fence_of(const model::Database& before, const Table& table) {
  Fence fence{neighbourhood(before, table), {}, {}};
  fence.others.views = all_readers(fence.part).views;
  for (const auto& trigger : fence.part.triggers)
    (same_name(trigger.table, table.name) ? fence.triggers : fence.others).triggers.push_back(trigger.name);
  return fence;
}

void append(std::vector<std::string>& list, const std::vector<std::string>& more) {
  list.insert(list.end(), more.begin(), more.end());
}

StepPair drop_at_once(const Lowering& lowering, const change::DropTable& drop) {
  const auto& table = drop.table;
  const auto fence = fence_of(lowering.before, table);
  StepPair pair;
  pair.forward = run_sql("table " + table.name, "drop table " + table.name + " with its rows",
                         {"drop table " + quoted(table.name)}, "rewrite");
  std::get<plan::RunSql>(pair.forward.action).settings = without_foreign_keys();
  pair.forward.pre.push_back(no_references(table.name));
  pair.forward.post.push_back(is_gone("table", table.name));
  pair.forward.reverse = lossy("the rows of " + table.name);
  add_hazard(pair.forward, "data.drop_table", table.name, "every row of " + table.name + " is lost",
             own_acceptance(lowering.change));
  add_hazard(pair.forward, "data.no_backup", table.name, "no copy of " + table.name + " is kept",
             own_acceptance(lowering.change));
  auto statements = create_statements(table);
  append(statements, create_statements(fence.part, fence.triggers));
  pair.reverse = run_sql("table " + table.name, "create table " + table.name + " again, empty", std::move(statements));
  pair.reverse->pre.push_back(name_is_free("table", table.name));
  pair.reverse->post.push_back(is_there("table", table.name));
  return pair;
}

StepPair fence_table(const Lowering& lowering, const Table& table, const std::string& tombstone) {
  const auto fence = fence_of(lowering.before, table);
  StepPair pair;
  pair.takes_effect = true;
  auto statements = drop_statements(fence.triggers);
  append(statements, drop_statements(fence.others));
  statements.push_back("alter table " + quoted(table.name) + " rename to " + tombstone);
  append(statements, create_statements(fence.part, fence.others));
  pair.forward = run_sql("table " + table.name, "take table " + table.name + " out of use", std::move(statements));
  pair.forward.pre.push_back(no_references(table.name));
  pair.forward.pre.push_back(name_is_free("table", tombstone));
  pair.forward.post.push_back(is_gone("table", table.name));
  pair.forward.reverse = exact();

  statements = drop_statements(fence.others);
  statements.push_back("alter table " + tombstone + " rename to " + quoted(table.name));
  append(statements, create_statements(fence.part, fence.others));
  append(statements, create_statements(fence.part, fence.triggers));
  pair.reverse = run_sql("table " + table.name, "bring table " + table.name + " back", std::move(statements));
  pair.reverse->pre.push_back(name_is_free("table", table.name));
  pair.reverse->post.push_back(is_there("table", table.name));
  return pair;
}

Artifact artifact_of(const Table& table, const std::string& tombstone, const std::string& name) {
  Artifact artifact{name, tombstone, row_key(table, true), {}, false};
  for (const auto& column : table.columns) {
    artifact.counts = artifact.counts || column.identity;
    const bool in_key = std::ranges::find(artifact.key.columns, column.name) != artifact.key.columns.end();
    if (!column.generated && (artifact.key.is_rowid || !in_key))
      artifact.columns.push_back({quoted(column.name), column.name});
  }
  return artifact;
}

/// The table under its tombstone's name, filled from the artifact.
std::vector<std::string> restore_table(const Table& table, const Artifact& artifact) {
  std::vector<std::string> statements{create_table(table, artifact.source)};
  std::vector<std::string> into, from;
  for (std::size_t i = 0; i < artifact.key.columns.size(); ++i) {
    into.push_back(quoted(artifact.key.columns[i]));
    from.push_back(quoted(artifact.key_name(i)));
  }
  for (const auto& column : artifact.columns) {
    into.push_back(column.source);
    from.push_back(quoted(column.name));
  }
  statements.push_back("insert into " + artifact.source + " (" + joined(into, ", ") + ") select " + joined(from, ", ") +
                       " from " + artifact.name);
  if (artifact.counts) {
    statements.push_back("delete from sqlite_sequence where name = " + text_literal(artifact.source));
    statements.push_back("insert into sqlite_sequence (name, seq) select " + text_literal(artifact.source) +
                         ", seq from sqlite_sequence where name = " + text_literal(artifact.name));
  }
  for (const auto& index : table.indexes) statements.push_back(create_index(table, index, artifact.source));
  return statements;
}

StepPair drop_tombstone(const Lowering& lowering, const Table& table, const Artifact& artifact) {
  StepPair pair;
  pair.forward = run_sql("table " + table.name, "drop table " + table.name + ", whose rows are in " + artifact.name,
                         {"drop table " + artifact.source}, "rewrite");
  std::get<plan::RunSql>(pair.forward.action).settings = without_foreign_keys();
  pair.forward.pre = artifact.equal_to_source();
  pair.forward.post.push_back(is_gone("table", artifact.source));
  pair.forward.reverse = exact();
  add_hazard(pair.forward, "data.drop_table", table.name, "its rows are kept in " + artifact.name,
             own_acceptance(lowering.change));
  pair.reverse = run_sql("table " + table.name, "build table " + table.name + " again from " + artifact.name,
                         restore_table(table, artifact), "rewrite");
  std::get<plan::RunSql>(pair.reverse->action).settings = without_foreign_keys();
  pair.reverse->pre.push_back(name_is_free("table", artifact.source));
  pair.reverse->post = artifact.equal_to_source();
  return pair;
}

}  // namespace

StepPair backup_pair(const std::string& object, const Artifact& artifact, std::vector<std::string> columns) {
  StepPair pair;
  plan::Backup backup;
  backup.source = object;
  backup.tombstone = artifact.source;
  backup.artifact = artifact.name;
  backup.write = artifact.write();
  backup.columns = std::move(columns);
  backup.rows = artifact.count();
  const bool lives_on = std::ranges::any_of(artifact.columns, [](const auto& column) { return !column.worth.empty(); });
  backup.read_back = lives_on ? artifact.keeps_values() : artifact.equal_to_source();
  pair.forward = run_sql(object, "keep " + object + " in " + artifact.name, {}, "rows");
  pair.forward.action = std::move(backup);
  pair.forward.pre.push_back(name_is_free("table", artifact.name));
  pair.forward.reverse = exact();
  pair.forward.leftovers.push_back(leftover("table", artifact.name, "purge"));
  pair.reverse = run_sql(object, "drop the backup " + artifact.name + ", which is no longer needed",
                         {"drop table " + artifact.name});
  pair.reverse->post.push_back(is_gone("table", artifact.name));
  return pair;
}

std::vector<StepPair> lower_create(const Lowering&, const change::CreateTable& create) {
  const auto& table = create.table;
  StepPair pair;
  pair.forward = run_sql("table " + table.name, "create table " + table.name, create_statements(table));
  pair.forward.pre.push_back(name_is_free("table", table.name));
  pair.forward.post.push_back(is_there("table", table.name));
  pair.forward.reverse = until_written("rows written to " + table.name + " since");
  pair.reverse = run_sql("table " + table.name, "drop table " + table.name, {"drop table " + quoted(table.name)});
  pair.reverse->pre.push_back(is_empty(table.name, "its rows would be lost: undo with --lossy to accept that"));
  pair.reverse->post.push_back(is_gone("table", table.name));
  return {std::move(pair)};
}

std::vector<StepPair> lower_rename(const Lowering& lowering, const change::RenameTable& rename) {
  const auto from = neighbourhood(lowering.before, rename.before);
  auto to = from;
  sqlite::rename(to, rename.before.name, std::nullopt, rename.after.name);
  const auto readers = all_readers(from);
  const auto statements = [&](const std::string& name, const std::string& other, const model::Database& result) {
    auto list = drop_statements(readers);
    // To SQLite a name that differs in letter case alone is taken, by the table itself.
    const auto aside = own_name("new", lowering.serves(rename.before.name));
    if (same_name(name, other)) list.push_back("alter table " + quoted(name) + " rename to " + aside);
    list.push_back("alter table " + (same_name(name, other) ? aside : quoted(name)) + " rename to " + quoted(other));
    append(list, create_statements(result, readers));
    return list;
  };
  const auto step = [&](const std::string& name, const std::string& other, const model::Database& result) {
    auto made = run_sql("table " + other, "rename table " + name + " to " + other, statements(name, other, result));
    if (!same_name(name, other)) made.pre.push_back(name_is_free("table", other));
    made.post.push_back(is_there("table", other));
    for (const auto& view : readers.views)
      if (const auto* later = result.view(view)) made.post.push_back(stands(*later, result));
    return made;
  };
  StepPair pair;
  pair.forward = step(rename.before.name, rename.after.name, to);
  pair.forward.reverse = exact();
  add_hazard(pair.forward, "compat.rename_table", rename.before.name,
             "what still says " + rename.before.name + " fails from then on", own_acceptance(lowering.change));
  pair.reverse = step(rename.after.name, rename.before.name, from);
  return {std::move(pair)};
}

std::vector<StepPair> lower_drop(const Lowering& lowering, const change::DropTable& drop) {
  if (drop.backup != model::Backup::with) return {drop_at_once(lowering, drop)};
  const auto& table = drop.table;
  const auto serves = lowering.serves(table.name);
  const auto artifact = artifact_of(table, own_name("gone", serves), own_name("backup", serves));
  std::vector<std::string> columns;
  for (const auto& column : table.columns) columns.push_back(column_definition(table, column));
  std::vector<StepPair> pairs;
  pairs.push_back(fence_table(lowering, table, artifact.source));
  pairs.push_back(backup_pair("table " + table.name, artifact, std::move(columns)));
  pairs.push_back(drop_tombstone(lowering, table, artifact));
  return pairs;
}

}  // namespace dmc::dialects::sqlite
