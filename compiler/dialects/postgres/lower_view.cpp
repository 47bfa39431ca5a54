// Views: replaced in place where only columns are added at the end, else dropped and made anew with what reads them. A
// materialized view is filled under another name first and then takes the old one's place.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/keeping.hpp"
#include "compiler/dialects/postgres/lowering.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/readers.hpp"
#include "compiler/dialects/postgres/statements.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::View;

std::string kind_word(const View& view) { return view.materialized ? "materialized view" : "view"; }
std::string relkind(const View& view) { return view.materialized ? "'m'" : "'v'"; }
std::string object_of(const View& view) { return "view " + view.path(); }

/// Whether PostgreSQL takes `after` for a replacement of `before`: the same columns first, from the same source.
bool only_appends(const View& before, const View& after) {
  if (before.materialized || after.materialized || before.query == after.query) return false;
  const auto old = select_list(before.query.text);
  const auto now = select_list(after.query.text);
  if (!old || !now || now->items.size() < old->items.size()) return false;
  if (!std::equal(old->items.begin(), old->items.end(), now->items.begin())) return false;
  if (!std::equal(
          before.columns.begin(), before.columns.end(), after.columns.begin(),
          after.columns.begin() + static_cast<std::ptrdiff_t>(std::min(before.columns.size(), after.columns.size()))) ||
      before.columns.empty() != after.columns.empty())
    return false;
  // From another source the same words may mean another type.
  const auto source = [](const std::string& rest) { return rest.substr(0, rest.find(" where ")); };
  return source(now->rest).starts_with(source(old->rest));
}

/// The two differ in what can be set by itself.
bool same_query(const View& before, const View& after) {
  return before.query == after.query && before.columns == after.columns && before.materialized == after.materialized;
}

std::vector<std::string> settings_changes(const View& before, const View& after) {
  std::vector<std::string> statements;
  const auto alter = "alter " + kind_word(after) + " " + full(after) + " ";
  if (before.check_option != after.check_option)
    statements.push_back(after.check_option.empty() ? alter + "reset (check_option)"
                                                    : alter + "set (check_option = " + after.check_option + ")");
  for (const auto& setting : before.settings)
    if (std::ranges::find(after.settings, setting.name, &model::Setting::name) == after.settings.end())
      statements.push_back(alter + "reset (" + setting.name + ")");
  for (const auto& setting : after.settings)
    if (std::ranges::find(before.settings, setting) == before.settings.end())
      statements.push_back(alter + "set (" + storage_parameters({setting}) + ")");
  if (before.comment != after.comment) statements.push_back(comment_on(kind_word(after), full(after), after.comment));
  for (const auto& index : before.indexes)
    if (std::ranges::find(after.indexes, index) == after.indexes.end())
      statements.push_back("drop index " + full(before.schema, index.name));
  for (const auto& index : after.indexes)
    if (std::ranges::find(before.indexes, index) == before.indexes.end()) {
      statements.push_back(create_index(index, full(after), index.name));
      if (index.comment) statements.push_back(comment_on("index", full(after.schema, index.name), index.comment));
    }
  return statements;
}

plan::Step create_step(const Lowering& lowering, const View& view) {
  std::vector<std::string> statements;
  if (view.old_name_of.empty()) {
    statements.push_back(create_view(view));
    append(statements, view_extras(view));
  } else {
    statements = stand_in(view, full_path(view.old_name_of, lowering.before));
  }
  auto step = view.materialized
                  ? lengthy(object_of(view), "create materialized view " + view.path(), std::move(statements))
                  : brief(object_of(view), "create view " + view.path(), std::move(statements));
  read_in_public(step);
  step.pre.push_back(name_is_free(kind_word(view), full(view)));
  step.post.push_back(relation_is(kind_word(view), full(view), relkind(view)));
  add_lock(step, lowering, view.materialized ? "create_matview" : "create_view", view.materialized ? "mv" : "vw",
           object_of(view));
  return step;
}

plan::Step drop_step(const Lowering& lowering, const View& view) {
  auto step = brief(object_of(view), "drop " + kind_word(view) + " " + view.path(), {drop_view(view)});
  step.pre.push_back(relation_is(kind_word(view), full(view), relkind(view)));
  step.post.push_back(relation_is_gone(kind_word(view), full(view)));
  add_lock(step, lowering, "drop_view", "vw", object_of(view));
  return step;
}

