// Rows filled, overwritten or deleted in batches by key. A new column is emptied again on the way back; an old one, and
// rows that went, come back from the artifact.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/postgres/alteration.hpp"
#include "compiler/dialects/postgres/artifact.hpp"
#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/keyset.hpp"
#include "compiler/dialects/postgres/lowering.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/row_triggers.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"
#include "compiler/dialects/postgres/triggers_off.hpp"
#include "compiler/dialects/postgres/volatility.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Table;

class Filling {
 public:
  Filling(const Lowering& lowering, const change::BackfillRows& kind)
      : lowering_(lowering),
        kind_(kind),
        table_(kind.table),
        name_(full(kind.table)),
        object_("table " + table_.path()) {
    if (kind.statement.where) where_ = in_parentheses(kind.statement.where->text);
    for (const auto& assignment : kind.statement.set) {
      columns_.push_back(assignment.column);
      volatile_ = volatile_ || may_be_volatile(assignment.value.text);
    }
    what_ = table_.path() + "." + joined(columns_, ", ");
  }

  Pairs lower() {
    Pairs pairs;
    keeps_ = !kind_.new_columns && kind_.statement.backup == model::Backup::with;
    if (keeps_) make_artifact();
    if (kind_.statement.follow) pairs.push_back(follow());
    if (keeps_) pairs.push_back(open_artifact(object_, "make room for the old values of " + what_, artifact_));
    pairs.push_back(fill());
    return pairs;
  }

 private:
  static std::string value_of(const model::Assignment& assignment) { return in_parentheses(assignment.value.text); }

  void make_artifact() {
    artifact_ = Artifact{"dmc_backup." + own_name("backup", lowering_.serves(what_)), name_, row_key(table_), {}, {}};
    for (const auto& column : columns_) artifact_.columns.push_back({quoted(column), column});
    artifact_.keep_as_text(table_, lowering_.before);
    // The new value beside the old one shows on the way back what was written since.
    if (!volatile_)
      for (const auto& assignment : kind_.statement.set)
        artifact_.columns.push_back(
            {value_of(assignment) + (artifact_.types.contains(assignment.column) ? "::text" : ""),
             written(assignment.column)});
  }

  static std::string written(const std::string& column) { return "_dmc_written_" + column; }

  StepPair fill() {
    std::vector<std::string> parts;
    for (const auto& assignment : kind_.statement.set)
      parts.push_back(quoted(assignment.column) + " = " + value_of(assignment));
    StepPair pair;
    pair.forward = fill_step(lowering_, table_, "fill " + what_, joined(parts, ", "), where_, kind_.statement.pace);
    if (keeps_) {
      if (auto* action = std::get_if<plan::Backfill>(&pair.forward.action)) {
        const Keyset keys{name_, row_key(table_), where_};
        action->save_first = artifact_.fill(keys.first_rows());
        action->save_next = artifact_.fill(keys.next_rows());
      } else {
        auto& statements = std::get<plan::RunSql>(pair.forward.action).statements;
        statements.insert(statements.begin(), artifact_.fill(where_));
      }
    }
    take_back(pair);
    note_firing(pair.forward, what_, set_off(lowering_.before, table_, "update", columns_));
    return pair;
  }

  void take_back(StepPair& pair) {
    if (kind_.new_columns) {
      pair.forward.reverse = volatile_ ? exact() : until_written("what was written to " + what_ + " since");
      pair.reverse = empty_again();
      if (!volatile_) pair.reverse->pre.push_back(still_as_filled());
    } else if (keeps_) {
      restore(pair);
    } else {
      pair.forward.reverse = lossy("what " + what_ + " was before");
      add_hazard(pair.forward, "data.no_backup", what_, "no copy of the old values is kept",
                 own_acceptance(lowering_.change));
      pair.reverse = brief(object_, "leave " + what_ + " as it is: no copy was kept", {});
    }
  }

  /// What a column is where nobody has filled it.
  std::string unfilled(const std::string& name) const {
    const auto* column = table_.column(name);
    return column && column->not_null && column->default_value ? in_parentheses(column->default_value->text) : "null";
  }

