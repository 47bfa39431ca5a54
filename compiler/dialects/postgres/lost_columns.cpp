// Columns that go: at once, or taken out of use, kept and then dropped.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/postgres/alteration.hpp"
#include "compiler/dialects/postgres/artifact.hpp"
#include "compiler/dialects/postgres/callers.hpp"
#include "compiler/dialects/postgres/column_parts.hpp"
#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/keeping.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"
#include "compiler/dialects/postgres/triggers_off.hpp"
#include "compiler/dialects/postgres/volatility.hpp"
#include "compiler/model/parents.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Column;

struct Lost {
  const Column* column;
  std::string tombstone;
  bool constrained = false;  ///< by its type
  bool filled = false;       ///< its type gives what has no value one

  /// Every row has a value, and a statement that knows nothing of the column cannot give it one.
  bool mandatory() const { return column->not_null && !column->default_value && !column->identity; }
  /// Each row gets a value of its own, until it is out of use. A type that takes no null cannot do without.
  bool computed() const {
    return !constrained && column->default_value && !counted(*column) && computes(column->default_value->text);
  }
  /// What it is while it is out of use.
  Column fenced() const {
    Column fenced = *column;
    fenced.name = tombstone;
    if (mandatory() || computed()) fenced.not_null = false;
    if (computed()) fenced.default_value.reset();
    return fenced;
  }
  /// Which of its values were there before it was out of use.
  std::string worth() const {
    const auto now = fenced();
    if (counted(now)) return "true";
    if (!now.default_value) return tombstone + " is not null";
    if (computes(now.default_value->text)) return "true";
    // Exactly: a collation may take what differs for the same.
    return fmt::format("{}::text collate \"C\" is distinct from ({}::{})::text collate \"C\"", tombstone,
                       in_parentheses(now.default_value->text), now.type);
  }
  /// What it comes back as, until its values are there.
  Column returning() const {
    auto column = fenced();
    if (column.identity == model::Identity::always) column.identity = model::Identity::by_default;
    if (constrained && !column.default_value) {
      column.type = "text";
      column.collation.reset();
    }
    return column;
  }
};

std::string lost_path(const Alteration& alteration, const std::string& column) {
  return alteration.after().path() + "." + column;
}

/// Whose rows are among its own, by keys that may be the same.
bool has_children(const model::Database& database, const model::Table& table) {
  return std::ranges::any_of(database.tables, [&](const auto& other) {
    const auto parents = model::parents_of(other);
    return std::ranges::find(parents, table.path()) != parents.end();
  });
}

void drop_now(Alteration& alteration, const Column& column) {
  auto& brief = alteration.brief();
  const auto table = alteration.name();
  auto again = column;
  if (filled_before_mandatory(column)) again.not_null = false;
  std::vector<std::string> back{fmt::format("alter table {} add column {}", table, column_definition(again))};
  append(back, column_extras(table, again));
  brief.add({fmt::format("alter table {} drop column {}", table, quoted(column.name))}, std::move(back),
            "drop column " + column.name, "add column " + column.name + " again, empty, as the last one");
  brief.in_public = brief.in_public || needs_public(column);
  if (adding_rewrites(alteration, column))
    brief.locks_back.push_back({alteration.object(), "access exclusive", "rewrite"});
  brief.pre.push_back(column_is(table, column.name));
  brief.post.push_back(column_is(table, column.name, false));
  if (again.not_null && !column.default_value && !column.generated && !column.identity)
    brief.back_pre.push_back(is_empty(table, "its rows have no value for " + column.name + ", which must have one"));
  if (column.generated) {
    brief.scans_back = brief.scans_back || column.generated->stored;
    return;
  }
  if (column.kept) {
    if (column.kept->lossy)
      brief.loses.push_back(fmt::format("what {} was before it was computed anew", lost_path(alteration, column.name)));
    return;
  }
  if (column.identity) brief.scans_back = true;
  brief.loses.push_back("the values of " + lost_path(alteration, column.name));
  brief.hazards.push_back({"data.drop_column", lost_path(alteration, column.name),
                           "every value of " + column.name + " is lost" +
                               said_by_triggers(alteration.lowering(), alteration.after().path(), column.name),
                           alteration.accepted()});
  brief.hazards.push_back(
      {"data.no_backup", lost_path(alteration, column.name), "no copy of its values is kept", alteration.accepted()});
}

