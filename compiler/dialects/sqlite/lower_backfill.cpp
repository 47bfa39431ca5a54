// Rows filled or overwritten in batches. A new column is emptied again on the way back; an old one gets its values from
// the artifact, or keeps what it has.
#include <algorithm>

#include "compiler/dialects/sqlite/artifact.hpp"
#include "compiler/dialects/sqlite/ddl.hpp"
#include "compiler/dialects/sqlite/expression.hpp"
#include "compiler/dialects/sqlite/firing.hpp"
#include "compiler/dialects/sqlite/keyset.hpp"
#include "compiler/dialects/sqlite/lowering.hpp"
#include "compiler/dialects/sqlite/names.hpp"
#include "compiler/dialects/sqlite/step_parts.hpp"
#include "compiler/dialects/sqlite/tokens.hpp"

namespace dmc::dialects::sqlite {

namespace {

using model::Table;

std::string value_of(const model::Assignment& assignment) { return "(" + bare(assignment.value.text) + ")"; }

/// The statements with the table's triggers away: what is taken back must not set off what an application's writes set
/// off.
std::vector<std::string> without_triggers(const model::Database& database, const Table& table,
                                          std::vector<std::string> statements) {
  std::vector<std::string> all;
  for (const auto& trigger : database.triggers)
    if (same_name(trigger.table, table.name)) all.push_back("drop trigger " + quoted(trigger.name));
  all.insert(all.end(), std::make_move_iterator(statements.begin()), std::make_move_iterator(statements.end()));
  for (const auto& trigger : database.triggers)
    if (same_name(trigger.table, table.name)) all.push_back(create_trigger(trigger));
  return all;
}

class Filling {
 public:
  Filling(const Lowering& lowering, const change::BackfillRows& kind)
      : lowering_(lowering),
        kind_(kind),
        table_(kind.table),
        object_("table " + table_.name),
        where_(kind.statement.where ? bare(kind.statement.where->text) : std::string()) {
    for (const auto& assignment : kind.statement.set) {
      columns_.push_back(assignment.column);
      volatile_ = volatile_ || is_volatile(assignment.value.text);
    }
  }

  std::vector<StepPair> lower() {
    std::vector<StepPair> pairs;
    const bool keeps = !kind_.new_columns && kind_.statement.backup == model::Backup::with;
    if (keeps) make_artifact();
    if (kind_.statement.follow) pairs.push_back(follow());
    if (keeps) pairs.push_back(open_artifact());
    pairs.push_back(fill());
    return pairs;
  }

 private:
  std::string set_clause() const {
    std::vector<std::string> parts;
    for (const auto& assignment : kind_.statement.set)
      parts.push_back(quoted(assignment.column) + " = " + value_of(assignment));
    return joined(parts, ", ");
  }

  std::string what() const { return table_.name + "." + joined(columns_, ", "); }

  void make_artifact() {
    artifact_ = Artifact{own_name("backup", lowering_.serves(what())), table_.name, row_key(table_, false), {}, false};
    for (const auto& column : columns_) artifact_.columns.push_back({quoted(column), column});
    // The new value beside the old one shows on the way back what was written since.
    if (!volatile_)
      for (const auto& assignment : kind_.statement.set)
        artifact_.columns.push_back({value_of(assignment), written(assignment.column)});
    artifact_.recognise_by(columns_left_alone());
  }

  static std::string written(const std::string& column) { return "_dmc_written_" + column; }

  StepPair open_artifact() {
    StepPair pair;
    pair.forward = run_sql(object_, "make room for the old values of " + what(), {artifact_.create()});
    pair.forward.pre.push_back(name_is_free("table", artifact_.name));
    pair.forward.reverse = exact();
    pair.forward.leftovers.push_back(leftover("table", artifact_.name, "purge"));
    pair.reverse = run_sql(object_, "drop the backup " + artifact_.name + ", which is no longer needed",
                           {"drop table " + artifact_.name});
    return pair;
  }

  StepPair fill() {
    const auto keys = keyset_of(table_, where_);
    StepPair pair;
    const std::string update = "update " + quoted(table_.name) + " set " + set_clause();
    const std::string condition = where_.empty() ? std::string() : " where (" + where_ + ")";
    pair.forward = run_sql(object_, "fill " + what(), {update + condition}, "rows");
    if (keys.columns.empty()) {
      if (!artifact_.name.empty())
        std::get<plan::RunSql>(pair.forward.action)
            .statements.insert(std::get<plan::RunSql>(pair.forward.action).statements.begin(), artifact_.fill(where_));
    } else {
      auto action = keys.backfill(kind_.statement.pace);
      action.change_first = update + " where " + keys.first_rows();
      action.change_next = update + " where " + keys.next_rows();
      if (!artifact_.name.empty()) {
        action.save_first = artifact_.fill(keys.first_rows());
        action.save_next = artifact_.fill(keys.next_rows());
      }
      pair.forward.action = std::move(action);
    }
    take_back(pair);
    note_firing(pair.forward, what(), set_off(lowering_.before, table_, "update", columns_));
    return pair;
  }

  void take_back(StepPair& pair) {
    if (kind_.new_columns) {
      pair.forward.reverse = volatile_ ? exact() : until_written("what was written to " + what() + " since");
      pair.reverse = run_sql(object_, "empty " + what() + " again where nothing else was written",
                             without_triggers(lowering_.before, table_, emptying()), "rows");
      if (!volatile_) pair.reverse->pre.push_back(still_as_filled());
    } else if (!artifact_.name.empty()) {
      restore(pair);
    } else {
      pair.forward.reverse = lossy("what " + what() + " was before");
      add_hazard(pair.forward, "data.no_backup", what(), "no copy of the old values is kept",
                 own_acceptance(lowering_.change));
      pair.reverse = run_sql(object_, "leave " + what() + " as it is: no copy was kept", {});
    }
  }

