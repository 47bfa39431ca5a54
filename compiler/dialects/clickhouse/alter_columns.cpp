// Columns that come, go and are renamed, and what they are.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/alteration.hpp"
#include "compiler/dialects/clickhouse/ddl.hpp"
#include "compiler/dialects/clickhouse/engine_kinds.hpp"
#include "compiler/dialects/clickhouse/readers.hpp"
#include "compiler/dialects/clickhouse/step_parts.hpp"
#include "compiler/dialects/clickhouse/storage.hpp"
#include "compiler/dialects/clickhouse/type_change.hpp"

namespace dmc::dialects::clickhouse {

namespace {

using model::Column;

/// Whether values of its own stand in the table.
bool takes_values(const Alteration& alteration, const Column& column) {
  return !column.ephemeral && !column.generated && !passes_rows_on(alteration.now());
}

plan::Step add_step(const Alteration& alteration, const Column& column, const std::string& more,
                    const std::string& words) {
  auto step = once(alteration.object(), fmt::format("alter {}: add column {}{}", alteration.name(), column.name, words),
                   alter(alteration.lowering(), alteration.now(), "ADD COLUMN " + column_definition(column) + more));
  step.pre.push_back(column_is_gone(alteration.name(), column.name));
  step.post.push_back(column_has_type(alteration.name(), column));
  return step;
}

plan::Step drop_step(const Alteration& alteration, const Column& column) {
  auto step = once(alteration.object(), fmt::format("alter {}: drop column {}", alteration.name(), column.name),
                   mutate(alteration.lowering(), alteration.now(), "DROP COLUMN " + quoted(column.name)));
  step.pre.push_back(column_is(alteration.name(), column.name));
  step.post.push_back(column_is_gone(alteration.name(), column.name));
  return step;
}

/// Of a new column that the sorting key ends with from then on, the end of the key comes and goes with it.
struct KeyEnd {
  std::string forward;
  std::string backward;
};

KeyEnd key_end(const Alteration& alteration, const std::vector<Column>& added) {
  const auto &was = alteration.now().storage, &is = alteration.after().storage;
  if (!was || !is || was->order_by == is->order_by || added.empty()) return {};
  return {", MODIFY ORDER BY " + key_words(is->order_by), "MODIFY ORDER BY " + key_words(was->order_by)};
}

void add_column(Alteration& alteration, const Column& column) {
  const auto place = alteration.places().add(column, alteration.after().columns);
  auto reverse = drop_step(alteration, column);
  auto grade = exact();
  if (takes_values(alteration, column)) {
    reverse.pre.push_back(still_unwritten(alteration, column));
    grade = until_written("what was written to " + alteration.path(column.name) + " since");
  }
  auto forward = add_step(alteration, column, place.clause, "");
  note_misplaced(alteration, forward, column.name, place.is_missed, false);
  alteration.add(pair_of(std::move(forward), std::move(grade), std::move(reverse)));
  const auto* value = column.default_value                           ? &*column.default_value
                      : column.generated && column.generated->stored ? &column.generated->expression
                                                                     : nullptr;
  if (!value || !is_volatile(value->text) || passes_rows_on(alteration.now())) return;
  materialize(alteration, column, fmt::format("write {} into every part", alteration.path(column.name)));
}

/// All at once, because the key cannot have them before they are there, nor later without being new.
void add_with_key(Alteration& alteration, const std::vector<Column>& added, const KeyEnd& end) {
  std::string more;
  bool is_missed = false;
  for (const auto& column : added) {
    const auto place = alteration.places().add(column, alteration.after().columns);
    more += (&column == &added.front() ? "" : ", ADD COLUMN " + column_definition(column)) + place.clause;
    is_missed = is_missed || place.is_missed;
  }
  std::vector<std::string> names;
  for (const auto& column : added) names.push_back(column.name);
  auto forward = add_step(alteration, added.front(), more + end.forward, ", and append it to the sorting key");
  forward.summary =
      fmt::format("alter {}: add column {}, and append to the sorting key", alteration.name(), listed(names));
  note_misplaced(alteration, forward, added.front().name, is_missed, false);
  // On the way back the key lets go of them first.
  std::string drops;
  for (const auto& column : added)
    drops += (drops.empty() ? "" : ", ") + std::string("DROP COLUMN ") + quoted(column.name);
  auto reverse = drop_step(alteration, added.front());
  reverse.summary = fmt::format("alter {}: drop column {}", alteration.name(), listed(names));
  std::get<plan::RunSql>(reverse.action).statements = {mutate(alteration.lowering(), alteration.now(), drops)};
  for (const auto& column : added) reverse.pre.push_back(still_unwritten(alteration, column));
  alteration.add(pair_of(nothing(alteration.object(), fmt::format("{} will end the sorting key", listed(names))),
                         until_written("what was written to the new columns since"), std::move(reverse)));
  alteration.add(
      pair_of(std::move(forward), exact(),
              again(alteration.object(), fmt::format("alter {}: the sorting key as it was", alteration.name()),
                    alter(alteration.lowering(), alteration.now(), end.backward))));
}

/// Before 20.4 no column can be renamed: another one takes its values, and its place.
void rename_by_copy(Alteration& alteration, const Column& was, const Column& is) {
  const auto places = alteration.places().replace(was.name, is);
  const auto both = [&](const Column& there, const Column& comes, const ColumnPlace& place) {
    Column made = comes;
    made.default_value = model::Sql{quoted(there.name)};
    made.generated.reset();
    made.ttl.reset();
    auto step =
        once(alteration.object(),
             fmt::format("alter {}: add column {} with the values of {}", alteration.name(), comes.name, there.name),
             alter(alteration.lowering(), alteration.now(), "ADD COLUMN " + column_definition(made) + place.clause));
    step.pre.push_back(column_is_gone(alteration.name(), comes.name));
    step.pre.push_back(column_is(alteration.name(), there.name));
    step.post.push_back(column_is(alteration.name(), comes.name));
    return step;
  };
  const auto alone = [&](const Column& stays, const Column& goes) {
    auto step = once(
        alteration.object(),
        fmt::format("alter {}: {} takes the place of {}", alteration.name(), stays.name, goes.name),
        alter(alteration.lowering(), alteration.now(), modify_words(stays) + ", DROP COLUMN " + quoted(goes.name)));
    step.pre.push_back(column_is(alteration.name(), stays.name));
    step.pre.push_back(column_is(alteration.name(), goes.name));
    step.post.push_back(column_is_gone(alteration.name(), goes.name));
    return step;
  };
  const auto write = [&](const Column& column) {
    auto step = again(
        alteration.object(), fmt::format("write {} into every part", alteration.path(column.name)),
        mutate(alteration.lowering(), alteration.now(), fmt::format("UPDATE {0} = {0} WHERE 1", quoted(column.name))),
        "rows");
    step.pre.push_back(nothing_under_way(alteration.name()));
    return step;
  };
  const auto wait = [&] {
    return mutations_end(alteration.lowering(), alteration.now(),
                         fmt::format("wait until every part of {} is written", alteration.name()));
  };
  alteration.add(pair_of(both(was, is, places.there), exact(), alone(was, is)));
  note_misplaced(alteration, alteration.pairs().back().forward, was.name, false, places.back.is_missed);
  // Each way waits behind its own writing.
  alteration.add(pair_of(write(is), exact(), wait()));
  alteration.add(pair_of(wait(), exact(), write(was)));
  alteration.add(pair_of(alone(is, was), exact(), both(is, was, places.back)));
}

plan::Step rename_step(const Alteration& alteration, const std::string& from, const std::string& to) {
  auto step = once(
      alteration.object(), fmt::format("alter {}: rename column {} to {}", alteration.name(), from, to),
      mutate(alteration.lowering(), alteration.now(), fmt::format("RENAME COLUMN {} TO {}", quoted(from), quoted(to))));
  step.pre.push_back(column_is(alteration.name(), from));
  step.pre.push_back(column_is_gone(alteration.name(), to));
  step.post.push_back(column_is_gone(alteration.name(), from));
  step.post.push_back(column_is(alteration.name(), to));
  return step;
}

/// Where no values are to be carried over, one column goes as the other comes. No version renames there.
void rename_without_rows(Alteration& alteration, const Column& was, const Column& is) {
  const auto places = alteration.places().replace(was.name, is);
  const auto step = [&](const Column& goes, const Column& comes, const ColumnPlace& place) {
    auto made = rename_step(alteration, goes.name, comes.name);
    std::get<plan::RunSql>(made.action).statements = {alter(
        alteration.lowering(), alteration.now(),
        fmt::format("ADD COLUMN {}{}, DROP COLUMN {}", column_definition(comes), place.clause, quoted(goes.name)))};
    return made;
  };
  auto forward = step(was, is, places.there);
  forward.pre.push_back(nobody_reads(alteration.lowering(), alteration.name(), was.name));
  add_hazard(forward, "compat.rename_column", alteration.path(was.name),
             "what still says " + was.name + " fails from then on", alteration.accepted());
  alteration.add(pair_of(std::move(forward), exact(), step(is, was, places.back)));
}

void rename_column(Alteration& alteration, const Column& was, const Column& is) {
  const auto &from = was.name, &to = is.name;
  if (passes_rows_on(alteration.now())) return rename_without_rows(alteration, was, is);
  if (alteration.oldest() < rename_columns) return rename_by_copy(alteration, was, is);
  auto forward = rename_step(alteration, from, to);
  alteration.places().rename(from, to);
  add_hazard(forward, "compat.rename_column", alteration.path(from), "what still says " + from + " fails from then on",
             alteration.accepted());
  if (const auto views = fed_by(alteration.lowering().before, alteration.name(), from); !views.empty())
    add_hazard(forward, "data.ch_mv_rename", alteration.path(from),
               "inserts fail until " + listed(views) + " has its next definition, because it still reads " + from);
  forward.pre.push_back(nobody_reads(alteration.lowering(), alteration.name(), from));
  alteration.add(pair_of(std::move(forward), exact(), rename_step(alteration, to, from)));
  alteration.wait(fmt::format("wait until every part of {} knows {}", alteration.name(), to));
}

/// What a row has that says nothing.
std::string empty_value(const std::string& type) {
  if (type.starts_with("Nullable(") || type.starts_with("LowCardinality(Nullable(")) return "NULL";
  if (type.starts_with("Array(") || type.starts_with("Map(")) return "[]";
  return fmt::format("cast({}, {})", type.find("String") != std::string::npos ? "''" : "0", text_literal(type));
}

/// The column stays, under a name of ours, out of sight of readers and writers: rows have no key by which values kept
/// elsewhere would find them again.
void keep_column(Alteration& alteration, const Column& column) {
  Column gone;
  gone.name = alteration.own("gone", column.name);
  gone.type = column.type;
  gone.not_null = true;
  gone.generated = model::Generated{model::Sql{empty_value(column.type)}, true};
  // Old parts would take the value of what hides it.
  if (column.default_value && !column.generated) write_default(alteration, column);
  const auto first = alteration.pairs().size();
  if (alteration.oldest() < rename_columns) {
    rename_by_copy(alteration, column, gone);
  } else {
    auto forward = rename_step(alteration, column.name, gone.name);
    alteration.places().rename(column.name, gone.name);
    forward.summary = fmt::format("alter {}: take column {} out of use", alteration.name(), column.name);
    forward.pre.push_back(nobody_reads(alteration.lowering(), alteration.name(), column.name));
    alteration.add(pair_of(std::move(forward), exact(), rename_step(alteration, gone.name, column.name)));
    alteration.wait(fmt::format("wait until every part of {} knows it", alteration.name()));
    Column as_was = column;
    as_was.name = gone.name;
    constexpr std::string_view is_hidden = "default_kind = 'MATERIALIZED'";
    auto show = modify_step(alteration, "put it in sight",
                            default_clause(as_was).empty()
                                ? fmt::format("MODIFY COLUMN {} REMOVE MATERIALIZED", quoted(gone.name))
                                : modify_words(as_was));
    show.exactly_once_by = plan::ExactlyOnce::post;
    show.pre.push_back(column_meets(gone.name + " is out of sight", alteration.name(), gone.name, is_hidden));
    show.post.push_back(column_lacks(gone.name + " is in sight", alteration.name(), gone.name, is_hidden));
    alteration.add(
        pair_of(modify_step(alteration, "put it out of sight", modify_words(gone)), exact(), std::move(show)));
  }
  alteration.places().hide(gone.name);
  auto& forward = alteration.pairs()[first].forward;
  forward.reverse = until_written(fmt::format("the values of {} for rows written since", alteration.path(column.name)));
  add_hazard(forward, "data.drop_column", alteration.path(column.name), "its values are kept in " + gone.name,
             alteration.accepted());
  forward.leftovers.push_back(leftover_column(alteration.lowering(), alteration.name(), gone.name));
}

/// Names that change places: all leave first.
bool meet(const std::vector<change::ColumnMove>& moves) {
  return std::ranges::any_of(moves, [&](const auto& one) {
    return std::ranges::any_of(moves, [&](const auto& other) { return &one != &other && one.to == other.from; });
  });
}

}  // namespace

void lower_column_renames(Alteration& alteration) {
  std::vector<change::ColumnMove> moves;
  std::ranges::copy_if(alteration.alter().moves, std::back_inserter(moves),
                       [](const auto& move) { return !move.from.empty() && move.from != move.to; });
  const auto was = [&](const change::ColumnMove& move) { return *alteration.alter().before.column(move.from); };
  const auto is = [&](const change::ColumnMove& move) { return *alteration.now().column(move.to); };
  if (!meet(moves)) {
    for (const auto& move : moves) rename_column(alteration, was(move), is(move));
    return;
  }
  const auto aside = [&](const change::ColumnMove& move) {
    auto column = is(move);
    column.name = alteration.own("aside", move.from);
    return column;
  };
  for (const auto& move : moves) rename_column(alteration, was(move), aside(move));
  for (const auto& move : moves) rename_column(alteration, aside(move), is(move));
}

void lower_lost_columns(Alteration& alteration) {
  for (const auto& column : alteration.now().columns) {
    if (alteration.after().column(column.name)) continue;
    const auto loss = std::ranges::find(alteration.alter().losses, column.name, &change::ColumnLoss::column);
    if (takes_values(alteration, column) && loss != alteration.alter().losses.end() &&
        loss->backup == model::Backup::with) {
      keep_column(alteration, column);
      continue;
    }
    auto forward = drop_step(alteration, column);
    forward.pre.push_back(nobody_reads(alteration.lowering(), alteration.name(), column.name));
    const auto place = alteration.places().drop(column.name);
    auto reverse = add_step(alteration, column, place.clause, " again");
    note_misplaced(alteration, forward, column.name, false, place.is_missed);
    auto grade = exact();
    if (takes_values(alteration, column)) {
      grade = lossy("the values of " + alteration.path(column.name));
      add_hazard(forward, "data.drop_column", alteration.path(column.name), "its values are lost",
                 alteration.accepted());
      add_hazard(forward, "data.no_backup", alteration.path(column.name), "no copy of its values is kept",
                 alteration.accepted());
    }
    alteration.add(pair_of(std::move(forward), std::move(grade), std::move(reverse)));
    alteration.wait(fmt::format("wait until {} is gone from every part", alteration.path(column.name)));
  }
}

void lower_new_columns(Alteration& alteration) {
  std::vector<Column> added, in_key;
  for (const auto& column : alteration.after().columns) {
    if (alteration.now().column(column.name)) continue;
    const bool key = !is_in_key(alteration.now(), column.name) && is_in_key(alteration.after(), column.name);
    (key ? in_key : added).push_back(column);
  }
  for (const auto& column : added) add_column(alteration, column);
  if (const auto end = key_end(alteration, in_key); !end.forward.empty()) add_with_key(alteration, in_key, end);
}

}  // namespace dmc::dialects::clickhouse