/// Under a tombstone's name no statement of an application finds it, and none must fill it.
void fence(Alteration& alteration, const std::vector<Lost>& lost) {
  auto& brief = alteration.brief();
  const auto table = alteration.name();
  for (const auto& one : lost) {
    const auto* column = one.column;
    const auto name = quoted(column->name);
    const auto alter = fmt::format("alter table {} alter column {} ", table, name);
    std::vector<std::string> forward, back;
    const bool lets_go = column->not_null && !one.fenced().not_null;
    if (lets_go) forward.push_back(alter + "drop not null");
    if (one.computed()) forward.push_back(alter + "drop default");
    if (one.filled) forward.push_back(alter + "set default null");
    forward.push_back(fmt::format("alter table {} rename column {} to {}", table, name, one.tombstone));
    back.push_back(fmt::format("alter table {} rename column {} to {}", table, one.tombstone, name));
    if (one.computed()) back.push_back(alter + "set default " + default_words(*column->default_value));
    if (one.filled) back.push_back(alter + "drop default");
    if (lets_go) {
      brief.scans_back = brief.scans_back || one.computed() || !filled_before_mandatory(*column);
      if (one.computed()) {
        back.push_back(fmt::format("update {0} set {1} = default where {1} is null", table, name));
        brief.locks_back.push_back({alteration.object(), "access exclusive", "rows"});
        brief.fills_back = true;
      }
      if (!filled_before_mandatory(*column)) back.push_back(alter + "set not null");
    } else if (one.computed() || one.filled) {
      brief.later.push_back(fmt::format("what {} is computed to, of rows written while it is out of use",
                                        lost_path(alteration, column->name)));
    }
    brief.add(std::move(forward), std::move(back), "take " + column->name + " out of use",
              "bring " + column->name + " back");
    brief.post.push_back(column_is(table, column->name, false));
  }
}

/// What makes of a column that has its values again what it was.
std::vector<std::string> back_to_itself(const Alteration& alteration, const Lost& one, const Column& again) {
  const auto& [column, tombstone, constrained, filled] = one;
  const auto alter = fmt::format("alter table {} alter column {} ", alteration.name(), tombstone);
  std::vector<std::string> statements;
  if (again.type != column->type)
    statements.push_back(fmt::format("{0}type {1} using {2}::{1}", alter, column->type, tombstone));
  if (!counted(*column)) return statements;
  const auto sequence = [&](const std::string& name) { return made_up_name(alteration.after().name, name, "seq"); };
  statements.push_back(count_on(alteration, again));
  statements.push_back(fmt::format("alter sequence {} rename to {}",
                                   full(alteration.after().schema, sequence(tombstone)),
                                   quoted(sequence(column->name))));
  if (again.identity != column->identity) statements.push_back(alter + "set generated always");
  return statements;
}

