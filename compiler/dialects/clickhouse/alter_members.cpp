// Skip indexes, projections and constraints: what comes speaks of new parts only, until it is written into those that
// are there.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/alteration.hpp"
#include "compiler/dialects/clickhouse/ddl.hpp"
#include "compiler/dialects/clickhouse/readers.hpp"
#include "compiler/dialects/clickhouse/step_parts.hpp"

namespace dmc::dialects::clickhouse {

namespace {

/// One kind of member, as statements and system tables call it.
struct Kind {
  std::string_view word;    ///< "INDEX"
  std::string_view people;  ///< "index"
  std::string_view listed;  ///< where the server lists them; empty: nowhere in every version that has them
  bool is_written = true;   ///< into parts
};
constexpr Kind index_kind{"INDEX", "index", "system.data_skipping_indices"};
constexpr Kind projection_kind{"PROJECTION", "projection", "system.projections"};
constexpr Kind check_kind{"CONSTRAINT", "constraint", "", false};

/// The definition in the words of `create table`, which the server shows for every kind in every version.
plan::QueryCheck member_is(const Alteration& alteration, const Kind& kind, const std::string& name, bool there) {
  std::string pattern;
  for (const char c : name) {
    if (std::string_view("\\^$.[]|()?*+{}").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  const auto shown =
      fmt::format("match(create_table_query, {})", text_literal(fmt::format("\\b{} `?{}`? ?", kind.word, pattern)));
  return table_meets(fmt::format("{} has {} {} {}", alteration.name(), there ? "the" : "no", kind.people, name),
                     alteration.name(), there ? shown : "not " + shown);
}

plan::Step add_step(const Alteration& alteration, const Kind& kind, const std::string& name,
                    const std::string& definition) {
  auto step = once(alteration.object(), fmt::format("alter {}: add {} {}", alteration.name(), kind.people, name),
                   alter(alteration.lowering(), alteration.now(), fmt::format("ADD {} {}", kind.word, definition)));
  step.pre.push_back(member_is(alteration, kind, name, false));
  step.post.push_back(member_is(alteration, kind, name, true));
  return step;
}

plan::Step drop_step(const Alteration& alteration, const Kind& kind, const std::string& name) {
  auto step = once(alteration.object(), fmt::format("alter {}: drop {} {}", alteration.name(), kind.people, name),
                   mutate(alteration.lowering(), alteration.now(), fmt::format("DROP {} {}", kind.word, quoted(name))));
  step.pre.push_back(member_is(alteration, kind, name, true));
  step.post.push_back(member_is(alteration, kind, name, false));
  return step;
}

void written(Alteration& alteration, const Kind& kind, const std::string& name) {
  auto step =
      again(alteration.object(), fmt::format("write {} {} into every part", kind.people, name),
            mutate(alteration.lowering(), alteration.now(), fmt::format("MATERIALIZE {} {}", kind.word, quoted(name))),
            "index");
  step.pre.push_back(nothing_under_way(alteration.name()));
  // What is being written cannot go.
  alteration.add(pair_of(std::move(step), exact(),
                         mutations_end(alteration.lowering(), alteration.now(),
                                       fmt::format("wait until {} {} is written", kind.people, name))));
  alteration.wait(fmt::format("wait until every part of {} has {} {}", alteration.name(), kind.people, name));
}

void add(Alteration& alteration, const Kind& kind, const std::string& name, const std::string& definition) {
  alteration.add(pair_of(add_step(alteration, kind, name, definition), exact(), drop_step(alteration, kind, name)));
  if (kind.is_written) written(alteration, kind, name);
}

void drop(Alteration& alteration, const Kind& kind, const std::string& name, const std::string& definition) {
  auto forward = drop_step(alteration, kind, name);
  if (kind.is_written)
    add_hazard(forward, "perf.index_dropped", alteration.name() + "." + name, "what read by it reads the whole table",
               alteration.accepted());
  else
    add_hazard(forward, "data.drop_check", alteration.name() + "." + name, "rows may break it from then on",
               alteration.accepted());
  // On the way back it is also written into the parts, behind the step that adds it.
  if (kind.is_written) {
    auto wait = mutations_end(alteration.lowering(), alteration.now(),
                              fmt::format("wait until every part has {} {} again", kind.people, name));
    auto write = again(
        alteration.object(), fmt::format("write {} {} into every part again", kind.people, name),
        mutate(alteration.lowering(), alteration.now(), fmt::format("MATERIALIZE {} {}", kind.word, quoted(name))),
        "index");
    const auto idle = [&](const std::string& words) { return nothing(alteration.object(), words); };
    alteration.add(pair_of(idle(fmt::format("{} {} goes", kind.people, name)), exact(), std::move(wait)));
    alteration.add(
        pair_of(idle(fmt::format("nothing reads by {} {} any more", kind.people, name)), exact(), std::move(write)));
  }
  alteration.add(pair_of(std::move(forward), exact(), add_step(alteration, kind, name, definition)));
}

/// Rows that break a constraint are taken as they are, then and later.
plan::QueryCheck nobody_breaks(const Alteration& alteration, const model::Check& check) {
  return no_rows(
      fmt::format("every row of {} fits the constraint {}", alteration.name(), check.name),
      fmt::format("select 1 from {} where not ({}) limit 1", quoted(alteration.name()), check.expression.text),
      fmt::format("change the rows that do not:  backfill {} set … where (not ({})) with backup;", alteration.name(),
                  check.expression.text));
}

void add_check(Alteration& alteration, const model::Check& check) {
  auto forward = add_step(alteration, check_kind, check.name, check_definition(check));
  if (!check.assumed) {
    forward.pre.push_back(nobody_breaks(alteration, check));
    add_hazard(forward, "data.ch_constraint_unvalidated", alteration.name() + "." + check.name,
               "the server asks it of new rows only", "a check before and one behind the step ask it of the others");
  }
  alteration.add(pair_of(std::move(forward), exact(), drop_step(alteration, check_kind, check.name)));
  if (check.assumed) return;
  plan::Step look;
  look.action = plan::Verify{nobody_breaks(alteration, check)};
  look.object = alteration.object();
  look.summary = fmt::format("every row of {} fits {}", alteration.name(), check.name);
  alteration.add(
      pair_of(std::move(look), exact(), nothing(alteration.object(), "nothing to take back: it only looked")));
}

template <class T, class Do>
void each_lost(const std::vector<T>& now, const std::vector<T>& after, const Do& act) {
  for (const T& was : now) {
    const auto is = std::ranges::find(after, was.name, &T::name);
    if (is == after.end() || !(*is == was)) act(was);
  }
}

}  // namespace

/// The server carries a rename into none of them, and refuses it.
void lower_bound_projections(Alteration& alteration) {
  const auto& alter = alteration.alter();
  for (const auto& one : alter.before.projections) {
    const bool bound = std::ranges::any_of(
        alter.moves, [&](const auto& move) { return move.from != move.to && names(one.query.text, move.from); });
    if (!bound) continue;
    drop(alteration, projection_kind, one.name, projection_definition(one));
    alteration.lacks_projection(one.name);
  }
}

void lower_lost_members(Alteration& alteration) {
  const auto &now = alteration.now(), &after = alteration.after();
  each_lost(now.projections, after.projections,
            [&](const auto& one) { drop(alteration, projection_kind, one.name, projection_definition(one)); });
  each_lost(now.indexes, after.indexes,
            [&](const auto& one) { drop(alteration, index_kind, one.name, index_definition(one)); });
  each_lost(now.checks, after.checks,
            [&](const auto& one) { drop(alteration, check_kind, one.name, check_definition(one)); });
}

void lower_new_members(Alteration& alteration) {
  const auto &now = alteration.now(), &after = alteration.after();
  each_lost(after.indexes, now.indexes,
            [&](const auto& one) { add(alteration, index_kind, one.name, index_definition(one)); });
  each_lost(after.projections, now.projections,
            [&](const auto& one) { add(alteration, projection_kind, one.name, projection_definition(one)); });
  each_lost(after.checks, now.checks, [&](const auto& one) { add_check(alteration, one); });
}

}  // namespace dmc::dialects::clickhouse
