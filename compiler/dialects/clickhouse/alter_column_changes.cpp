// What changes of one column that stays: its type, its default, how it is kept.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/alteration.hpp"
#include "compiler/dialects/clickhouse/ddl.hpp"
#include "compiler/dialects/clickhouse/engine_kinds.hpp"
#include "compiler/dialects/clickhouse/step_parts.hpp"
#include "compiler/dialects/clickhouse/type_change.hpp"

namespace dmc::dialects::clickhouse {

plan::Step modify_step(const Alteration& alteration, const std::string& words, const std::string& actions,
                       std::string_view settings) {
  return again(alteration.object(), fmt::format("alter {}: {}", alteration.name(), words),
               mutate(alteration.lowering(), alteration.now(), actions, settings));
}

void write_default(Alteration& alteration, const model::Column& column) {
  const auto action = column.default_value && alteration.oldest() >= materialize_column
                          ? "MATERIALIZE COLUMN " + quoted(column.name)
                          : fmt::format("UPDATE {0} = {0} WHERE 1", quoted(column.name));
  auto step = again(alteration.object(),
                    fmt::format("write the values of {} that its default stands for", alteration.path(column.name)),
                    mutate(alteration.lowering(), alteration.now(), action), "rows");
  step.pre.push_back(nothing_under_way(alteration.name()));
  alteration.add(pair_of(
      std::move(step), exact(),
      mutations_end(alteration.lowering(), alteration.now(), fmt::format("wait until {} is written", column.name))));
  alteration.wait(fmt::format("wait until every part of {} holds {}", alteration.name(), column.name));
}

void note_misplaced(Alteration& alteration, plan::Step& step, const std::string& column, bool there, bool back) {
  if (!there && !back) return;
  const std::string_view when = there && back ? "now, and when this is taken back,"
                                : there       ? "now"
                                              : "when this is taken back";
  add_hazard(step, "compat.column_order", alteration.path(column),
             fmt::format("the column goes behind all others {} because ClickHouse before {} cannot put it where it "
                         "belongs: an insert or a select without a list of columns means others than before",
                         when, fmt::format("{}.{}", column_first.major, column_first.minor)));
}

namespace {

using model::Column;

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

StepPair property_pair(Alteration& alteration, const Column& is, const Property& property, const std::string& old_value,
                       const std::string& value, const std::string& words, std::string_view settings = {}) {
  return pair_of(property_step(alteration, is, property, value, words, settings), exact(),
                 property_step(alteration, is, property, old_value, words + " as it was", settings));
}

void change_codec(Alteration& alteration, const Column& was, const Column& is) {
  const auto codec = [](const Column& column) { return column.codec.empty() ? "" : "CODEC(" + column.codec + ")"; };
  constexpr std::string_view shown = "compression_codec != ''";
  const Property property{"CODEC", column_meets(is.name + " has a codec", alteration.name(), is.name, shown),
                          column_lacks(is.name + " has none", alteration.name(), is.name, shown)};
  alteration.add(property_pair(alteration, is, property, codec(was), codec(is), "the codec of " + is.name));
}

void change_ttl(Alteration& alteration, const Column& was, const Column& is) {
  const auto ttl = [](const Column& column) { return column.ttl ? "TTL " + column.ttl->text : std::string(); };
  const std::string_view later = alteration.oldest() >= materialize_ttl ? "materialize_ttl_after_modify = 0" : "";
  const auto shown = fmt::format("match(create_table_query, {})", text_literal("`" + is.name + "` [^`]* TTL "));
  const Property property{"TTL",
                          table_meets(fmt::format("values of {} have their time", is.name), alteration.name(), shown),
                          table_meets(is.name + " has none", alteration.name(), "not " + shown)};
  auto pair = property_pair(alteration, is, property, ttl(was), ttl(is), "the time to live of " + is.name, later);
  if (is.ttl) {
    pair.forward.reverse = lossy("values whose time was over");
    add_hazard(pair.forward, "data.ch_ttl", alteration.path(is.name),
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
      again(alteration.object(), "count the statistics of " + alteration.path(is.name),
            mutate(alteration.lowering(), alteration.now(), "MATERIALIZE STATISTICS " + quoted(is.name)), "rows");
  alteration.add(pair_of(std::move(step), exact(), nothing(alteration.object(), "nothing to take back")));
  alteration.wait(fmt::format("wait until every part of {} has its statistics", alteration.name()));
}

/// "DEFAULT", "MATERIALIZED", "ALIAS", as a column is rid of it.
std::string_view kind_of_default(const Column& column) {
  return column.default_value       ? "DEFAULT"
         : !column.generated        ? "EPHEMERAL"
         : column.generated->stored ? "MATERIALIZED"
                                    : "ALIAS";
}

/// Neither an alias nor what is ephemeral keeps what was written to the column while it was another.
bool keeps_no_values(const Column& column) {
  return column.ephemeral || (column.generated && !column.generated->stored);
}

/// Rows of parts that were there before the column show its default, whichever it is at the time. False where they do
/// not, because it is computed.
bool write_what_is_shown(Alteration& alteration, const Column& was, const Column& is) {
  const bool computed =
      was.generated || is.generated || was.ephemeral || is.ephemeral || passes_rows_on(alteration.now());
  if (!computed) write_default(alteration, was);
  return !computed;
}

void change_default(Alteration& alteration, const Column& was, const Column& is) {
  const bool computed = !write_what_is_shown(alteration, was, is);
  constexpr std::string_view shown = "default_kind != ''";
  const auto step = [&](const Column& from, const Column& to, const std::string& words) {
    const Property property{kind_of_default(from),
                            column_meets(is.name + " has a default", alteration.name(), is.name, shown),
                            column_lacks(is.name + " has none", alteration.name(), is.name, shown)};
    return default_clause(to).empty() ? property_step(alteration, to, property, {}, words)
                                      : modify_step(alteration, words, modify_words(to));
  };
  auto pair = pair_of(step(was, is, "the default of " + is.name), exact(),
                      step(is, was, "the default of " + is.name + " as it was"));
  if (keeps_no_values(was) && !keeps_no_values(is)) {
    pair.forward.reverse = until_written("what was written to " + alteration.path(is.name) + " since");
    pair.reverse->pre.push_back(still_unwritten(
        alteration, is, was.generated ? in_parentheses(was.generated->expression.text) : std::string()));
  }
  const auto turned = alteration.places().turn(is);
  note_misplaced(alteration, pair.forward, is.name, turned.there_is_missed, turned.back_is_missed);
  if (!computed)
    add_hazard(pair.forward, "data.ch_default_drift", alteration.path(is.name),
               "rows that show the old default would show the new one", "their values are written first");
  if (is.default_value && was.default_value)
    add_hazard(pair.forward, "compat.default_change", alteration.path(is.name),
               "rows that do not say it get another value from then on", alteration.accepted());
  alteration.add(std::move(pair));
}

/// Newer servers take such a change with a default only, though no null is left for it to stand for.
bool needs_default(const Column& column, const std::string& from) {
  return loses_null(from, column.type) && default_clause(column).empty();
}

std::string value_for_null(const Column& column) {
  return fmt::format(" DEFAULT defaultValueOfTypeName({})", text_literal(column.type));
}

/// A server that is older than `modify_remove` neither needs the default nor could take it away again; where the plan
/// must run on such a one too, it is asked which it is.
bool knows_server(const Alteration& alteration) { return alteration.oldest() >= modify_remove; }

plan::Step type_step(const Alteration& alteration, const Column& column, const std::string& from) {
  const auto words = fmt::format("alter {}: {} becomes {}", alteration.name(), column.name, column.type);
  const std::string work = only_catalog(from, column.type) ? "catalog" : "rewrite";
  const auto has_type = column_has_type(alteration.name(), column);
  const auto with = [&](const std::string& value) {
    return mutate(alteration.lowering(), alteration.now(), modify_words(column) + value);
  };
  plan::Step step;
  if (needs_default(column, from) && !knows_server(alteration)) {
    plan::ForEach action;
    action.what = "form";
    action.rows = fmt::format("select if({}, {}, ' ')", server_is(modify_remove), text_literal(value_for_null(column)));
    action.settled = has_type;
    action.statements = {with(std::string(plan::ForEach::hole))};
    step = for_each(std::move(action), alteration.object(), words, "mutation", work);
  } else {
    step = once(alteration.object(), words, with(needs_default(column, from) ? value_for_null(column) : ""), work);
  }
  step.pre.push_back(nothing_under_way(alteration.name()));
  for (auto& check : fits(alteration.lowering(), alteration.name(), column.name, from, column.type))
    step.pre.push_back(std::move(check));
  step.post.push_back(has_type);
  return step;
}

/// Takes the default away again that `type_step` gave the column.
plan::Step no_default_step(const Alteration& alteration, const Column& column, std::string_view kind = "DEFAULT") {
  constexpr std::string_view shown = "default_kind != ''";
  const auto words = fmt::format("alter {}: {} goes on without a default", alteration.name(), column.name);
  const auto statement = mutate(alteration.lowering(), alteration.now(),
                                fmt::format("MODIFY COLUMN {} REMOVE {}", quoted(column.name), kind));
  const auto is_gone = column_lacks(column.name + " has none", alteration.name(), column.name, shown);
  if (!knows_server(alteration)) {
    plan::ForEach action;
    action.what = "default";
    action.rows = fmt::format(
        "select name from system.columns where database = currentDatabase() and table = {} and name = {} and {} and {}",
        text_literal(alteration.name()), text_literal(column.name), shown, server_is(modify_remove));
    action.settled = is_gone;
    action.statements = {statement};
    return for_each(std::move(action), alteration.object(), words, "alter", "catalog");
  }
  auto step = once(alteration.object(), words, statement);
  step.pre.push_back(column_meets(column.name + " has a default", alteration.name(), column.name, shown));
  step.post.push_back(is_gone);
  return step;
}

/// Before 20.1 an alter converts parts out of use too, which stay for some minutes: a null in one of them fails it. It
/// left them with a mutation, or with a partition that went as a whole.
plan::Step old_parts_end(const Alteration& alteration, const Column& column, const std::string& from) {
  constexpr std::int64_t an_hour_ms = 3'600'000;
  const auto of_table = fmt::format("database = currentDatabase() and table = {}", text_literal(alteration.name()));
  plan::Wait wait;
  wait.until = some_rows(
      fmt::format("no part of {} that is out of use may still hold a null", alteration.name()),
      fmt::format("select 1 from system.tables where database = currentDatabase() and name = {0} and ({1} or (select "
                  "count() from system.parts where {2} and not active and (data_version < (select "
                  "max(arrayReduce('max', block_numbers.number)) from system.mutations where {2}) or partition_id not "
                  "in (select partition_id from system.parts where {2} and active))) = 0)",
                  text_literal(alteration.name()), server_is(alter_by_mutation), of_table));
  wait.deadline_ms = an_hour_ms;
  plan::Step step;
  step.action = std::move(wait);
  step.object = alteration.object();
  step.summary = fmt::format(
      "wait until the parts of {} are gone that went out of use: the server keeps them for eight "
      "minutes, and would meet their nulls",
      alteration.name());
  step.exactly_once_by = plan::ExactlyOnce::repeat;
  step.timeouts.lock_ms = 0;
  for (auto& check : fits(alteration.lowering(), alteration.name(), column.name, from, column.type))
    step.pre.push_back(std::move(check));
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
  auto grade =
      comes_back
          ? exact()
          : until_written(fmt::format("what {} holds by then that {} cannot hold", alteration.path(is.name), was.type));
  auto forward = type_step(alteration, is, was.type);
  const auto turned = alteration.places().turn(is);
  note_misplaced(alteration, forward, is.name, turned.there_is_missed, turned.back_is_missed);
  if (!keeps)
    add_hazard(forward, "rewrite.type_narrowing", alteration.path(is.name),
               fmt::format("not every {} is a {}", was.type, is.type), "a check before the step proves it");
  const bool only_said = only_catalog(was.type, is.type) && only_catalog(is.type, was.type);
  if (only_said && default_clause(was).empty() == default_clause(is).empty()) {
    alteration.add(pair_of(std::move(forward), std::move(grade), type_step(alteration, was, is.type)));
    return;
  }
  const bool gets_default = needs_default(is, was.type);
  // A server that can take a default away leaves it to the column whose type changes.
  const bool loses = default_clause(is).empty() && !default_clause(was).empty() && !gets_default;
  const bool gains = default_clause(was).empty() && !default_clause(is).empty() && !needs_default(was, is.type);
  // While the type is still the one that the default is of.
  const auto default_taken = nothing(alteration.object(), "nothing to take back: its type takes its default along");
  if (loses) alteration.add(pair_of(no_default_step(alteration, was, kind_of_default(was)), exact(), default_taken));
  if (default_clause(was).empty() && (gets_default || needs_default(was, is.type)))
    alteration.add(pair_of(nothing(alteration.object(), fmt::format("{} will change whether it may be null", is.name)),
                           exact(), no_default_step(alteration, was)));
  // On the way back the wait for it comes last.
  plan::Step look;
  look.action = plan::Verify{nothing_under_way(alteration.name()), true};
  look.object = alteration.object();
  look.summary = "nothing else writes " + alteration.name() + " anew";
  alteration.add(pair_of(std::move(look), exact(), wait(was, is)));
  const auto looked = nothing(alteration.object(), "nothing to take back: it only looked");
  const bool meets_old_parts = alteration.oldest() < alter_by_mutation;
  if (meets_old_parts && loses_null(was.type, is.type))
    alteration.add(pair_of(old_parts_end(alteration, is, was.type), exact(), looked));
  alteration.add(pair_of(std::move(forward), std::move(grade), type_step(alteration, was, is.type)));
  alteration.add(
      pair_of(wait(is, was), exact(),
              meets_old_parts && loses_null(is.type, was.type) ? old_parts_end(alteration, was, is.type) : looked));
  if (gains)
    alteration.add(pair_of(nothing(alteration.object(), fmt::format("{} has its default", is.name)), exact(),
                           no_default_step(alteration, is, kind_of_default(is))));
  if (!gets_default) return;
  // The way back begins with what the server has half-way too.
  alteration.add(pair_of(no_default_step(alteration, is), exact(),
                         knows_server(alteration)
                             ? modify_step(alteration, fmt::format("{} has a default for a while", is.name),
                                           modify_words(is) + value_for_null(is))
                             : looked));
}

}  // namespace

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
      // An older one would meet the parts that this puts out of use, for minutes.
      if (both && knows_server(alteration)) write_what_is_shown(alteration, *was, is);
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