/// In one transaction, with everything that reads it.
plan::Step replace_step(const Lowering& lowering, const View& before, const View& after) {
  const auto readers = readers_of(lowering.before, before.path());
  std::vector<std::string> statements;
  std::string how = "replace";
  if (same_query(before, after) && !(before == after)) {
    statements = settings_changes(before, after);
    how = "alter";
  } else if (only_appends(before, after)) {
    statements.push_back(create_view(after, true));
    if (before.comment != after.comment) statements.push_back(comment_on("view", full(after), after.comment));
  } else {
    Readers all = readers;
    all.insert(all.begin(), {&before});
    statements = take_away(all);
    statements.push_back(create_view(after));
    append(statements, view_extras(after));
    append(statements, belongings(after, lowering.before));
    append(statements, make_anew(readers, lowering.before, {full(after)}));
  }
  auto step = after.materialized ? lengthy(object_of(after), "", std::move(statements))
                                 : brief(object_of(after), "", std::move(statements));
  step.summary = how + " " + kind_word(after) + " " + after.path();
  read_in_public(step);
  step.pre.push_back(relation_is(kind_word(before), full(before), relkind(before)));
  step.post.push_back(relation_is(kind_word(after), full(after), relkind(after)));
  add_lock(step, object_of(after), "access exclusive", after.materialized ? "rewrite" : "catalog");
  if (how == "replace" && !only_appends(before, after)) {
    note_readers(step, readers, lowering.before);
    std::vector<std::string> names;
    for (const auto& reader : readers) names.push_back(reader.label());
    if (!names.empty()) step.summary += ", with " + listed(names) + " that read it";
  }
  return step;
}

/// A materialized view in the making: what it is called until it takes its place, or after it has left it.
View aside(const Lowering& lowering, View view, std::string_view purpose) {
  const auto path = view.path();
  view.name = own_name(purpose, lowering.serves(path));
  for (auto& index : view.indexes) index.name = own_name(std::string(purpose) + "_index", lowering.serves(index.name));
  view.comment.reset();
  return view;
}

std::vector<std::string> renames(const View& from, const View& to) {
  std::vector<std::string> statements;
  for (std::size_t i = 0; i < from.indexes.size(); ++i)
    statements.push_back(fmt::format("alter index {} rename to {}", full(from.schema, from.indexes[i].name),
                                     quoted(to.indexes[i].name)));
  statements.push_back(fmt::format("alter materialized view {} rename to {}", full(from), quoted(to.name)));
  return statements;
}

/// `now` leaves for `gone`, `made` takes its place as `wanted`.
plan::Step swap_step(const Lowering& lowering, const View& now, const View& gone, const View& made,
                     const View& wanted) {
  const auto readers = readers_of(lowering.before, wanted.path());
  auto statements = take_away(readers, {full(now)});
  append(statements, renames(now, gone));
  append(statements, renames(made, wanted));
  statements.push_back(comment_on("materialized view", full(wanted), wanted.comment));
  for (const auto& index : wanted.indexes)
    if (index.comment) statements.push_back(comment_on("index", full(wanted.schema, index.name), index.comment));
  append(statements, make_anew(readers, lowering.before, {full(now)}));
  auto step = brief(object_of(wanted), "put the new materialized view " + wanted.path() + " in its place",
                    std::move(statements));
  read_in_public(step);
  step.pre.push_back(relation_is("materialized view", full(now), "'m'"));
  step.pre.push_back(relation_is("materialized view", full(made), "'m'"));
  step.post.push_back(relation_is("materialized view", full(wanted), "'m'"));
  add_lock(step, object_of(wanted), "access exclusive", "catalog");
  note_readers(step, readers, lowering.before);
  return step;
}

Pairs replace_materialized(const Lowering& lowering, const View& before, const View& after) {
  const auto made = aside(lowering, after, "new");
  const auto gone = aside(lowering, before, "gone");
  const auto build = [&](const View& view, const View& of) {
    auto step = create_step(lowering, view);
    step.object = object_of(of);
    step.summary = "fill materialized view " + of.path() + " under another name";
    step.leftovers.push_back(leftover("materialized view", full(view), "change"));
    return step;
  };
  const auto drop = [&](const View& view, const View& of, std::string_view which) {
    auto step = drop_step(lowering, view);
    step.object = object_of(of);
    step.summary = fmt::format("drop the {} materialized view {}", which, of.path());
    return step;
  };
  Pairs pairs;
  pairs.push_back(pair_of(build(made, after), exact(), drop(made, after, "new")));
  pairs.push_back(
      pair_of(swap_step(lowering, before, gone, made, after), exact(), swap_step(lowering, after, made, gone, before)));
  pairs.back().takes_effect = true;
  pairs.push_back(pair_of(drop(gone, before, "old"), exact(), build(gone, before)));
  return pairs;
}

}  // namespace

Pairs lower_view(const Lowering& lowering, const View* before, const View* after) {
  Pairs pairs;
  if (!before)
    pairs.push_back(pair_of(create_step(lowering, *after), exact(), drop_step(lowering, *after)));
  else if (!after)
    pairs.push_back(pair_of(drop_step(lowering, *before), exact(), create_step(lowering, *before)));
  else if (before->materialized && after->materialized && (!same_query(*before, *after) || *before == *after))
    return replace_materialized(lowering, *before, *after);
  else
    pairs.push_back(pair_of(replace_step(lowering, *before, *after), exact(), replace_step(lowering, *after, *before)));
  return pairs;
}

}  // namespace dmc::dialects::postgres
