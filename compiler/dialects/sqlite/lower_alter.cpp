// A table altered. What is lost with a backup is first taken out of use under a tombstone's name, then kept, then
// dropped.
#include <algorithm>

#include "compiler/dialects/sqlite/alter_words.hpp"
#include "compiler/dialects/sqlite/alteration.hpp"
#include "compiler/dialects/sqlite/artifact.hpp"
#include "compiler/dialects/sqlite/ddl.hpp"
#include "compiler/dialects/sqlite/lowering.hpp"
#include "compiler/dialects/sqlite/names.hpp"
#include "compiler/dialects/sqlite/normal.hpp"
#include "compiler/dialects/sqlite/proofs.hpp"
#include "compiler/dialects/sqlite/readers.hpp"
#include "compiler/dialects/sqlite/rename.hpp"
#include "compiler/dialects/sqlite/step_parts.hpp"
#include "compiler/dialects/sqlite/tokens.hpp"

namespace dmc::dialects::sqlite {

namespace {

using model::Table;

/// The neighbourhood once the columns have their new names.
model::Database carried(model::Database part, const change::AlterTable& alter, std::string_view serves) {
  // Names that change places meet on the way, so all leave first.
  std::vector<std::pair<std::string, std::string>> aside;
  for (const auto& move : alter.moves) {
    if (move.from == move.to) continue;
    const auto name = own_name("new", std::string(serves) + '\x1f' + move.from);
    sqlite::rename(part, alter.before.name, move.from, name);
    aside.emplace_back(name, move.to);
  }
  for (const auto& [name, to] : aside) sqlite::rename(part, alter.before.name, name, to);
  return part;
}

void put(model::Database& part, const Table& table) {
  for (auto& other : part.tables)
    if (same_name(other.name, table.name)) other = table;
}

TableMove move_of(const Lowering& lowering, const change::AlterTable& alter) {
  TableMove move;
  move.from = neighbourhood(lowering.before, alter.before);
  move.to = carried(move.from, alter, lowering.serves(alter.before.name));
  move.before = alter.before;
  move.after = alter.after;
  move.moves = alter.moves;
  move.rebuild = alter.rebuild || alter.together;
  move.oldest = lowering.oldest();
  put(move.from, move.before);
  put(move.to, move.after);
  return move;
}

enum class Proven { all, but_survival, nothing };

/// One alteration as a step; the proofs that rows fit stand before it.
plan::Step step_of(const TableMove& move, std::string_view serves, std::string summary, Proven proven) {
  auto made = alter(move, serves);
  auto step =
      run_sql("table " + move.after.name, (made.rebuilds ? "rebuild " : "alter ") + move.after.name + ": " + summary,
              std::move(made.statements), made.work);
  std::get<plan::RunSql>(step.action).settings = std::move(made.settings);
  step.pre = std::move(made.pre);
  if (proven != Proven::nothing)
    for (auto& proof : proofs(move)) {
      if (proven == Proven::but_survival && proof.hazard == "rewrite.type_narrowing") continue;
      if (proof.hazard == "data.not_null_may_fail" || proof.hazard == "data.unique_may_fail")
        add_hazard(step, proof.hazard, proof.object, "it fails and changes nothing unless " + proof.check.means,
                   "a check before the step proves it");
      step.pre.push_back(std::move(proof.check));
    }
  step.post = std::move(made.post);
  step.invariants = std::move(made.invariants);
  step.leftovers = std::move(made.leftovers);
  const auto children = children_of(move.from, move.after.name);
  if (made.rebuilds && !children.empty())
    add_hazard(
        step, "data.sqlite_rebuild_cascade", move.after.name,
        listed(children) +
            " reference it: foreign keys are off while it is rebuilt, and their rows are counted before and after",
        "the recipe");
  return step;
}

/// A new column of the table may be dropped again for as long as nothing but its default was written to it.
plan::QueryCheck still_unwritten(const Table& table, const model::Column& column) {
  const auto name = quoted(column.name);
  const std::string means = "nothing was written to " + table.name + "." + column.name;
  const std::string mend = "what was written would be lost: undo with --lossy to accept that";
  // A key that is the rowid was given to the rows by SQLite itself: 1, 2, 3, …
  if (rowid_alias(table) == column.name)
    return no_rows(means,
                   "select 1 where (select count(*) from " + quoted(table.name) + ") <> (select coalesce(max(" + name +
                       "), 0) from " + quoted(table.name) + ")",
                   mend);
  std::string written = name + " is not null";
  if (column.default_value && is_constant_default(column))
    written += " and " + name + " is not (" + column.default_value->text + ")";
  return no_rows(means, "select 1 from " + quoted(table.name) + " where " + written + " limit 1", mend);
}

StepPair one_step(const Lowering& lowering, const TableMove& move, const std::vector<change::ColumnLoss>& losses) {
  const auto serves = lowering.serves(move.after.name);
  StepPair pair;
  const auto back = reversed(move);
  pair.forward = step_of(move, serves, summary_of(move), Proven::all);
  pair.forward.reverse = way_back(move, losses);
  add_hazards(pair.forward, move, losses, own_acceptance(lowering.change));
  // What is lossy is accepted as such, by name, before the way back is taken.
  const bool lossy_back = pair.forward.reverse.grade == plan::ReverseClass::lossy;
  pair.reverse = step_of(back,
                         serves +
                             "\x1f"
                             "back",
                         summary_of(back), lossy_back ? Proven::but_survival : Proven::all);
  for (const auto& name : new_columns(move)) {
    const auto* column = move.after.column(name);
    if (!column->generated && !is_filled(move, *column))
      pair.reverse->pre.push_back(still_unwritten(move.after, *column));
  }
  return pair;
}

bool is_kept(const Table& table, const change::ColumnLoss& loss) {
  const auto* column = table.column(loss.column);
  return loss.backup == model::Backup::with && column && !column->generated;
}

/// Which values of a column that is out of use were there before it was: the others are what a new row gets.
std::string worth_of(const model::Column& column, const std::string& tombstone) {
  if (!column.default_value) return tombstone + " is not null";
  return is_constant_default(column) ? tombstone + " collate binary is not (" + column.default_value->text + ")" : "1";
}

/// The table with the lost columns still in it, each where it stood and under its tombstone's name.
Table with_tombstones(const change::AlterTable& alter, const std::vector<KeptColumn>& tombstones) {
  Table table = alter.after;
  table.columns.clear();
  const auto after_of = [&](const std::string& before) -> const model::Column* {
    for (const auto& move : alter.moves)
      if (move.from == before) return alter.after.column(move.to);
    const bool taken = std::ranges::any_of(alter.moves, [&](const auto& move) { return move.to == before; });
    const bool lost = std::ranges::any_of(alter.losses, [&](const auto& loss) { return loss.column == before; });
    return taken || lost ? nullptr : alter.after.column(before);
  };
  for (const auto& column : alter.before.columns) {
    if (const auto* later = after_of(column.name)) {
      table.columns.push_back(*later);
      continue;
    }
    for (const auto& tombstone : tombstones) {
      if (tombstone.name != column.name) continue;
      table.columns.push_back(column);
      auto& kept = table.columns.back();
      kept.name = tombstone.source;
      // Its type may mean another affinity there, or be none of a STRICT table: until it is kept nothing is converted.
      if (is_strict(alter.before) != is_strict(alter.after)) kept.type = is_strict(alter.after) ? "ANY" : "";
    }
  }
  for (const auto& column : alter.after.columns)
    if (!table.column(column.name)) table.columns.push_back(column);
  return table;
}

/// Columns of `after` that had values before.
std::vector<std::string> old_columns(const TableMove& move, const Table& after) {
  std::vector<std::string> names;
  for (const auto& column : after.columns)
    if (!column.generated && source_of(move, column.name)) names.push_back(column.name);
  return names;
}

bool is_mandatory(const model::Column& column) { return column.not_null && !column.default_value; }

/// From the table without the columns to the one with tombstones again, their values from the artifact.
TableMove restoring(const TableMove& fence, const Table& after, const Artifact& artifact) {
  TableMove move = fence;
  move.from = fence.to;
  put(move.from, after);
  move.before = after;
  move.after = fence.after;
  move.moves.clear();
  move.rebuild = true;
  for (const auto& column : artifact.columns) {
    const auto* tombstone = move.after.column(column.source);
    auto value = artifact.value_of(column.name, after.name);
    if (tombstone->not_null && tombstone->default_value)
      value = "coalesce(" + value + ", " + tombstone->default_value->text + ")";
    move.moves.push_back({"", column.source, model::Sql{value}, std::nullopt});
  }
  return move;
}

/// The columns are dropped by SQLite itself where it can, else by a rebuild.
StepPair drop_tombstones(const Lowering& lowering, const TableMove& fence, const Table& after,
                         const Artifact& artifact) {
  TableMove drop = fence;
  drop.from = fence.to;
  put(drop.to, after);
  drop.before = fence.after;
  drop.after = after;
  drop.moves.clear();
  drop.rebuild = false;
  std::vector<std::string> names;
  for (const auto& column : artifact.columns) names.push_back(column.name);
  const auto serves = lowering.serves(after.name);
  StepPair pair;
  pair.forward = step_of(drop,
                         serves +
                             "\x1f"
                             "drop",
                         "drop " + listed(names) + ", kept in " + artifact.name, Proven::nothing);
  for (auto& check : artifact.keeps_values()) pair.forward.pre.push_back(std::move(check));
  // A row born later has no value for a column that wants one: it cannot be lost, and nothing is invented.
  const bool mandatory = std::ranges::any_of(
      artifact.columns, [&](const auto& column) { return is_mandatory(*fence.after.column(column.source)); });
  const std::string later = artifact.key.is_rowid ? "rows born or changed after the drop" : "rows born after the drop";
  pair.forward.reverse = mandatory ? exact() : until_written("values of " + listed(names) + " for " + later);
  for (const auto& name : names)
    add_hazard(pair.forward, "data.drop_column", after.name + "." + name, "its values are kept in " + artifact.name,
               own_acceptance(lowering.change));
  pair.reverse = step_of(restoring(fence, after, artifact),
                         serves +
                             "\x1f"
                             "restore",
                         "bring " + listed(names) + " back from " + artifact.name, Proven::nothing);
  const auto unknown = " from " + quoted(after.name) + " where not exists (select 1 from " + artifact.name +
                       " as b where " + artifact.matches(after.name) + ")";
  pair.reverse->pre.push_back(no_rows("every row of " + after.name + " was there when " + listed(names) + " went",
                                      "select 1" + unknown + " limit 1",
                                      mandatory ? "the others have no value for what must have one: delete them, or "
                                                  "give each a row in " +
                                                      artifact.name + "; they are:  select *" + unknown
                                                : "the others get no value: undo with --lossy to accept that"));
  for (auto& check : artifact.unmoved(after.name)) {
    if (mandatory) check.mend = "what is gone for good must go from " + artifact.name + " too";
    pair.reverse->pre.push_back(std::move(check));
  }
  return pair;
}

}  // namespace

std::vector<StepPair> lower_alter(const Lowering& lowering, const change::AlterTable& alter) {
  auto move = move_of(lowering, alter);
  std::vector<KeptColumn> tombstones;
  std::vector<change::ColumnLoss> losses;
  const auto serves = lowering.serves(alter.after.name);
  for (const auto& loss : alter.losses) {
    if (is_kept(alter.before, loss))
      tombstones.push_back({own_name("gone", serves + '\x1f' + loss.column), loss.column});
    else
      losses.push_back(loss);
  }
  if (tombstones.empty()) return {one_step(lowering, move, losses)};

  const Table after = move.after;
  move.after = with_tombstones(alter, tombstones);
  put(move.to, move.after);
  std::vector<std::string> definitions;
  for (auto& tombstone : tombstones) {
    move.moves.push_back({tombstone.name, tombstone.source, std::nullopt, std::nullopt});
    tombstone.worth = worth_of(*alter.before.column(tombstone.name), tombstone.source);
    definitions.push_back(column_definition(alter.before, *alter.before.column(tombstone.name)));
  }
  Artifact artifact{own_name("backup", serves), after.name, row_key(after, false), tombstones, false};
  artifact.recognise_by(old_columns(move, after));
  std::vector<StepPair> pairs;
  pairs.push_back(one_step(lowering, move, losses));
  pairs.front().takes_effect = true;
  std::vector<std::string> names;
  for (const auto& tombstone : tombstones) names.push_back(after.name + "." + tombstone.name);
  pairs.push_back(backup_pair(listed(names), artifact, std::move(definitions)));
  pairs.push_back(drop_tombstones(lowering, move, after, artifact));
  return pairs;
}

}  // namespace dmc::dialects::sqlite