StepPair drop_kept(Alteration& alteration, const std::vector<Lost>& lost, const Artifact& artifact) {
  const auto table = alteration.name();
  std::vector<std::string> forward{artifact.still_keeps_values(table)}, back, last, sets, names, alone;
  bool mandatory = false;
  for (const auto& one : lost) {
    const auto& [column, tombstone, constrained, filled] = one;
    names.push_back(column->name);
    // What is kept equal to another column gets its value from there, in rows born meanwhile too.
    if (!column->kept) alone.push_back(column->name);
    forward.push_back(fmt::format("alter table {} drop column {}", table, tombstone));
    const auto again = one.returning();
    mandatory = mandatory || (!filled_before_mandatory(*column) && one.mandatory()) || again.type != column->type;
    back.push_back(fmt::format("alter table {} add column {}", table,
                               column_definition(again, not_null_name(alteration.after(), column->name))));
    append(back, column_extras(table, again));
    sets.push_back(fmt::format(
        "{} = {}", tombstone,
        again.type == column->type ? artifact.value(column->name) : "b." + quoted(column->name) + "::text"));
    append(last, back_to_itself(alteration, one, again));
  }
  back.push_back(artifact.give_back(table, joined(sets, ", ")));
  append(back, last);
  auto drop =
      brief(alteration.object(), fmt::format("drop {}, kept in {}", listed(names), artifact.name), std::move(forward));
  drop.pre = artifact.keeps_values();
  read_in_public(drop);
  drop.timeouts.statement_ms.reset();
  add_lock(drop, alteration.object(), "access exclusive", "scan");
  for (const auto& name : names)
    add_hazard(drop, "data.drop_column", lost_path(alteration, name),
               "its values are kept in " + artifact.name +
                   said_by_triggers(alteration.lowering(), alteration.after().path(), name),
               alteration.accepted());
  auto restore = lengthy(alteration.object(),
                         fmt::format("bring {} back from {}, {}", listed(names), artifact.name,
                                     names.size() == 1 ? "as the last column" : "as the last columns"),
                         std::move(back));
  read_in_public(restore);
  fill_unseen(restore, alteration.lowering(), alteration.now());
  add_lock(restore, alteration.object(), "access exclusive", "rewrite");
  if (alone.empty() && !mandatory) return pair_of(std::move(drop), exact(), std::move(restore));
  const auto unknown = artifact.not_kept(table);
  restore.pre.push_back(
      no_rows(fmt::format("every row of {} was there when {} went", alteration.after().path(), listed(names)),
              fmt::format("select 1 {} limit 1", unknown),
              mandatory ? "the others have no value for what must have one: delete them; they are:  select * " + unknown
                        : "the others get no value: undo with --lossy to accept that"));
  add_lock(restore, alteration.object(), "access exclusive", "rewrite");
  return pair_of(std::move(drop),
                 mandatory ? exact()
                           : until_written(fmt::format("values of {} for rows {} after the drop", listed(alone),
                                                       artifact.key.empty() ? "written" : "born")),
                 std::move(restore));
}

}  // namespace

void lower_lost_columns(Alteration& alteration) {
  std::vector<Lost> kept;
  for (const auto& loss : alteration.alter().losses) {
    const auto* column = alteration.now().column(loss.column);
    if (!column || alteration.move_to(loss.column)) continue;
    if (column->kept) lower_kept_end(alteration, *column);
    if (loss.backup == model::Backup::with && !column->generated)
      kept.push_back({column, alteration.own("gone", column->name), is_constrained_domain(alteration, column->type),
                      !column->default_value && is_filling_domain(alteration, column->type)});
    else
      drop_now(alteration, *column);
  }
  if (kept.empty()) return;
  fence(alteration, kept);
  alteration.flush();
  alteration.takes_effect();
  Artifact artifact{
      "dmc_backup." + alteration.own("backup", "columns"), alteration.name(), row_key(alteration.after()), {}, {}};
  // Without a key its rows are found again by all else that they hold.
  if (artifact.key.empty())
    for (const auto& column : alteration.now().columns) {
      const auto& losses = alteration.alter().losses;
      if (column.generated || std::ranges::find(losses, column.name, &change::ColumnLoss::column) != losses.end())
        continue;
      artifact.whole.push_back(column.name);
      artifact.columns.push_back({quoted(column.name), column.name});
    }
  std::vector<std::string> names, definitions;
  for (const auto& one : kept) {
    const auto* column = one.column;
    artifact.columns.push_back({one.tombstone, column->name, one.worth()});
    names.push_back(lost_path(alteration, column->name));
    definitions.push_back(column_definition(*column));
  }
  artifact.keep_as_text(alteration.now(), alteration.lowering().before);
  auto keep = backup_pair(alteration.lowering(), listed(names), artifact, std::move(definitions));
  read_in_public(keep.forward);
  if (has_children(alteration.lowering().before, alteration.now()) && !artifact.key.empty())
    std::get<plan::Backup>(keep.forward.action).read_back.push_back(artifact.key_is_unique());
  alteration.add(std::move(keep));
  alteration.add(drop_kept(alteration, kept, artifact));
}

}  // namespace dmc::dialects::postgres