  /// Only what is still what was filled in: what an application wrote stays, and is seen when the column is to go.
  plan::Step empty_again() const {
    std::vector<std::string> sets, filled, statements;
    for (const auto& assignment : kind_.statement.set) {
      const auto name = quoted(assignment.column);
      const auto condition =
          volatile_ ? name + " is not null" : fmt::format("{} is not distinct from {}", name, value_of(assignment));
      sets.push_back(
          fmt::format("{0} = case when {1} then {2} else {0} end", name, condition, unfilled(assignment.column)));
      filled.push_back(fmt::format("({} and {} is distinct from {})", condition, name, unfilled(assignment.column)));
    }
    const auto summary = "empty " + what_ + " again where nothing else was written";
    const auto triggers = set_off(lowering_.before, table_, "update", columns_);
    if (triggers.empty()) {
      auto step = fill_step(lowering_, table_, summary, joined(sets, ", "), joined(filled, " or "));
      if (auto* action = std::get_if<plan::Backfill>(&step.action)) action->later_rows = kind_.statement.follow;
      return step;
    }
    auto step =
        lengthy(object_, summary,
                without_triggers(
                    lowering_.before, table_, triggers,
                    {fmt::format("update {} set {} where {}", name_, joined(sets, ", "), joined(filled, " or "))}));
    read_in_public(step);
    add_lock(step, object_, "share row exclusive", "rows");
    return step;
  }

  /// Asked before anything is taken back; when the column is to go it is emptied already.
  plan::QueryCheck still_as_filled() const {
    std::vector<std::string> others;
    for (const auto& assignment : kind_.statement.set) {
      const auto name = quoted(assignment.column);
      const auto* column = table_.column(assignment.column);
      auto other = fmt::format("{0} is not null and {0} is distinct from {1}", name, value_of(assignment));
      if (column && column->default_value)
        other += fmt::format(" and {} is distinct from {}", name, in_parentheses(column->default_value->text));
      others.push_back("(" + other + ")");
    }
    return no_rows("nothing was written to " + what_ + " since",
                   fmt::format("select 1 from {} where {} limit 1", name_, joined(others, " or ")),
                   "what was written would be lost: undo with --lossy to accept that");
  }

  void restore(StepPair& pair) {
    std::vector<std::string> sets, changed, differing;
    for (const auto& column : columns_) {
      differing.push_back(fmt::format("t.{0}::text is distinct from b.{0}::text", quoted(column)));
      sets.push_back(fmt::format("{} = {}", quoted(column), artifact_.value(column)));
      changed.push_back(fmt::format("t.{}::text is distinct from b.{}::text", quoted(column), quoted(written(column))));
    }
    const auto triggers = set_off(lowering_.before, table_, "update", columns_);
    auto update = fmt::format("update {} as t set {} from {} as b where {}", name_, joined(sets, ", "), artifact_.name,
                              artifact_.matches("t"));
    // Nobody writes what is there again: what follows still would take it for a row without a value.
    if (kind_.statement.follow) update += " and (" + joined(differing, " or ") + ")";
    pair.reverse = lengthy(object_, "bring back " + what_ + " from " + artifact_.name,
                           without_triggers(lowering_.before, table_, triggers, {std::move(update)}));
    read_in_public(*pair.reverse);
    add_lock(*pair.reverse, object_, triggers.empty() && volatile_ ? "row exclusive" : "share row exclusive", "rows");
    const std::string loses = "what was written to " + what_ + " since";
    pair.forward.reverse = volatile_ ? lossy(loses) : until_written(loses);
    if (volatile_) return;
    pair.reverse->pre.push_back(
        no_rows("nothing was written to " + what_ + " since",
                fmt::format("select 1 from {} as t, {} as b where {} and ({}) having count(*) > 0", name_,
                            artifact_.name, artifact_.matches("t"), joined(changed, " or ")),
                "it would be lost: undo with --lossy to accept that"));
    pair.reverse->hold.push_back(fmt::format("lock table {} in share row exclusive mode", name_));
  }

  /// Fills rows that are written from now on, until the change ends. The batches write only what they fill, and must
  /// not set it off for every row.
  StepPair follow() {
    RowTrigger trigger;
    trigger.name = own_name("follow", lowering_.serves(what_));
    trigger.schema = table_.schema;
    trigger.table = name_;
    for (const auto& assignment : kind_.statement.set)
      trigger.set.emplace_back(assignment.column, value_of(assignment));
    trigger.where = where_;
    trigger.unless_written = true;
    auto step = brief(object_, "fill " + what_ + " of rows that are written from now on", trigger.create(table_));
    read_in_public(step);
    step.pre.push_back(trigger.is_last());
    add_lock(step, lowering_, "create_trigger", object_);
    step.leftovers = trigger.leftovers(table_, "change");
    auto reverse = brief(object_, "no longer fill " + what_ + " of rows that are written", trigger.drop(table_));
    add_lock(reverse, lowering_, "drop_trigger", object_);
    return pair_of(std::move(step), exact(), std::move(reverse));
  }

