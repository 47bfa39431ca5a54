// Views. A materialized one takes what is inserted into what it reads; where its definition can be changed in place it
// is, because between two statements it would miss rows or take them twice.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/ddl.hpp"
#include "compiler/dialects/clickhouse/step_parts.hpp"

namespace dmc::dialects::clickhouse {

namespace {

using model::View;

std::string object_of(const View& view) { return "view " + view.name; }
std::string_view engine_of(const View& view) { return view.materialized ? "MaterializedView" : "View"; }

plan::Step create_step(const View& view, const std::string& summary, std::string_view as = {}) {
  const auto name = as.empty() ? std::string_view(view.name) : as;
  auto step = once(object_of(view), summary, create_view(view, as));
  step.pre.push_back(name_is_free("view", name));
  step.post.push_back(relation_is("view", name, engine_of(view)));
  return step;
}

plan::Step drop_step(const Lowering& lowering, const View& view, const std::string& summary, std::string_view as = {}) {
  const auto name = as.empty() ? std::string_view(view.name) : as;
  const bool word = lowering.oldest() >= or_replace_view;
  auto step = once(object_of(view), summary, (word ? "DROP VIEW " : "DROP TABLE ") + quoted(name));
  step.pre.push_back(relation_is("view", name, engine_of(view)));
  step.post.push_back(relation_is_gone("view", name));
  return step;
}

void warn_of_rows(const Lowering& lowering, const View& view, plan::Step& step) {
  if (!view.storage) return;
  step.reverse = lossy("the rows that " + view.name + " keeps");
  add_hazard(step, "data.drop_table", view.name, "the rows that the view keeps itself go with it",
             own_acceptance(lowering.change));
}

void warn_of_gap(const View& view, plan::Step& step) {
  if (view.materialized)
    add_hazard(step, "data.ch_mv_rename", view.name, "rows that are inserted before it is there again do not reach it");
}

StepPair created(const Lowering& lowering, const View& view) {
  const auto summary = "create view " + view.name;
  auto reverse = drop_step(lowering, view, "drop view " + view.name);
  auto grade = exact();
  if (view.storage)
    grade = until_written("the rows that " + view.name + " keeps by then");
  else if (!view.to.empty())
    grade = exact();
  return pair_of(create_step(view, summary), std::move(grade), std::move(reverse));
}

StepPair dropped(const Lowering& lowering, const View& view) {
  auto pair = pair_of(drop_step(lowering, view, "drop view " + view.name), exact(),
                      create_step(view, "create view " + view.name + " again"));
  warn_of_rows(lowering, view, pair.forward);
  return pair;
}

plan::Step replace_step(const View& view) {
  auto statement = create_view(view);
  statement.insert(std::string_view("CREATE ").size(), "OR REPLACE ");
  auto step = again(object_of(view), "replace view " + view.name, std::move(statement));
  step.post.push_back(relation_is("view", view.name, engine_of(view)));
  return step;
}

plan::Step alter_step(const View& view, const std::string& what, const std::string& action) {
  // No settings: those behind a query are the query's.
  auto step = again(object_of(view), fmt::format("{} of view {}", what, view.name),
                    fmt::format("ALTER TABLE {} {}", quoted(view.name), action));
  step.pre.push_back(relation_is("view", view.name, engine_of(view)));
  step.post.push_back(relation_is("view", view.name, engine_of(view)));
  return step;
}

plan::Step query_step(const View& view, const std::string& what) {
  return alter_step(view, what, "MODIFY QUERY " + view.query.text);
}

plan::Step comment_step(const View& view, const std::string& what) {
  return alter_step(view, what, "MODIFY COMMENT " + text_literal(view.comment.value_or("")));
}

/// Both exist for a moment, then they change names in one statement.
Pairs swapped(const Lowering& lowering, const View& before, const View& after) {
  const auto made = own_name("new", lowering.serves(after.name));
  const auto old = own_name("gone", lowering.serves(after.name));
  const auto swap = [&](const std::string& leaves, const std::string& comes) {
    auto step =
        once(object_of(after), "put the other view " + after.name + " in its place",
             fmt::format("RENAME TABLE {0} TO {1}, {2} TO {0}", quoted(after.name), quoted(leaves), quoted(comes)));
    step.pre.push_back(relation_is("view", comes));
    step.pre.push_back(name_is_free("view", leaves));
    step.post.push_back(relation_is("view", leaves));
    step.post.push_back(name_is_free("view", comes));
    return step;
  };
  Pairs pairs;
  pairs.push_back(pair_of(create_step(after, "create the other view " + after.name + " beside it", made), exact(),
                          drop_step(lowering, after, "drop the other view " + after.name, made)));
  pairs.push_back(pair_of(swap(old, made), exact(), swap(made, old)));
  pairs.back().takes_effect = true;
  pairs.push_back(pair_of(drop_step(lowering, before, "drop view " + after.name + " as it was", old), exact(),
                          create_step(before, "create view " + after.name + " as it was, beside it", old)));
  return pairs;
}

/// Two statements with a gap between them.
Pairs made_anew(const Lowering& lowering, const View& before, const View& after) {
  Pairs pairs;
  pairs.push_back(dropped(lowering, before));
  warn_of_gap(before, pairs.back().forward);
  pairs.push_back(created(lowering, after));
  return pairs;
}

/// Equal but for what `alter` changes of a materialized view.
bool same_but_query(const View& before, const View& after) {
  return before.materialized && after.materialized && before.to == after.to && before.storage == after.storage &&
         before.settings == after.settings;
}

Pairs replaced(const Lowering& lowering, const View& before, const View& after) {
  Pairs pairs;
  if (before.cluster != after.cluster) {
    View there = before;
    there.cluster = after.cluster;
    const auto object = "view " + after.name;
    pairs.push_back(pair_of(nothing(object, "where the hosts of " + after.name + " are"), exact(),
                            nothing(object, "where the hosts of " + after.name + " were")));
    if (there != after) append(pairs, replaced(lowering, there, after));
    return pairs;
  }
  if (!before.materialized && !after.materialized) {
    if (lowering.oldest() < or_replace_view) return swapped(lowering, before, after);
    pairs.push_back(pair_of(replace_step(after), exact(), replace_step(before)));
    return pairs;
  }
  const bool other_query = before.query != after.query;
  if (!same_but_query(before, after) || (other_query && lowering.oldest() < modify_query))
    return made_anew(lowering, before, after);
  if (other_query)
    pairs.push_back(pair_of(query_step(after, "another query"), exact(), query_step(before, "the query as it was")));
  if (before.comment != after.comment)
    pairs.push_back(
        pair_of(comment_step(after, "the comment"), exact(), comment_step(before, "the comment as it was")));
  return pairs;
}

/// A view that keeps rows of its own is taken out of use without them, and comes back as it was then: its next query
/// follows at once.
plan::Step detach_step(const View& view) {
  auto step = once(object_of(view), fmt::format("take view {} out of use, with its rows", view.name),
                   fmt::format("DETACH TABLE {} PERMANENTLY SYNC", quoted(view.name)));
  step.pre.push_back(relation_is("view", view.name, engine_of(view)));
  step.post.push_back(relation_is_gone("view", view.name));
  return step;
}

plan::Step attach_step(const View& view) {
  auto step = once(object_of(view), fmt::format("bring view {} back", view.name),
                   fmt::format("ATTACH TABLE {}", quoted(view.name)));
  step.pre.push_back(name_is_free("view", view.name));
  step.post.push_back(relation_is("view", view.name, engine_of(view)));
  return step;
}

/// Whether it is detached while another text comes: it would lose its rows otherwise.
bool is_detached(const Lowering& lowering, const View& was, const View& is) {
  return was.storage && same_but_query(was, is) && was.cluster == is.cluster && lowering.oldest() >= modify_query;
}

}  // namespace

Pairs lower_leaving_view(const Lowering& lowering, const View& was, const View& will_be) {
  Pairs pairs;
  if (is_detached(lowering, was, will_be)) {
    const auto goes = nothing(object_of(was), fmt::format("view {} goes for a moment", was.name));
    pairs.push_back(pair_of(goes, exact(), query_step(was, "the query as it was")));
    if (was.comment != will_be.comment)
      pairs.push_back(pair_of(goes, exact(), comment_step(was, "the comment as it was")));
    pairs.push_back(pair_of(detach_step(was), exact(), attach_step(was)));
  } else {
    pairs.push_back(dropped(lowering, was));
  }
  warn_of_gap(was, pairs.back().forward);
  return pairs;
}

Pairs lower_returning_view(const Lowering& lowering, const View& was, const View& is) {
  Pairs pairs;
  if (is_detached(lowering, was, is)) {
    const auto gone = nothing(object_of(is), fmt::format("view {} is out of use", is.name));
    pairs.push_back(pair_of(attach_step(is), exact(), gone));
    if (was.comment != is.comment) pairs.push_back(pair_of(comment_step(is, "the comment"), exact(), gone));
    pairs.push_back(pair_of(query_step(is, "another query"), exact(), detach_step(is)));
  } else {
    pairs.push_back(created(lowering, is));
  }
  return pairs;
}

Pairs lower_view(const Lowering& lowering, const View* before, const View* after) {
  if (before && after) return replaced(lowering, *before, *after);
  Pairs pairs;
  pairs.push_back(before ? dropped(lowering, *before) : created(lowering, *after));
  return pairs;
}

}  // namespace dmc::dialects::clickhouse
