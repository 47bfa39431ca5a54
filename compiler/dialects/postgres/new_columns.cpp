// Columns that come: with what is the same in every row at once, else empty, filled and then proven.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/postgres/alteration.hpp"
#include "compiler/dialects/postgres/column_parts.hpp"
#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/objects.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"
#include "compiler/dialects/postgres/triggers_off.hpp"
#include "compiler/dialects/postgres/volatility.hpp"

namespace dmc::dialects::postgres {

namespace {

/// What rows that were there got: a default that is computed was computed once, when the column came.
std::string given_value(const Alteration& alteration, const model::Column& column) {
  if (!computes(column.default_value->text)) return in_parentheses(column.default_value->text);
  return fmt::format(
      "(select (a.attmissingval::text::{}[])[1] from pg_catalog.pg_attribute a where a.attrelid = {} and a.attname = "
      "{})",
      column.type, oid_of(alteration.name()), text_literal(column.name));
}

plan::QueryCheck still_unwritten(const Alteration& alteration, const model::Column& column) {
  const auto name = quoted(column.name);
  const auto written = column.default_value
                           ? fmt::format("{} is distinct from {}", name, given_value(alteration, column))
                           : fmt::format("{} is not null", name);
  return no_rows(fmt::format("nothing was written to {}", column_path(alteration, column.name)),
                 fmt::format("select 1 from {} where {} limit 1", alteration.name(), written),
                 "what was written would be lost: undo with --lossy to accept that");
}

/// Fills a new column with what differs from row to row, and proves it mandatory at the end (P2, P3).
void add_filled(Alteration& alteration, const model::Column& column) {
  auto& brief = alteration.brief();
  const auto table = alteration.name();
  model::Column bare = column;
  bare.default_value.reset();
  bare.identity.reset();
  bare.not_null = false;
  std::vector<std::string> statements{fmt::format("alter table {} add column {}", table, column_definition(bare))};
  if (counted(column))
    append(statements, start_counting(alteration, column));
  else
    statements.push_back(alter_column(alteration, column, "set default " + default_words(*column.default_value)));
  brief.add(std::move(statements), {drop_column_words(alteration, column.name)}, "add column " + column.name,
            "drop column " + column.name);
  brief.in_public = true;
  brief.pre.push_back(column_is(table, column.name, false));
  brief.post.push_back(column_is(table, column.name));
  alteration.flush();
  const auto value = counted(column) ? "nextval(" + text_literal(sequence_of(alteration, column)) + "::regclass)"
                                     : in_parentheses(column.default_value->text);
  auto fill =
      fill_step(alteration.lowering(), alteration.now(), fmt::format("fill {}", column_path(alteration, column.name)),
                quoted(column.name) + " = " + value, quoted(column.name) + " is null");
  add_hazard(fill, counted(column) ? "rewrite.serial" : "rewrite.volatile_default",
             column_path(alteration, column.name),
             "PostgreSQL would write the table anew under a lock that stops reads: it is filled in batches instead",
             "the recipe");
  fill_unseen(fill, alteration.lowering(), alteration.now());
  fill.post.push_back(no_rows(fmt::format("every row of {} has a {}", alteration.after().path(), column.name),
                              fmt::format("select 1 from {} where {} is null limit 1", table, quoted(column.name))));
  alteration.add(pair_of(std::move(fill), exact(),
                         postgres::brief(alteration.object(), "nothing to take back: the column goes", {})));
}

bool differs_by_row(const model::Column& column) {
  return column.default_value && !column.generated && may_be_volatile(column.default_value->text);
}

void add_plain(Alteration& alteration, const model::Column& column) {
  const auto table = alteration.name();
  std::vector<std::string> statements{fmt::format("alter table {} add column {}", table, column_definition(column))};
  append(statements, column_extras(table, column));
  const bool stored = column.generated && column.generated->stored;
  const bool rewrites = adding_rewrites(alteration, column);
  if (rewrites) alteration.flush();
  auto& brief = alteration.brief();
  brief.add(std::move(statements), {drop_column_words(alteration, column.name)}, "add column " + column.name,
            "drop column " + column.name);
  brief.pre.push_back(column_is(table, column.name, false));
  brief.post.push_back(column_is(table, column.name));
  brief.in_public = brief.in_public || needs_public(column);
  brief.hazards.push_back({"compat.cached_plan", column_path(alteration, column.name),
                           "a prepared `select *` fails once: \"cached plan must not change result type\"",
                           alteration.accepted()});
  if (column.not_null && !column.default_value && !column.generated && !column.identity) {
    brief.pre.push_back(is_empty(table, "give the column a default, or fill it first:  backfill " +
                                            alteration.after().path() + " set " + column.name + " = …;"));
    brief.hazards.push_back({"compat.required_column", column_path(alteration, column.name),
                             "rows must have a value from the start, and there is no default", std::nullopt});
  }
  if (rewrites) {
    brief.scans = true;
    brief.locks.push_back({alteration.object(), "access exclusive", "rewrite"});
    brief.hazards.push_back({stored ? "rewrite.stored_generated" : "rewrite.constrained_domain_column",
                             column_path(alteration, column.name),
                             "every row is written anew under a lock that stops reads: PostgreSQL has no other way",
                             std::nullopt});
  }
  if (!column.generated) {
    brief.back_pre.push_back(still_unwritten(alteration, column));
    brief.held_back = true;
    brief.locks_back.push_back({alteration.object(), "access exclusive", "scan"});
    brief.later.push_back("what was written to " + column_path(alteration, column.name) + " since");
  }
  if (rewrites) alteration.flush();
}

}  // namespace

bool adding_rewrites(const Alteration& alteration, const model::Column& column) {
  const bool stored = column.generated && column.generated->stored;
  return stored || differs_by_row(column) || counted(column) || is_constrained_domain(alteration, column.type);
}

void lower_new_columns(Alteration& alteration) {
  for (const auto& column : alteration.after().columns) {
    if (alteration.source(column.name) || column.kept) continue;
    if (differs_by_row(column) || counted(column))
      add_filled(alteration, column);
    else
      add_plain(alteration, column);
  }
}

}  // namespace dmc::dialects::postgres
