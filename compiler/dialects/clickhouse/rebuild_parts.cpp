// What the steps of a rebuild are made of.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/alteration.hpp"
#include "compiler/dialects/clickhouse/artifact.hpp"
#include "compiler/dialects/clickhouse/cluster.hpp"
#include "compiler/dialects/clickhouse/ddl.hpp"
#include "compiler/dialects/clickhouse/engine_kinds.hpp"
#include "compiler/dialects/clickhouse/rebuilding.hpp"
#include "compiler/dialects/clickhouse/step_parts.hpp"
#include "compiler/dialects/clickhouse/storage.hpp"

namespace dmc::dialects::clickhouse {

namespace {

constexpr std::int64_t inserts_deadline_ms = 3'600'000;

}  // namespace

bool Rebuild::collapses() const { return collapses_rows(new_) && !collapses_rows(old_); }

bool Rebuild::is_shared() const { return is_replicated(old_) || is_replicated(new_); }

bool Rebuild::by_rounds() const { return is_shared() || collapses(); }

std::string Rebuild::words(const std::string& what) const { return fmt::format("rebuild {}: {}", name(), what); }

std::string Rebuild::own(std::string_view purpose) const {
  return own_name(purpose, lowering_.serves(alter_.after.name));
}

model::Table Rebuild::now(const std::string& table) const {
  Table is = (table == beside_) == exchanged_ ? old_ : new_;
  is.name = table;
  return is;
}

plan::Step Rebuild::idle(const std::string& what) const { return nothing(object(), words(what)); }

StepPair Rebuild::only_forward(plan::Step step) const {
  return pair_of(std::move(step), exact(), idle("nothing to take back: it only looked"));
}

StepPair Rebuild::only_back(plan::Step step) const {
  auto there = idle("on the way back only: " + step.summary.substr(words("").size()));
  return pair_of(std::move(there), exact(), std::move(step));
}

model::Column Rebuild::mark(const std::string& expression, bool computed) const {
  return mark_column(mark_, by_rounds() ? "UInt64" : "UInt8", expression, computed);
}

plan::QueryCheck Rebuild::marks_still_hold() const {
  return no_rows(fmt::format("no update of {} has marked its rows anew since", name()),
                 fmt::format("select mutation_id from system.mutations where database = currentDatabase() and table = "
                             "{} and command like 'UPDATE %' limit 1",
                             text_literal(name())),
                 fmt::format("the rows cannot be told from those that were inserted since: the old table stays where "
                             "it is, as {}; compare the two, and rename them yourself",
                             beside_));
}

std::string Rebuild::value_of(const std::string& number) const {
  return by_rounds() ? fmt::format("toUInt64({})", number) : number;
}

std::string Rebuild::marked(std::string_view comparison) const {
  return fmt::format("{}{} {}", quoted(mark_), by_rounds() ? fmt::format(" % {}", marks) : "", comparison);
}

plan::Step Rebuild::create(const Table& table, const std::string& as, const std::string& what) const {
  auto step = once(object(), words(what), create_table(table, as));
  step.pre.push_back(name_is_free("table", as));
  step.post.push_back(relation_is("table", as));
  return step;
}

plan::Step Rebuild::drop(const std::string& table, const std::string& what) const {
  auto step = once(object(), words(what),
                   table == beside_ ? drop_table(lowering_, now(table), table) : "DROP TABLE " + quoted(table));
  step.pre.push_back(relation_is("table", table));
  step.post.push_back(relation_is_gone("table", table));
  return step;
}

plan::Step Rebuild::mark_inserts(const std::string& table, const std::string& value, const std::string& what,
                                 bool again_the_same) const {
  const auto is = now(table);
  // An alter that changes nothing reaches no replica; in other words it does.
  const auto expression = value_of(again_the_same && is_replicated(is) ? fmt::format("toUInt8({})", value) : value);
  auto step = again(object(), words(what), alter(lowering_, is, modify_words(mark(expression, true))));
  step.pre.push_back(column_is(table, mark_));
  if (!is_replicated(is)) {
    step.post.push_back(column_is(table, mark_));
    return step;
  }
  step.post.push_back(column_meets(fmt::format("inserts into {} are marked {} here", table, value), table, mark_,
                                   "default_expression = " + text_literal(expression)));
  pass_on(step, is);
  return step;
}

plan::Step Rebuild::waits(plan::QueryCheck until, const std::string& what) const {
  plan::Wait wait;
  wait.until = std::move(until);
  wait.deadline_ms = inserts_deadline_ms;
  plan::Step step;
  step.action = std::move(wait);
  step.object = object();
  step.summary = words(what);
  step.exactly_once_by = plan::ExactlyOnce::repeat;
  step.timeouts.lock_ms = 0;
  return step;
}

plan::Step Rebuild::inserts_end(const std::string& table, const std::string& what) const {
  return waits(no_rows(fmt::format("no insert is under way that began before the last change of {}", table),
                       fmt::format("select 1 from system.processes where positionCaseInsensitive(query, 'insert') > 0 "
                                   "and position(query, 'system.processes') = 0 and toUnixTimestamp(now()) - elapsed "
                                   "<= (select toUnixTimestamp(metadata_modification_time) + 1 from system.tables "
                                   "where database = currentDatabase() and name = {}) limit 1",
                                   text_literal(table))),
               what);
}

std::vector<plan::Step> Rebuild::arrived(std::vector<std::string> tables) const {
  std::erase_if(tables, [&](const std::string& table) { return !is_replicated(now(table)); });
  if (tables.empty()) return {};
  return arrival(object(), words("wait for rows of other replicas"), tables);
}

plan::QueryCheck Rebuild::every_part_is_marked() const {
  return table_meets(
      fmt::format("every part of {} has the mark here", name()), name(),
      fmt::format("(select count() from (select name from system.parts_columns where database = currentDatabase() and "
                  "table = {} and active group by name having countIf(column = {}) = 0)) = 0",
                  text_literal(name()), text_literal(mark_)));
}

plan::Step Rebuild::each(plan::ForEach action, const std::string& what, std::string work) const {
  return for_each(std::move(action), object(), words(what), "parts", std::move(work));
}

const model::Column* Rebuild::unkeyed() const {
  const auto found = std::ranges::find_if(
      old_.columns, [&](const Column& column) { return is_ordinary(column) && !is_in_key(old_, column.name); });
  return found == old_.columns.end() ? nullptr : &*found;
}

}  // namespace dmc::dialects::clickhouse
