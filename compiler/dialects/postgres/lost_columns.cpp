// Columns that go: at once, or taken out of use, kept and then dropped.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/postgres/alteration.hpp"
#include "compiler/dialects/postgres/artifact.hpp"
#include "compiler/dialects/postgres/column_parts.hpp"
#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/keeping.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"
#include "compiler/dialects/postgres/triggers_off.hpp"
#include "compiler/dialects/postgres/volatility.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Column;

struct Lost {
  const Column* column;
  std::string tombstone;

  /// Every row has a value, and a statement that knows nothing of the column cannot give it one.
  bool mandatory() const { return column->not_null && !column->default_value && !column->identity; }
  /// Each row gets a value of its own, until it is out of use.
  bool computed() const { return column->default_value && !counted(*column) && computes(column->default_value->text); }
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
    if (now.identity || counted(now)) return "true";
    if (!now.default_value) return tombstone + " is not null";
    return fmt::format("{}::text is distinct from ({}::{})::text", tombstone, in_parentheses(now.default_value->text),
                       now.type);
  }
};

std::string lost_path(const Alteration& alteration, const std::string& column) {
  return alteration.after().path() + "." + column;
}

void drop_now(Alteration& alteration, const Column& column) {
  auto& brief = alteration.brief();
  const auto table = alteration.name();
  std::vector<std::string> back{fmt::format("alter table {} add column {}", table, column_definition(column))};
  append(back, column_extras(table, column));
  brief.add({fmt::format("alter table {} drop column {}", table, quoted(column.name))}, std::move(back),
            "drop column " + column.name, "add column " + column.name + " again, empty");
  brief.in_public = brief.in_public || needs_public(column);
  if (adding_rewrites(alteration, column))
    brief.locks_back.push_back({alteration.object(), "access exclusive", "rewrite"});
  brief.pre.push_back(column_is(table, column.name));
  brief.post.push_back(column_is(table, column.name, false));
  if (column.not_null && !column.default_value && !column.generated && !column.identity)
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
                           "every value of " + column.name + " is lost", alteration.accepted()});
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
    forward.push_back(fmt::format("alter table {} rename column {} to {}", table, name, one.tombstone));
    back.push_back(fmt::format("alter table {} rename column {} to {}", table, one.tombstone, name));
    if (one.computed()) back.push_back(alter + "set default " + default_words(*column->default_value));
    if (lets_go) {
      brief.scans_back = true;
      if (one.computed()) {
        append(back, without_triggers(alteration.lowering().before, alteration.now(),
                                      set_off(alteration.lowering().before, alteration.now(), "update", {column->name}),
                                      {fmt::format("update {0} set {1} = default where {1} is null", table, name)}));
        brief.locks_back.push_back({alteration.object(), "access exclusive", "rows"});
      }
      back.push_back(alter + "set not null");
    }
    brief.add(std::move(forward), std::move(back), "take " + column->name + " out of use",
              "bring " + column->name + " back");
    brief.post.push_back(column_is(table, column->name, false));
  }
}

StepPair drop_kept(Alteration& alteration, const std::vector<Lost>& lost, const Artifact& artifact) {
  const auto table = alteration.name();
  std::vector<std::string> forward, back, sets, names;
  bool mandatory = false;
  for (const auto& one : lost) {
    const auto& [column, tombstone] = one;
    names.push_back(column->name);
    forward.push_back(fmt::format("alter table {} drop column {}", table, tombstone));
    const auto again = one.fenced();
    mandatory = mandatory || one.mandatory();
    back.push_back(fmt::format("alter table {} add column {}", table,
                               column_definition(again, not_null_name(alteration.after(), column->name))));
    append(back, column_extras(table, again));
    sets.push_back(fmt::format("{} = {}", tombstone, artifact.value(column->name)));
  }
  back.push_back(artifact.give_back(table, joined(sets, ", ")));
  auto drop =
      brief(alteration.object(), fmt::format("drop {}, kept in {}", listed(names), artifact.name), std::move(forward));
  drop.pre = artifact.keeps_values();
  drop.timeouts.statement_ms.reset();
  add_lock(drop, alteration.lowering(), "drop_column", alteration.object());
  for (const auto& name : names)
    add_hazard(drop, "data.drop_column", lost_path(alteration, name), "its values are kept in " + artifact.name,
               alteration.accepted());
  auto restore =
      lengthy(alteration.object(), fmt::format("bring {} back from {}", listed(names), artifact.name), std::move(back));
  read_in_public(restore);
  fill_unseen(restore, alteration.lowering(), alteration.now());
  const auto unknown = artifact.not_kept(table);
  restore.pre.push_back(
      no_rows(fmt::format("every row of {} was there when {} went", alteration.after().path(), listed(names)),
              fmt::format("select 1 {} limit 1", unknown),
              mandatory ? "the others have no value for what must have one: delete them; they are:  select * " + unknown
                        : "the others get no value: undo with --lossy to accept that"));
  add_lock(restore, alteration.object(), "access exclusive", "rewrite");
  return pair_of(std::move(drop),
                 mandatory ? exact()
                           : until_written(fmt::format("values of {} for rows {} after the drop", listed(names),
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
      kept.push_back({column, alteration.own("gone", column->name)});
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
  alteration.add(backup_pair(alteration.lowering(), listed(names), artifact, std::move(definitions)));
  alteration.add(drop_kept(alteration, kept, artifact));
}

}  // namespace dmc::dialects::postgres
