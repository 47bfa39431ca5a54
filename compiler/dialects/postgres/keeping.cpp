// The column itself gets its new name, with all that stands on it; what goes on under the old name is a copy, which a
// trigger fills before the two names change places.
#include "compiler/dialects/postgres/keeping.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/index_steps.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/readers.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Column;
using model::Table;

std::string keeper_name(const Column& kept) {
  return own_name(kept.kept->value ? "old" : "kept", kept.kept->id + "\x1fkeep");
}

std::string value_of(const Column& kept) {
  return kept.kept->value ? in_parentheses(kept.kept->value->text) : quoted(kept.kept->with);
}

std::string rename_column(const std::string& table, std::string_view from, std::string_view to) {
  return fmt::format("alter table {} rename column {} to {}", table, quoted(from), quoted(to));
}

/// The name as a regular expression that finds it as a word.
std::string as_word(std::string_view name) {
  std::string pattern = "\\y";
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                       static_cast<unsigned char>(c) >= 0x80;
    pattern.append(plain ? "" : "\\").append(1, c);
  }
  return pattern + "\\y";
}

class KeptName {
 public:
  KeptName(Alteration& alteration, const Column& kept)
      : alteration_(alteration),
        kept_(kept),
        before_(alteration.alter().before),
        beside_(kept_beside(alteration.lowering(), before_, kept)) {
    beside_.place = kept.name;
    beside_.aside = beside_.own("aside");
    beside_.value = quoted(kept.name);
    beside_.words = fmt::format("rename {}.{} to {}, keeping both", before_.path(), kept.name, kept.kept->with);
  }

  void run() {
    auto pairs = beside_.build(true);
    auto& first = pairs.front().forward;
    first.pre.push_back(column_is(alteration_.name(), kept_.kept->with, false));
    first.pre.push_back(no_trigger_names(alteration_.name(), kept_.name));
    first.pre.push_back(
        no_rows(fmt::format("nothing is granted on {} of {} alone", kept_.name, alteration_.name()),
                fmt::format("select 1 from pg_catalog.pg_attribute a where a.attrelid = {} and a.attname = {} and not "
                            "a.attisdropped and a.attacl is not null",
                            oid_of(alteration_.name()), text_literal(kept_.name)),
                "grant it on the table, or rename without 'keeping both'"));
    for (auto& pair : pairs) alteration_.add(std::move(pair));
    alteration_.add(beside_.agreement());
    alteration_.add(swap());
    alteration_.takes_effect();
  }

 private:
  StepPair swap() {
    const auto table = alteration_.name();
    const auto &old = kept_.name, &name = kept_.kept->with;
    const std::vector in_force{"lock table " + table + " in access exclusive mode", beside_.keeper().assert_in_force()};
    auto forward = in_force;
    append(forward, keep_no_longer(kept_, before_));
    forward.push_back(rename_column(table, old, name));
    forward.push_back(rename_column(table, beside_.aside, old));
    append(forward, rename_members(alteration_.now(), alteration_.after()));
    append(forward, rename_sequences(alteration_.after(), old, name));
    append(forward, rename_not_null(alteration_.lowering(), alteration_.after(), old, name));
    append(forward, keep_equal(kept_, alteration_.after()));
    auto back = in_force;
    append(back, keep_no_longer(kept_, before_));
    append(back, rename_sequences(before_, name, old));
    append(back, rename_members(alteration_.after(), alteration_.now()));
    back.push_back(rename_column(table, old, beside_.aside));
    back.push_back(rename_column(table, name, old));
    append(back, rename_not_null(alteration_.lowering(), before_, name, old));
    append(back, beside_.keeper().create(before_));
    auto step = brief(alteration_.object(), beside_.named("the two names change places"), std::move(forward));
    step.post.push_back(column_is(table, name));
    step.post.push_back(column_is(table, old));
    auto reverse = brief(alteration_.object(), beside_.named("the names change places again"), std::move(back));
    for (auto* one : {&step, &reverse}) add_lock(*one, alteration_.lowering(), "rename_column", alteration_.object());
    return pair_of(std::move(step), exact(), std::move(reverse));
  }

  Alteration& alteration_;
  const Column& kept_;
  const Table& before_;
  Beside beside_;
};

}  // namespace

plan::QueryCheck no_trigger_names(const std::string& table, const std::string& column) {
  return no_rows(
      fmt::format("no trigger of {} reads or sets {} before a row is written, or fires for it alone", table, column),
      fmt::format("select 1 from pg_catalog.pg_trigger t join pg_catalog.pg_proc p on p.oid = t.tgfoid where t.tgrelid "
                  "= {} and not t.tgisinternal and not {} and ((t.tgtype & 2 <> 0 and p.prosrc "
                  "operator(pg_catalog.~) {}) or exists (select 1 from pg_catalog.pg_attribute a where a.attrelid = "
                  "t.tgrelid and a.attname = {} and a.attnum = any (t.tgattr::int2[])))",
                  oid_of(table), is_own_trigger_sql("t.tgname"), text_literal(as_word(column)), text_literal(column)),
      "what it does for the one column it would not do for the other: drop it first, or leave out 'keeping both'");
}

