// Checks ask pg_catalog by schema and name, so that no search path and no quoting makes a difference.
#include "compiler/dialects/postgres/step_parts.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "compiler/dialects/postgres/locks.hpp"
#include "compiler/dialects/postgres/quoting.hpp"

namespace dmc::dialects::postgres {

namespace {

constexpr std::int64_t brief_statement_ms = 5'000;
constexpr std::int64_t apart_deadline_ms = 6 * 3'600'000;

std::string constraint_query(const std::string& table, std::string_view name) {
  return fmt::format("select 1 from pg_catalog.pg_constraint c where c.conrelid = {} and c.conname = {}", oid_of(table),
                     text_literal(name));
}

}  // namespace

std::string object_in(std::string_view kind, const std::string& schema, std::string_view name) {
  return fmt::format("{} {}{}{}", kind, schema, schema.empty() ? "" : ".", name);
}

std::string oid_of(const std::string& name) { return "pg_catalog.to_regclass(" + text_literal(name) + ")"; }

plan::QueryCheck no_rows(std::string means, std::string query, std::string mend) {
  return {std::move(means), std::move(query), plan::Comparison::is_empty, std::nullopt, std::move(mend)};
}

plan::QueryCheck some_rows(std::string means, std::string query, std::string mend) {
  return {std::move(means), std::move(query), plan::Comparison::is_not_empty, std::nullopt, std::move(mend)};
}

plan::QueryCheck name_is_free(std::string_view kind, const std::string& name) {
  return no_rows(fmt::format("no {} or other relation is called {} yet", kind, name),
                 fmt::format("select 1 from pg_catalog.pg_class where oid = {}", oid_of(name)),
                 "look at what is there with dmc inspect; rename or drop it, or adopt it");
}

plan::QueryCheck relation_is(std::string_view kind, const std::string& name, std::string_view relkinds) {
  return some_rows(
      fmt::format("{} {} exists", kind, name),
      fmt::format("select 1 from pg_catalog.pg_class where oid = {} and relkind in ({})", oid_of(name), relkinds));
}

plan::QueryCheck relation_is_gone(std::string_view kind, const std::string& name) {
  return no_rows(fmt::format("{} {} is gone", kind, name),
                 fmt::format("select 1 from pg_catalog.pg_class where oid = {}", oid_of(name)));
}

plan::QueryCheck column_meets(std::string means, const std::string& table, std::string_view column,
                              std::string_view condition) {
  return some_rows(
      std::move(means),
      fmt::format("select 1 from pg_catalog.pg_attribute a where a.attrelid = {} and a.attname = {} and not "
                  "a.attisdropped{}{}",
                  oid_of(table), text_literal(column), condition.empty() ? "" : " and ", condition));
}

plan::QueryCheck column_is(const std::string& table, std::string_view column, bool there) {
  auto check = column_meets(fmt::format("{} has {} column {}", table, there ? "a" : "no", column), table, column, "");
  if (!there) check.comparison = plan::Comparison::is_empty;
  return check;
}

plan::QueryCheck constraint_is(const std::string& table, std::string_view name, std::string_view condition) {
  return some_rows(fmt::format("{} has the constraint {}{}", table, name,
                               condition == "c.convalidated" ? ", and every row was proven to fit it" : ""),
                   constraint_query(table, name) + (condition.empty() ? "" : " and ") + std::string(condition));
}

plan::QueryCheck constraint_is_gone(const std::string& table, std::string_view name) {
  return no_rows(fmt::format("{} has no constraint {}", table, name), constraint_query(table, name));
}

void hold_still(plan::Step& step, const std::string& table) {
  step.hold.push_back(fmt::format("lock table {} in access exclusive mode", table));
}

plan::QueryCheck is_empty(const std::string& table, std::string mend) {
  return no_rows(fmt::format("table {} holds no rows", table), fmt::format("select 1 from {} limit 1", table),
                 std::move(mend));
}

plan::QueryCheck no_references(const std::string& table) {
  return no_rows(
      "no other table references " + table,
      fmt::format("select 1 from pg_catalog.pg_constraint f join pg_catalog.pg_class c on c.oid = f.conrelid "
                  "where f.contype = 'f' and f.confrelid = {0} and f.conrelid <> {0} and f.conparentid = 0 "
                  "limit 1",
                  oid_of(table)),
      "drop the foreign keys that point at it first");
}

plan::Step lengthy(std::string object, std::string summary, std::vector<std::string> statements) {
  plan::Step step;
  step.action = plan::RunSql{std::move(statements), true, {}};
  step.object = std::move(object);
  step.summary = std::move(summary);
  return step;
}

plan::Step brief(std::string object, std::string summary, std::vector<std::string> statements) {
  auto step = lengthy(std::move(object), std::move(summary), std::move(statements));
  step.timeouts.statement_ms = brief_statement_ms;
  return step;
}

plan::Step proof_of(const std::string& constraint, const std::string& on, const std::string& owner, std::string object,
                    std::string summary) {
  const auto unproven =
      fmt::format("select 1 from pg_catalog.pg_constraint where conrelid = {} and conname = {} and not convalidated",
                  oid_of(on), text_literal(constraint));
  auto step = lengthy(std::move(object), std::move(summary),
                      {fmt::format("do $dmc$ begin if exists ({}) then alter table {} validate constraint {}; end if; "
                                   "end $dmc$",
                                   unproven, on, quoted(constraint))});
  step.post.push_back(no_rows(fmt::format("every row of {} is proven to fit {}", owner, constraint), unproven));
  return step;
}

plan::Step apart(std::string object, std::string summary, std::string statement) {
  auto step = lengthy(std::move(object), std::move(summary), {std::move(statement)});
  std::get<plan::RunSql>(step.action).in_transaction = false;
  step.exactly_once_by = plan::ExactlyOnce::post;
  step.timeouts.lock_ms = 0;
  step.timeouts.deadline_ms = apart_deadline_ms;
  return step;
}

void add_lock(plan::Step& step, const std::string& object, std::string mode, std::string work) {
  const auto same = [&](const plan::Lock& lock) { return lock.object == object && lock.mode == mode; };
  if (std::ranges::any_of(step.locks, same)) return;
  step.locks.push_back({object, std::move(mode), std::move(work)});
}

void add_lock(plan::Step& step, const Lowering& lowering, std::string_view id, std::string_view relation,
              const std::string& object) {
  const auto* measured = operation(id, std::min(lowering.major(), newest_major));
  if (!measured) return;
  for (std::size_t i = 0; i < measured->count; ++i)
    if (measured->locks[i].relation == relation)
      add_lock(step, object, std::string(measured->locks[i].mode), std::string(work_class(measured->work)));
}

void add_lock(plan::Step& step, const Lowering& lowering, std::string_view id, const std::string& object) {
  add_lock(step, lowering, id, "t", object);
}

void read_in_public(plan::Step& step) {
  if (!step.session.empty()) return;
  step.session.push_back({"set search_path = public", "show search_path", "public", "set search_path = ''"});
}

plan::Reverse exact() { return {plan::ReverseClass::exact, std::nullopt}; }
plan::Reverse until_written(std::string loses) { return {plan::ReverseClass::exact_until_written, std::move(loses)}; }
plan::Reverse lossy(std::string loses) { return {plan::ReverseClass::lossy, std::move(loses)}; }
plan::Reverse no_way_back(std::string loses) { return {plan::ReverseClass::none, std::move(loses)}; }

void add_hazard(plan::Step& step, std::string_view id, std::string object, std::string evidence,
                std::optional<std::string> accepted) {
  step.hazards.push_back({std::string(id), std::move(object), std::move(evidence), std::move(accepted)});
}

std::optional<std::string> own_acceptance(const change::Change& change) {
  return change.declared ? std::optional(change.source) : std::nullopt;
}

plan::Leftover leftover(std::string_view kind, const std::string& name, std::string_view release) {
  return {name,
          std::string(kind),
          fmt::format("select 1 from pg_catalog.pg_class where oid = {}", oid_of(name)),
          {fmt::format("drop {} if exists {}", kind, name)},
          std::string(release)};
}

StepPair pair_of(plan::Step forward, plan::Reverse grade, plan::Step reverse) {
  StepPair pair;
  pair.forward = std::move(forward);
  pair.forward.reverse = std::move(grade);
  pair.reverse = std::move(reverse);
  return pair;
}

void append(std::vector<std::string>& list, std::vector<std::string> more) {
  list.insert(list.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace dmc::dialects::postgres