  /// Only what is still what was filled in: what an application wrote stays, and is seen when the column is to go.
  std::vector<std::string> emptying() const {
    std::vector<std::string> statements;
    for (const auto& assignment : kind_.statement.set) {
      const auto* column = table_.column(assignment.column);
      const bool to_default = column && column->not_null && column->default_value;
      const std::string empty = to_default ? "(" + column->default_value->text + ")" : "null";
      const std::string filled = volatile_ ? quoted(assignment.column) + " is not null"
                                           : quoted(assignment.column) + " is " + value_of(assignment);
      statements.push_back("update " + quoted(table_.name) + " set " + quoted(assignment.column) + " = " + empty +
                           " where " + filled);
    }
    return statements;
  }

  /// Asked before anything is taken back; when the column is to go it is emptied already.
  plan::QueryCheck still_as_filled() const {
    std::vector<std::string> written;
    for (const auto& assignment : kind_.statement.set) {
      const auto name = quoted(assignment.column);
      const auto* column = table_.column(assignment.column);
      std::string other = name + " is not null and " + name + " is not " + value_of(assignment);
      if (column && column->default_value) other += " and " + name + " is not (" + column->default_value->text + ")";
      written.push_back("(" + other + ")");
    }
    return no_rows("nothing was written to " + what() + " since",
                   "select 1 from " + quoted(table_.name) + " where " + joined(written, " or ") + " limit 1",
                   "what was written would be lost: undo with --lossy to accept that");
  }

  void restore(StepPair& pair) {
    const auto& name = table_.name;
    std::vector<std::string> sets, changed;
    for (const auto& column : columns_) {
      sets.push_back(quoted(column) + " = " + artifact_.value_of(column, name));
      changed.push_back(quoted(name, column) + " is not b." + quoted(written(column)));
    }
    const std::string update = "update " + quoted(name) + " set " + joined(sets, ", ") +
                               " where exists (select 1 from " + artifact_.name + " as b where " +
                               artifact_.matches(name) + ")";
    pair.reverse = run_sql(object_, "bring back " + what() + " from " + artifact_.name,
                           without_triggers(lowering_.before, table_, {update}), "rows");
    std::string loses = "what was written to " + what() + " since";
    if (volatile_ && artifact_.key.is_rowid) loses += ", and the old values of rows that were changed otherwise";
    pair.forward.reverse = volatile_ ? lossy(loses) : until_written(loses);
    if (volatile_) return;
    pair.reverse->pre = artifact_.unmoved(name);
    pair.reverse->pre.push_back(no_rows("nothing was written to " + what() + " since",
                                        "select 1 from " + quoted(name) + ", " + artifact_.name + " as b where " +
                                            artifact_.matches(name) + " and (" + joined(changed, " or ") + ") limit 1",
                                        "it would be lost: undo with --lossy to accept that"));
  }

  /// The batches write only the columns they fill, and must not set the trigger off for every row.
  std::string other_columns() const {
    const auto names = columns_left_alone();
    return quoted_list(names.empty() ? columns_ : names);
  }

  std::vector<std::string> columns_left_alone() const {
    std::vector<std::string> names;
    for (const auto& column : table_.columns)
      if (!column.generated && std::ranges::find(columns_, column.name) == columns_.end()) names.push_back(column.name);
    return names;
  }

  /// Fills rows that are written from now on. It stays until the change ends; a rebuild of the table takes it along
  /// earlier.
  StepPair follow() {
    const auto key = row_key(table_, true);
    std::vector<std::string> same, differs;
    for (const auto& column : key.columns) same.push_back(quoted(column) + " = new." + quoted(column));
    for (const auto& assignment : kind_.statement.set)
      differs.push_back(quoted(assignment.column) + " is not " + value_of(assignment));
    std::string condition = joined(same, " and ");
    if (!where_.empty()) condition += " and (" + where_ + ")";
    // A row that is right already is left alone, so the trigger cannot set itself off for ever.
    if (!volatile_) condition += " and (" + joined(differs, " or ") + ")";
    std::vector<std::string> statements;
    std::vector<plan::Leftover> left;
    for (const std::string event : {"INSERT", "UPDATE"}) {
      const auto name = own_name("follow", lowering_.serves(what() + '\x1f' + event));
      statements.push_back("CREATE TRIGGER " + name + " AFTER " + event +
                           (event == "UPDATE" ? " OF " + other_columns() : "") + " ON " + quoted(table_.name) +
                           " FOR EACH ROW\nBEGIN\n  update " + quoted(table_.name) + " set " + set_clause() +
                           " where " + condition + ";\nEND");
      left.push_back(leftover("trigger", name, "change"));
    }
    StepPair pair;
    pair.forward = run_sql(object_, "fill " + what() + " of rows that are written from now on", std::move(statements));
    std::vector<std::string> drops;
    for (const auto& trigger : left) drops.push_back(trigger.cleanup.front());
    pair.forward.leftovers = std::move(left);
    pair.forward.reverse = exact();
    pair.reverse = run_sql(object_, "no longer fill " + what() + " of rows that are written", std::move(drops));
    return pair;
  }

  const Lowering& lowering_;
  const change::BackfillRows& kind_;
  const Table& table_;
  std::string object_;
  std::string where_;
  std::vector<std::string> columns_;
  bool volatile_ = false;
  Artifact artifact_;
};

}  // namespace

std::vector<StepPair> lower_backfill(const Lowering& lowering, const change::BackfillRows& backfill) {
  return Filling(lowering, backfill).lower();
}

}  // namespace dmc::dialects::sqlite