  const Lowering& lowering_;
  const change::BackfillRows& kind_;
  const Table& table_;
  std::string name_, object_, where_, what_;
  std::vector<std::string> columns_;
  bool volatile_ = false, keeps_ = false;
  Artifact artifact_;
};

/// A foreign key that would change rows of another table along, of which no copy is kept.
std::vector<plan::QueryCheck> nothing_follows(const model::Database& database, const Table& table,
                                              const std::string& where) {
  std::vector<plan::QueryCheck> checks;
  for (const auto& child : database.tables)
    for (const auto& key : child.foreign_keys) {
      const bool acts = key.on_delete == "cascade" || key.on_delete == "set null" || key.on_delete == "set default";
      if (!acts || key.table != table.path() || child.path() == table.path()) continue;
      std::vector<std::string> equal;
      for (std::size_t i = 0; i < key.columns.size() && i < key.referenced.size(); ++i)
        equal.push_back(fmt::format("p.{} = c.{}", quoted(key.referenced[i]), quoted(key.columns[i])));
      if (equal.empty()) continue;
      checks.push_back(
          no_rows("no row of " + child.path() + " points at a row that goes",
                  fmt::format("select 1 from (select * from {} where {}) as p, {} as c where {} having count(*) > 0",
                              full(table), where, full(child), joined(equal, " and ")),
                  "those rows would be changed too, and no copy of them is kept:  drop rows of " + child.path() +
                      " where (…) with backup;"));
    }
  return checks;
}

}  // namespace

Pairs lower_backfill(const Lowering& lowering, const change::BackfillRows& backfill) {
  return Filling(lowering, backfill).lower();
}

Pairs lower_drop_rows(const Lowering& lowering, const change::DropRows& drop) {
  const auto& table = drop.table;
  const auto where = in_parentheses(drop.statement.where.text);
  const bool keeps = drop.statement.backup == model::Backup::with;
  auto artifact =
      artifact_of(table, lowering.before, full(table), own_name("backup", lowering.serves("rows of " + table.path())));
  artifact.counters.clear();
  const auto object = "table " + table.path();
  const auto erase = "delete from " + full(table) + " where ";
  Pairs pairs;
  if (keeps) pairs.push_back(open_artifact(object, "make room for the rows that go", artifact));
  StepPair pair;
  std::vector<std::string> at_once{erase + where};
  if (keeps) at_once.insert(at_once.begin(), artifact.fill(where));
  pair.forward = lengthy(object, "drop rows of " + table.path(), std::move(at_once));
  if (const Keyset keys{full(table), row_key(table), where}; !keys.columns.empty()) {
    auto action = keys.backfill(table.path(), drop.statement.pace);
    action.change_first = erase + keys.first_rows();
    action.change_next = erase + keys.next_rows();
    if (keeps) {
      action.save_first = artifact.fill(keys.first_rows());
      action.save_next = artifact.fill(keys.next_rows());
    }
    pair.forward.action = std::move(action);
  }
  read_in_public(pair.forward);
  add_lock(pair.forward, object, "row exclusive", "rows");
  if (keeps) {
    pair.forward.pre = nothing_follows(lowering.before, table, where);
    pair.forward.reverse = until_written("rows written since under the same keys");
    const auto triggers = set_off(lowering.before, table, "insert");
    pair.reverse = lengthy(object, "bring rows of " + table.path() + " back from " + artifact.name,
                           without_triggers(lowering.before, table, triggers, artifact.restore(full(table))));
    if (!artifact.types.empty()) read_in_public(*pair.reverse);
    add_lock(*pair.reverse, object, triggers.empty() ? "row exclusive" : "share row exclusive", "rows");
    if (!artifact.key.empty())
      pair.reverse->pre.push_back(no_rows("no row was written since under a key that comes back",
                                          fmt::format("select 1 from {} as t, {} as b where {} having count(*) > 0",
                                                      full(table), artifact.name, artifact.matches("t")),
                                          "change or move those rows first"));
  } else {
    pair.forward.reverse = lossy("the rows that went from " + table.path());
    add_hazard(pair.forward, "data.no_backup", table.path(), "no copy of the rows is kept",
               own_acceptance(lowering.change));
    pair.reverse = brief(object, "leave " + table.path() + " as it is: no copy of its rows was kept", {});
  }
  note_firing(pair.forward, table.path(), set_off(lowering.before, table, "delete"));
  pairs.push_back(std::move(pair));
  return pairs;
}

}  // namespace dmc::dialects::postgres