Beside kept_beside(const Lowering& lowering, const Table& table, const Column& kept) {
  const bool twin = !kept.kept->value;
  Column bare = kept;
  bare.not_null = false;
  return {&lowering,
          &table,
          kept.kept->with,
          std::move(bare),
          kept.name,
          value_of(kept),
          twin ? "kept" : "old",
          kept.kept->id,
          fmt::format("keep {}.{} equal to {}", table.path(), kept.name, kept.kept->with),
          !twin,
          twin,
          true};
}

std::vector<std::string> keep_equal(const Column& kept, const Table& table) {
  const auto& equal = *kept.kept;
  // On its way to its place the column is none of the table's yet.
  Table columns = table;
  if (!columns.column(kept.name)) columns.columns.push_back(kept);
  return EqualTrigger{keeper_name(kept),
                      table.schema,
                      full(table),
                      kept.name,
                      equal.with,
                      value_of(kept),
                      equal.back ? in_parentheses(equal.back->text) : quoted(kept.name),
                      equal.value.has_value()}
      .create(columns);
}

std::vector<std::string> keep_no_longer(const Column& kept, const Table& table) {
  return RowTrigger{keeper_name(kept), table.schema, full(table), {}, ""}.drop(table);
}

std::vector<std::string> kept_parts(const Table& table, const Lowering& lowering) {
  std::vector<std::string> statements;
  for (const auto& column : table.columns) {
    if (!column.kept) continue;
    append(statements, kept_beside(lowering, table, column).at_once());
    append(statements, keep_no_longer(column, table));
    append(statements, keep_equal(column, table));
  }
  return statements;
}

std::vector<std::string> kept_leftovers(const Table& table) {
  std::vector<std::string> statements;
  for (const auto& column : table.columns)
    if (column.kept)
      statements.push_back(fmt::format("drop function if exists {}()", full(table.schema, keeper_name(column))));
  return statements;
}

std::vector<std::string> move_keepers(const Table& table, const std::string& schema) {
  std::vector<std::string> statements;
  for (const auto& column : table.columns)
    if (column.kept)
      statements.push_back(
          fmt::format("alter function {}() set schema {}", full(table.schema, keeper_name(column)), quoted(schema)));
  return statements;
}

std::vector<std::string> stand_in(const model::View& view, const std::string& table) {
  auto statements = std::vector{remember({table}, full(view)), create_view(view)};
  append(statements, view_extras(view));
  statements.push_back(give_back({full(view)}));
  return statements;
}

const Column* kept_name(const Alteration& alteration) {
  const auto& before = alteration.alter().before;
  for (const auto& column : alteration.after().columns) {
    const auto* was = before.column(column.name);
    if (column.kept && was && !was->kept) return &column;
  }
  return nullptr;
}

void lower_kept_name(Alteration& alteration, const Column& kept) { KeptName(alteration, kept).run(); }

bool filled_before_mandatory(const Column& column) {
  return column.kept && column.not_null && !column.default_value && !column.identity && !column.generated;
}

void lower_kept_end(Alteration& alteration, const Column& kept) {
  alteration.flush();
  const auto& table = alteration.now();
  auto beside = kept_beside(alteration.lowering(), table, kept);
  if (filled_before_mandatory(kept)) {
    beside.column.not_null = true;
    alteration.add(beside.only_back(beside.made_mandatory()));
  }
  auto equal = brief(alteration.object(), beside.named("from both sides"), keep_no_longer(kept, table));
  append(std::get<plan::RunSql>(equal.action).statements, keep_equal(kept, table));
  read_in_public(equal);
  add_lock(equal, alteration.lowering(), "drop_trigger", alteration.object());
  alteration.add(beside.only_back(pair_of(std::move(equal), exact(), plan::Step())));
  auto pairs = beside.build(true);
  // Of what a backup brings back, the values that the other column has outlived are computed anew.
  if (kept.kept->back) {
    const auto* other = table.column(kept.kept->with);
    pairs[1] = beside.filled(differ(kept.kept->back->text, quoted(kept.kept->with), other->type));
  }
  for (auto pair = pairs.rbegin(); pair + 1 != pairs.rend(); ++pair) alteration.add(beside.only_back(std::move(*pair)));
  auto keeper = beside.keeper();
  alteration.brief().add(keeper.drop(table), keeper.create(table), "", "");
  alteration.brief().in_public = true;
}

}  // namespace dmc::dialects::postgres
