// Columns that come, go and are renamed, and what they are.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/alteration.hpp"
#include "compiler/dialects/clickhouse/ddl.hpp"
#include "compiler/dialects/clickhouse/readers.hpp"
#include "compiler/dialects/clickhouse/step_parts.hpp"
#include "compiler/dialects/clickhouse/storage.hpp"
#include "compiler/dialects/clickhouse/type_change.hpp"

namespace dmc::dialects::clickhouse {

namespace {

using model::Column;

std::string path(const Alteration& alteration, const std::string& column) { return alteration.name() + "." + column; }

/// Whether values of its own stand in the parts.
bool takes_values(const Column& column) { return !column.ephemeral && !column.generated; }

bool may_be_null(const Column& column) {
  return column.type.starts_with("Nullable(") || column.type.starts_with("LowCardinality(Nullable(");
}

plan::QueryCheck still_unwritten(const Alteration& alteration, const Column& column) {
  const auto name = quoted(column.name);
  const auto value = column.default_value ? in_parentheses(column.default_value->text)
                                          : fmt::format("defaultValueOfArgumentType({})", name);
  const auto written =
      may_be_null(column)
          ? (column.default_value ? fmt::format("ifNull(toString({0}), '') != ifNull(toString({1}), '')", name, value)
                                  : fmt::format("isNotNull({})", name))
          : fmt::format("toString({}) != toString({})", name, value);
  return no_rows("nothing was written to " + path(alteration, column.name),
                 fmt::format("select 1 from {} where {} limit 1", quoted(alteration.name()), written),
                 "what was written would be lost: undo with --lossy to accept that");
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
  auto reverse = drop_step(alteration, column);
  auto grade = exact();
  if (takes_values(column)) {
    reverse.pre.push_back(still_unwritten(alteration, column));
    grade = until_written("what was written to " + path(alteration, column.name) + " since");
  }
  alteration.add(pair_of(add_step(alteration, column, "", ""), std::move(grade), std::move(reverse)));
  const auto* value = column.default_value                           ? &*column.default_value
                      : column.generated && column.generated->stored ? &column.generated->expression
                                                                     : nullptr;
  if (!value || !is_volatile(value->text)) return;
  materialize(alteration, column, fmt::format("write {} into every part", path(alteration, column.name)));
}

/// All at once, because the key cannot have them before they are there, nor later without being new.
void add_with_key(Alteration& alteration, const std::vector<Column>& added, const KeyEnd& end) {
  std::string more;
  for (std::size_t i = 1; i < added.size(); ++i) more += ", ADD COLUMN " + column_definition(added[i]);
  std::vector<std::string> names;
  for (const auto& column : added) names.push_back(column.name);
  auto forward = add_step(alteration, added.front(), more + end.forward, ", and append it to the sorting key");
  forward.summary =
      fmt::format("alter {}: add column {}, and append to the sorting key", alteration.name(), listed(names));
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
  const auto both = [&](const Column& there, const Column& comes) {
    Column made = comes;
    made.default_value = model::Sql{quoted(there.name)};
    made.generated.reset();
    made.ttl.reset();
    auto step =
        once(alteration.object(),
             fmt::format("alter {}: add column {} with the values of {}", alteration.name(), comes.name, there.name),
             alter(alteration.lowering(), alteration.now(), "ADD COLUMN " + column_definition(made)));
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
        alteration.object(), fmt::format("write {} into every part", path(alteration, column.name)),
        mutate(alteration.lowering(), alteration.now(), fmt::format("UPDATE {0} = {0} WHERE 1", quoted(column.name))),
        "rows");
    step.pre.push_back(nothing_under_way(alteration.name()));
    return step;
  };
  const auto wait = [&] {
    return mutations_end(alteration.lowering(), alteration.now(),
                         fmt::format("wait until every part of {} is written", alteration.name()));
  };
  alteration.add(pair_of(both(was, is), exact(), alone(was, is)));
  // Each way waits behind its own writing.
  alteration.add(pair_of(write(is), exact(), wait()));
  alteration.add(pair_of(wait(), exact(), write(was)));
  alteration.add(pair_of(alone(is, was), exact(), both(is, was)));
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

void rename_column(Alteration& alteration, const std::string& from, const std::string& to) {
  const auto& before = alteration.alter().before;
  if (alteration.oldest() < rename_columns) {
    rename_by_copy(alteration, *before.column(from), *alteration.now().column(to));
    return;
  }
  auto forward = rename_step(alteration, from, to);
  add_hazard(forward, "compat.rename_column", path(alteration, from), "what still says " + from + " fails from then on",
             alteration.accepted());
  if (const auto views = fed_by(alteration.lowering().before, alteration.name(), from); !views.empty())
    add_hazard(forward, "data.ch_mv_rename", path(alteration, from),
               "inserts fail until " + listed(views) + " has its next definition, because it still reads " + from);
  forward.pre.push_back(nobody_reads(alteration.lowering(), alteration.name(), from));
  alteration.add(pair_of(std::move(forward), exact(), rename_step(alteration, to, from)));
  alteration.wait(fmt::format("wait until every part of {} knows {}", alteration.name(), to));
}

plan::Step modify_step(const Alteration& alteration, const std::string& words, const std::string& actions,
                       std::string_view settings = {});

/// What a row has that says nothing.
std::string empty_value(const std::string& type) {
  if (type.starts_with("Nullable(") || type.starts_with("LowCardinality(Nullable(")) return "NULL";
  if (type.starts_with("Array(") || type.starts_with("Map(")) return "[]";
  return fmt::format("cast({}, {})", type.find("String") != std::string::npos ? "''" : "0", text_literal(type));
}

/// Into parts that were there before the column, so that its default may change or go.
void write_default(Alteration& alteration, const Column& column) {
  const auto action = column.default_value && alteration.oldest() >= materialize_column
                          ? "MATERIALIZE COLUMN " + quoted(column.name)
                          : fmt::format("UPDATE {0} = {0} WHERE 1", quoted(column.name));
  auto step = again(alteration.object(),
                    fmt::format("write the values of {} that its default stands for", path(alteration, column.name)),
                    mutate(alteration.lowering(), alteration.now(), action), "rows");
  step.pre.push_back(nothing_under_way(alteration.name()));
  alteration.add(pair_of(
      std::move(step), exact(),
      mutations_end(alteration.lowering(), alteration.now(), fmt::format("wait until {} is written", column.name))));
  alteration.wait(fmt::format("wait until every part of {} holds {}", alteration.name(), column.name));
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
  auto& forward = alteration.pairs()[first].forward;
  forward.reverse =
      until_written(fmt::format("the values of {} for rows written since", path(alteration, column.name)));
  add_hazard(forward, "data.drop_column", path(alteration, column.name), "its values are kept in " + gone.name,
             alteration.accepted());
  forward.leftovers.push_back(leftover_column(alteration.lowering(), alteration.name(), gone.name));
}

/// Names that change places: all leave first.
bool meet(const std::vector<change::ColumnMove>& moves) {
  return std::ranges::any_of(moves, [&](const auto& one) {
    return std::ranges::any_of(moves, [&](const auto& other) { return &one != &other && one.to == other.from; });
  });
}

// What changes of one column.

plan::Step modify_step(const Alteration& alteration, const std::string& words, const std::string& actions,
                       std::string_view settings) {
  return again(alteration.object(), fmt::format("alter {}: {}", alteration.name(), words),
               mutate(alteration.lowering(), alteration.now(), actions, settings));
}

StepPair modified(Alteration& alteration, const std::string& words, const std::string& forward,
                  const std::string& backward) {
  return pair_of(modify_step(alteration, words, forward), exact(),
                 modify_step(alteration, words + " as it was", backward));
}

/// A property of a column, and how the server shows that it is there, and that it is not.
struct Property {
  std::string_view word;  ///< "CODEC"
  plan::QueryCheck there, gone;
};

/// The column with the property as `value` says it. One that is not there cannot be taken away once more.
plan::Step property_step(const Alteration& alteration, const Column& column, const Property& property,
                         const std::string& value, const std::string& words, std::string_view settings = {}) {
  if (!value.empty() || alteration.oldest() < modify_remove)
    return modify_step(alteration, words, modify_words(column) + (value.empty() ? "" : " " + value), settings);
  auto step =
      modify_step(alteration, words, fmt::format("MODIFY COLUMN {} REMOVE {}", quoted(column.name), property.word));
  step.exactly_once_by = plan::ExactlyOnce::post;
  step.pre.push_back(property.there);
  step.post.push_back(property.gone);
  return step;
}

StepPair property_pair(Alteration& alteration, const Column& was, const Column& is, const Property& property,
                       const std::string& old_value, const std::string& value, const std::string& words,
                       std::string_view settings = {}) {
  (void)was;
  return pair_of(property_step(alteration, is, property, value, words, settings), exact(),
                 property_step(alteration, is, property, old_value, words + " as it was", settings));
}

void change_codec(Alteration& alteration, const Column& was, const Column& is) {
  const auto codec = [](const Column& column) { return column.codec.empty() ? "" : "CODEC(" + column.codec + ")"; };
  constexpr std::string_view shown = "compression_codec != ''";
  const Property property{"CODEC", column_meets(is.name + " has a codec", alteration.name(), is.name, shown),
                          column_lacks(is.name + " has none", alteration.name(), is.name, shown)};
  alteration.add(property_pair(alteration, was, is, property, codec(was), codec(is), "the codec of " + is.name));
}

void change_ttl(Alteration& alteration, const Column& was, const Column& is) {
  const auto ttl = [](const Column& column) { return column.ttl ? "TTL " + column.ttl->text : std::string(); };
  const std::string_view later = alteration.oldest() >= materialize_ttl ? "materialize_ttl_after_modify = 0" : "";
  const auto shown = fmt::format("match(create_table_query, {})", text_literal("`" + is.name + "` [^`]* TTL "));
  const Property property{"TTL",
                          table_meets(fmt::format("values of {} have their time", is.name), alteration.name(), shown),
                          table_meets(is.name + " has none", alteration.name(), "not " + shown)};
  auto pair = property_pair(alteration, was, is, property, ttl(was), ttl(is), "the time to live of " + is.name, later);
  if (is.ttl) {
    pair.forward.reverse = lossy("values whose time was over");
    add_hazard(pair.forward, "data.ch_ttl", path(alteration, is.name),
               "values whose time is over by the new rule go, with the next merge at the latest");
  }
  alteration.add(std::move(pair));
}

void change_comment(Alteration& alteration, const Column& was, const Column& is) {
  const auto comment = [](const Column& column) {
    return fmt::format("COMMENT COLUMN {} {}", quoted(column.name), text_literal(column.comment.value_or("")));
  };
  alteration.add(modified(alteration, "the comment of " + is.name, comment(is), comment(was)));
}

void change_sketches(Alteration& alteration, const Column& was, const Column& is) {
  const auto words = [&](const Column& from, const Column& to) {
    const auto name = quoted(is.name);
    if (to.sketches.empty()) return "DROP STATISTICS IF EXISTS " + name;
    return fmt::format("{} {} TYPE {}", from.sketches.empty() ? "ADD STATISTICS IF NOT EXISTS" : "MODIFY STATISTICS",
                       name, to.sketches);
  };
  alteration.add(modified(alteration, "the statistics of " + is.name, words(was, is), words(is, was)));
  if (is.sketches.empty()) return;
  auto step =
      again(alteration.object(), "count the statistics of " + path(alteration, is.name),
            mutate(alteration.lowering(), alteration.now(), "MATERIALIZE STATISTICS " + quoted(is.name)), "rows");
  alteration.add(pair_of(std::move(step), exact(), nothing(alteration.object(), "nothing to take back")));
  alteration.wait(fmt::format("wait until every part of {} has its statistics", alteration.name()));
}

/// Rows of parts that were there before the column show its default, whichever it is at the time.
void change_default(Alteration& alteration, const Column& was, const Column& is) {
  const bool computed = was.generated || is.generated || was.ephemeral || is.ephemeral;
  if (!computed) write_default(alteration, was);
  constexpr std::string_view shown = "default_kind != ''";
  const Property property{"DEFAULT", column_meets(is.name + " has a default", alteration.name(), is.name, shown),
                          column_lacks(is.name + " has none", alteration.name(), is.name, shown)};
  const auto step = [&](const Column& column, const std::string& words) {
    return default_clause(column).empty() ? property_step(alteration, column, property, {}, words)
                                          : modify_step(alteration, words, modify_words(column));
  };
  auto pair =
      pair_of(step(is, "the default of " + is.name), exact(), step(was, "the default of " + is.name + " as it was"));
  if (!computed)
    add_hazard(pair.forward, "data.ch_default_drift", path(alteration, is.name),
               "rows that show the old default would show the new one", "their values are written first");
  if (is.default_value && was.default_value)
    add_hazard(pair.forward, "compat.default_change", path(alteration, is.name),
               "rows that do not say it get another value from then on", alteration.accepted());
  alteration.add(std::move(pair));
}

plan::Step type_step(const Alteration& alteration, const Column& column, const std::string& from) {
  auto step =
      once(alteration.object(), fmt::format("alter {}: {} becomes {}", alteration.name(), column.name, column.type),
           mutate(alteration.lowering(), alteration.now(), modify_words(column)),
           only_catalog(from, column.type) ? "catalog" : "rewrite");
  step.pre.push_back(nothing_under_way(alteration.name()));
  for (auto& check : fits(alteration.lowering(), alteration.name(), column.name, from, column.type))
    step.pre.push_back(std::move(check));
  step.post.push_back(column_has_type(alteration.name(), column));
  return step;
}

void change_type(Alteration& alteration, const Column& was, const Column& is) {
  const auto& lowering = alteration.lowering();
  const auto wait = [&](const Column& column, const Column& back) {
    std::vector<std::string> give_up;
    if (const auto kill = kill_mutations(lowering, alteration.now()))
      give_up = {*kill, mutate(lowering, alteration.now(), modify_words(back))};
    auto step = mutations_end(
        lowering, alteration.now(),
        fmt::format("wait until every part of {} holds {} as {}", alteration.name(), column.name, column.type),
        std::move(give_up));
    // Given up, it is as it was.
    if (auto& going = std::get<plan::Wait>(step.action).going; going)
      step.pre.push_back(column_has_type(alteration.name(), column));
    return step;
  };
  const bool keeps = always_fits(was.type, is.type);
  const bool comes_back = always_fits(is.type, was.type);
  auto grade = comes_back ? exact()
                          : until_written(fmt::format("what {} holds by then that {} cannot hold",
                                                      path(alteration, is.name), was.type));
  auto forward = type_step(alteration, is, was.type);
  if (!keeps)
    add_hazard(forward, "rewrite.type_narrowing", path(alteration, is.name),
               fmt::format("not every {} is a {}", was.type, is.type), "a check before the step proves it");
  if (only_catalog(was.type, is.type) && only_catalog(is.type, was.type)) {
    alteration.add(pair_of(std::move(forward), std::move(grade), type_step(alteration, was, is.type)));
    return;
  }
  // On the way back the wait for it comes last.
  plan::Step look;
  look.action = plan::Verify{nothing_under_way(alteration.name()), true};
  look.object = alteration.object();
  look.summary = "nothing else writes " + alteration.name() + " anew";
  alteration.add(pair_of(std::move(look), exact(), wait(was, is)));
  alteration.add(pair_of(std::move(forward), std::move(grade), type_step(alteration, was, is.type)));
  alteration.add(pair_of(wait(is, was), exact(), nothing(alteration.object(), "nothing to take back: it only looked")));
}

}  // namespace

void lower_column_renames(Alteration& alteration) {
  std::vector<change::ColumnMove> moves;
  std::ranges::copy_if(alteration.alter().moves, std::back_inserter(moves),
                       [](const auto& move) { return !move.from.empty() && move.from != move.to; });
  if (!meet(moves)) {
    for (const auto& move : moves) rename_column(alteration, move.from, move.to);
    return;
  }
  for (const auto& move : moves) rename_column(alteration, move.from, alteration.own("aside", move.from));
  for (const auto& move : moves) rename_column(alteration, alteration.own("aside", move.from), move.to);
}

void lower_lost_columns(Alteration& alteration) {
  for (const auto& column : alteration.now().columns) {
    if (alteration.after().column(column.name)) continue;
    const auto loss = std::ranges::find(alteration.alter().losses, column.name, &change::ColumnLoss::column);
    if (takes_values(column) && loss != alteration.alter().losses.end() && loss->backup == model::Backup::with) {
      keep_column(alteration, column);
      continue;
    }
    auto forward = drop_step(alteration, column);
    forward.pre.push_back(nobody_reads(alteration.lowering(), alteration.name(), column.name));
    auto reverse = add_step(alteration, column, "", " again");
    auto grade = exact();
    if (takes_values(column)) {
      grade = lossy("the values of " + path(alteration, column.name));
      add_hazard(forward, "data.drop_column", path(alteration, column.name), "its values are lost",
                 alteration.accepted());
      add_hazard(forward, "data.no_backup", path(alteration, column.name), "no copy of its values is kept",
                 alteration.accepted());
    }
    alteration.add(pair_of(std::move(forward), std::move(grade), std::move(reverse)));
    alteration.wait(fmt::format("wait until {} is gone from every part", path(alteration, column.name)));
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

void lower_column_changes(Alteration& alteration) {
  for (const auto& is : alteration.after().columns) {
    const auto* was = alteration.now().column(is.name);
    if (!was || *was == is) continue;
    if (was->type != is.type) {
      Column there = *was;
      there.type = is.type;
      Column middle = is;
      middle.default_value = was->default_value, middle.generated = was->generated;
      middle.ephemeral = was->ephemeral;
      // A default of the old type may be none of the new one, so both change in one statement.
      const bool both = default_clause(*was) != default_clause(is);
      change_type(alteration, *was, both ? is : middle);
    } else if (default_clause(*was) != default_clause(is)) {
      change_default(alteration, *was, is);
    }
    if (was->codec != is.codec) change_codec(alteration, *was, is);
    if (was->ttl != is.ttl) change_ttl(alteration, *was, is);
    if (was->comment != is.comment) change_comment(alteration, *was, is);
    if (was->sketches != is.sketches) change_sketches(alteration, *was, is);
  }
}

}  // namespace dmc::dialects::clickhouse
