// CREATE INDEX CONCURRENTLY waits for every older transaction and makes none wait; what it leaves when it is cut off is
// known by name, table and definition.
#include "compiler/dialects/postgres/index_steps.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/partition_steps.hpp"
#include "compiler/dialects/postgres/pointing.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"
#include "compiler/dialects/refused.hpp"
#include "grammar/diagnostic.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Index;
using model::Key;

/// The row of pg_index of what was built there, as far as its columns tell.
std::string index_query(const Index& index, const std::string& name, const std::string& on, std::string_view valid) {
  std::vector<std::string> attributes;
  for (const auto& element : index.elements)
    attributes.push_back(element.column ? text_literal(*element.column) : "null");
  for (const auto& column : index.include) attributes.push_back(text_literal(column));
  return fmt::format(
      "select 1 from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid join pg_catalog.pg_am m "
      "on "
      "m.oid = c.relam where i.indexrelid = {} and i.indrelid = {} and {} and i.indisunique = {} and m.amname = {} and "
      "array(select a.attname::text from unnest(i.indkey::int[]) with ordinality k (n, place) left join "
      "pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.n and k.n > 0 order by place) is not "
      "distinct from array[{}]::text[] and (i.indpred is not null) = {}",
      oid_of(name), oid_of(on), valid, index.unique, text_literal(index.method.value_or("btree")),
      joined(attributes, ", "), index.where.has_value());
}

std::string rename_index(const std::string& schema, std::string_view from, std::string_view to) {
  return fmt::format("alter index {} rename to {}", full(schema, from), quoted(to));
}

plan::QueryCheck index_is(const std::string& schema, std::string_view name) {
  return relation_is("index", full(schema, name), "'i', 'I'");
}

/// Brief catalog work on indexes alone; the table is not locked.
plan::Step renaming(const Alteration& alteration, std::string summary, std::vector<std::string> statements,
                    const std::vector<std::string>& indexes) {
  auto step = brief(alteration.object(), std::move(summary), std::move(statements));
  for (const auto& index : indexes)
    add_lock(step, alteration.lowering(), "rename_index", "t_v20",
             object_in("index", alteration.after().schema, index));
  return step;
}

std::vector<std::string> with_comment(const Index& index, const std::string& schema,
                                      std::vector<std::string> statements) {
  if (index.comment) statements.push_back(comment_on("index", full(schema, index.name), index.comment));
  return statements;
}

std::string using_index(const Key& key, bool primary, std::string_view index) {
  return fmt::format("{} using index {}{}", primary ? "primary key" : "unique", quoted(index),
                     deferrable_words(key.deferrable, key.initially_deferred));
}

plan::Step looks(const Alteration& alteration, std::string summary, plan::QueryCheck check) {
  auto step = brief(alteration.object(), std::move(summary), {});
  // What it looks for goes with the next step.
  step.action = plan::Verify{std::move(check), true};
  step.timeouts.statement_ms.reset();
  return step;
}

/// Whether foreign keys can find their rows by it.
bool serves_keys(const Index& index) {
  return index.unique && !index.where && column_names_of(index.elements).size() == index.elements.size();
}

/// The statement, where the index is there.
std::string where_index(const std::string& schema, const std::string& index, const std::string& statement) {
  return fmt::format("do $dmc$ begin if {} is not null then {}; end if; end $dmc$", oid_of(full(schema, index)),
                     statement);
}

}  // namespace

Index index_of(const Key& key) {
  Index index;
  index.name = key.name;
  index.unique = true;
  index.elements = key.elements;
  index.include = key.include;
  index.nulls_not_distinct = key.nulls_not_distinct;
  return index;
}

std::vector<std::string> column_names_of(const std::vector<model::Element>& elements) {
  std::vector<std::string> names;
  for (const auto& element : elements)
    if (element.column) names.push_back(*element.column);
  return names;
}

StepPair turned(StepPair pair) {
  StepPair other;
  other.forward = std::move(*pair.reverse);
  other.reverse = std::move(pair.forward);
  other.forward.reverse = exact();
  other.reverse->reverse = plan::Reverse();
  return other;
}

StepPair build_pair(const Lowering& lowering, const std::string& object, const Index& index, const std::string& schema,
                    const std::string& on, const std::string& as, const std::string& summary) {
  const auto name = full(schema, as);
  auto forward = apart(object, summary, create_index(index, on, as, "concurrently"));
  if (needs_public(index)) read_in_public(forward);
  forward.pre.push_back(name_is_free("index", name));
  forward.post.push_back(some_rows(fmt::format("index {} is valid and as it should be", name),
                                   index_query(index, name, on, "i.indisvalid and i.indisready")));
  plan::Leftover left = leftover("index", name, "crash");
  left.detect = index_query(index, name, on, "not i.indisvalid");
  left.cleanup = {"drop index concurrently if exists " + name};
  forward.leftovers.push_back(std::move(left));
  add_lock(forward, lowering, index.unique ? "create_unique_index_concurrently" : "create_index_concurrently", object);
  auto reverse = apart(object, "drop what was built: " + summary, "drop index concurrently if exists " + name);
  reverse.pre.push_back(relation_is("index", name, "'i'"));
  reverse.post.push_back(relation_is_gone("index", name));
  add_lock(reverse, lowering, "drop_index_concurrently", object);
  return pair_of(std::move(forward), exact(), std::move(reverse));
}

plan::QueryCheck no_two_alike(const model::Table& table, const std::string& name,
                              const std::vector<model::Element>& elements, const std::optional<model::Sql>& where,
                              bool nulls_are_alike) {
  std::vector<std::string> terms, conditions;
  for (const auto& element : elements) {
    std::string term = element.column ? quoted(*element.column) : in_parentheses(element.expression->text);
    if (!nulls_are_alike) conditions.push_back(term + " is not null");
    if (element.collation) term += " collate " + *element.collation;
    terms.push_back(std::move(term));
  }
  if (where) conditions.push_back(in_parentheses(where->text));
  return no_rows(
      fmt::format("no two rows of {} are alike in {}", table.path(), name),
      fmt::format("select 1 from {}{}{} group by {} having count(*) > 1 limit 1", full(table),
                  conditions.empty() ? "" : " where ", joined(conditions, " and "), joined(terms, ", ")),
      fmt::format("change or drop the rows too many first:  drop rows of {} where (…) with backup;", table.path()));
}

namespace {

/// Foreign keys find their rows by a key or a unique index, and the server does not take it from under them. Of two
/// that have the same columns nobody knows which one it is: that is asked before the step.
void refuse_while_referenced(const Alteration& alteration, const std::vector<model::Element>& elements,
                             const std::string& what) {
  const auto& table = alteration.now();
  const auto columns_of = [](const std::vector<model::Element>& list) {
    std::set<std::string> columns;
    for (const auto& element : list) columns.insert(element.column.value_or(""));
    return columns;
  };
  const auto columns = columns_of(elements);
  const auto is_alike = [&](const auto& other) { return columns_of(other.elements) == columns; };
  const auto alike =
      std::ranges::count_if(table.uniques, is_alike) +
      std::ranges::count_if(table.indexes, [&](const Index& other) { return serves_keys(other) && is_alike(other); });
  if (alike + (table.primary_key && is_alike(*table.primary_key) ? 1 : 0) != 1) return;
  for (const auto& [child, reference] : pointing_at(alteration.lowering().before, table)) {
    const auto referenced = referenced_by(*reference, table);
    if (std::set<std::string>(referenced.begin(), referenced.end()) != columns) continue;
    const auto constraint = child->path() + "." + reference->name;
    throw Refused("E0908",
                  fmt::format("{} of '{}' cannot go while foreign key '{}' references it", what,
                              grammar::escaped(table.path()), grammar::escaped(constraint)),
                  "the server takes no key from under a foreign key",
                  fmt::format("let it go before, and declare it anew in the next version:  drop constraint {};",
                              grammar::escaped(constraint)));
  }
}
void refuse_while_referenced(const Alteration& alteration, const Key& key, bool primary) {
  refuse_while_referenced(alteration, key.elements,
                          primary ? "the primary key" : "key '" + grammar::escaped(key.name) + "'");
}
void refuse_while_referenced(const Alteration& alteration, const Index& index) {
  if (serves_keys(index))
    refuse_while_referenced(alteration, index.elements, "index '" + grammar::escaped(index.name) + "'");
}
void ask_for_references(const Alteration& alteration, const Index& index, plan::Step& step) {
  if (serves_keys(index))
    step.pre.push_back(no_reference_by(alteration.name(), full(alteration.after().schema, index.name)));
}

}  // namespace

void add_index(Alteration& alteration, const Index& index) {
  if (alteration.partitioned()) return add_partitioned_index(alteration, index);
  const auto& table = alteration.after();
  const auto as = alteration.own("index", index.name);
  auto build = build_pair(alteration.lowering(), alteration.object(), index, table.schema, alteration.name(), as,
                          fmt::format("build index {} on {} under another name", index.name, table.path()));
  build.forward.pre.push_back(name_is_free("index", full(table.schema, index.name)));
  if (index.unique) {
    build.forward.pre.push_back(no_two_alike(table, index.name, index.elements, index.where, index.nulls_not_distinct));
    add_hazard(build.forward, "data.unique_may_fail", table.path() + "." + index.name,
               "it fails and changes nothing while two rows are alike", "a check before the step proves it");
    if (needs_public(index)) read_in_public(build.forward);
  }
  alteration.add(std::move(build));
  auto rename = renaming(alteration, fmt::format("index {} is built: call it so", index.name),
                         with_comment(index, table.schema, {rename_index(table.schema, as, index.name)}), {index.name});
  rename.post.push_back(index_is(table.schema, index.name));
  alteration.add(pair_of(std::move(rename), exact(),
                         renaming(alteration, fmt::format("take index {} out of use", index.name),
                                  {rename_index(table.schema, index.name, as)}, {index.name})));
}

void drop_index(Alteration& alteration, const Index& index) {
  refuse_while_referenced(alteration, index);
  const auto& table = alteration.after();
  if (alteration.partitioned()) return drop_partitioned_index(alteration, index);
  const auto as = alteration.own("index", index.name + " as it was");
  auto rename = renaming(alteration, fmt::format("take index {} out of use", index.name),
                         {rename_index(table.schema, index.name, as)}, {index.name});
  rename.pre.push_back(index_is(table.schema, index.name));
  ask_for_references(alteration, index, rename);
  add_hazard(rename, "perf.index_dropped", table.path() + "." + index.name, "what read by it reads the whole table",
             alteration.accepted());
  alteration.add(
      pair_of(std::move(rename), exact(),
              renaming(alteration, fmt::format("index {} is built again: call it so", index.name),
                       with_comment(index, table.schema, {rename_index(table.schema, as, index.name)}), {index.name})));
  auto drop = turned(build_pair(alteration.lowering(), alteration.object(), index, table.schema, alteration.name(), as,
                                fmt::format("build index {} on {} again", index.name, table.path())));
  drop.forward.summary = fmt::format("drop index {}", index.name);
  alteration.add(std::move(drop));
}

void replace_index(Alteration& alteration, const Index& before, const Index& after) {
  refuse_while_referenced(alteration, before);
  const auto& table = alteration.after();
  if (alteration.partitioned()) {
    drop_partitioned_index(alteration, before);
    add_partitioned_index(alteration, after);
    return;
  }
  const auto made = alteration.own("index", after.name);
  const auto old = alteration.own("index", before.name + " as it was");
  auto build = build_pair(alteration.lowering(), alteration.object(), after, table.schema, alteration.name(), made,
                          fmt::format("build index {} on {} anew under another name", after.name, table.path()));
  if (after.unique)
    build.forward.pre.push_back(no_two_alike(table, after.name, after.elements, after.where, after.nulls_not_distinct));
  ask_for_references(alteration, before, build.forward);
  alteration.add(std::move(build));
  const auto swap = [&](const Index& index, const std::string& leaves, const std::string& comes) {
    auto step = renaming(
        alteration, fmt::format("put the other index {} in its place", index.name),
        with_comment(index, table.schema,
                     {rename_index(table.schema, index.name, leaves), rename_index(table.schema, comes, index.name)}),
        {index.name});
    step.post.push_back(index_is(table.schema, index.name));
    return step;
  };
  alteration.add(pair_of(swap(after, old, made), exact(), swap(before, made, old)));
  auto drop = turned(build_pair(alteration.lowering(), alteration.object(), before, table.schema, alteration.name(),
                                old, fmt::format("build index {} on {} as it was", before.name, table.path())));
  drop.forward.summary = fmt::format("drop index {} as it was", before.name);
  alteration.add(std::move(drop));
}

void add_key(Alteration& alteration, const Key& key, bool primary) {
  const auto& table = alteration.after();
  if (alteration.partitioned()) return add_partitioned_key(alteration, key, primary);
  const auto as = alteration.own("index", key.name);
  const auto what = primary ? std::string("the primary key") : "unique " + key.name;
  auto build = build_pair(alteration.lowering(), alteration.object(), index_of(key), table.schema, alteration.name(),
                          as, fmt::format("build the index of {} of {}", what, table.path()));
  build.forward.pre.push_back(no_two_alike(table, key.name, key.elements, std::nullopt, key.nulls_not_distinct));
  add_hazard(build.forward, "data.unique_may_fail", table.path() + "." + key.name,
             "it fails and changes nothing while two rows are alike", "a check before the step proves it");
  alteration.add(std::move(build));
  auto take = brief(alteration.object(), fmt::format("add {} to {} by its index", what, table.path()),
                    {add_constraint(alteration.name(), key.name, using_index(key, primary, as))});
  take.post.push_back(constraint_is(alteration.name(), key.name));
  add_lock(take, alteration.lowering(), primary ? "add_pk_using_index_notnull" : "add_unique_using_index",
           alteration.object());
  auto drop = brief(alteration.object(), fmt::format("drop {} of {}", what, table.path()),
                    {drop_constraint(alteration.name(), key.name)});
  add_lock(drop, alteration.lowering(), "drop_constraint", alteration.object());
  alteration.add(pair_of(std::move(take), exact(), std::move(drop)));
}

void drop_key(Alteration& alteration, const Key& key, bool primary) {
  refuse_while_referenced(alteration, key, primary);
  const auto& table = alteration.after();
  const auto what = primary ? std::string("the primary key") : "unique " + key.name;
  auto drop = brief(alteration.object(), fmt::format("drop {} of {}", what, table.path()),
                    {drop_constraint(alteration.name(), key.name)});
  drop.pre.push_back(constraint_is(alteration.name(), key.name));
  drop.pre.push_back(no_other_reference(alteration.name(), key.name));
  drop.post.push_back(constraint_is_gone(alteration.name(), key.name));
  add_hazard(drop, "data.drop_unique", table.path() + "." + key.name, "rows may be alike from then on",
             alteration.accepted());
  add_lock(drop, alteration.lowering(), primary ? "drop_pk" : "drop_constraint", alteration.object());
  const auto loses = until_written(fmt::format("rows written since that are alike in {}", key.name));
  if (alteration.partitioned()) {
    auto add =
        lengthy(alteration.object(), fmt::format("add {} to {} again", what, table.path()),
                {add_constraint(alteration.name(), key.name, primary ? primary_key_words(key) : unique_words(key))});
    add_lock(add, alteration.lowering(), primary ? "add_pk_raw" : "add_unique_constraint", alteration.object());
    alteration.add(pair_of(std::move(drop), loses, std::move(add)));
    return;
  }
  const auto as = alteration.own("index", key.name + " as it was");
  // On the way back its index is built first, by the step behind this one; where that one was never reached, the key is
  // still there.
  StepPair look;
  look.forward = looks(alteration, fmt::format("{} of {} is there", what, table.path()),
                       constraint_is(alteration.name(), key.name));
  look.reverse = brief(
      alteration.object(), fmt::format("add {} to {} again by its index", what, table.path()),
      {where_index(table.schema, as, add_constraint(alteration.name(), key.name, using_index(key, primary, as)))});
  look.reverse->post.push_back(constraint_is(alteration.name(), key.name));
  add_lock(*look.reverse, alteration.lowering(), primary ? "add_pk_using_index_notnull" : "add_unique_using_index",
           alteration.object());
  look.forward.reverse = exact();
  alteration.add(std::move(look));
  auto again = build_pair(alteration.lowering(), alteration.object(), index_of(key), table.schema, alteration.name(),
                          as, fmt::format("build the index of {} of {} again", what, table.path()));
  alteration.add(pair_of(std::move(drop), loses, std::move(again.forward)));
}

void replace_key(Alteration& alteration, const Key& before, const Key& after, bool primary) {
  const auto& table = alteration.after();
  if (alteration.partitioned()) {
    drop_key(alteration, before, primary);
    add_key(alteration, after, primary);
    return;
  }
  refuse_while_referenced(alteration, before, primary);
  const auto made = alteration.own("index", after.name);
  const auto old = alteration.own("index", before.name + " as it was");
  const auto what = primary ? std::string("the primary key") : "unique " + after.name;
  auto build = build_pair(alteration.lowering(), alteration.object(), index_of(after), table.schema, alteration.name(),
                          made, fmt::format("build the index of {} of {} anew", what, table.path()));
  build.forward.pre.push_back(no_two_alike(table, after.name, after.elements, std::nullopt, after.nulls_not_distinct));
  alteration.add(std::move(build));
  const auto swap = [&](const Key& from, const Key& to, const std::string& index) {
    return fmt::format("alter table {} drop constraint {}, add constraint {} {}", alteration.name(), quoted(from.name),
                       quoted(to.name), using_index(to, primary, index));
  };
  StepPair look;
  look.forward = looks(alteration, fmt::format("{} of {} is there", what, table.path()),
                       constraint_is(alteration.name(), before.name));
  look.reverse = brief(alteration.object(), fmt::format("change {} of {} back", what, table.path()),
                       {where_index(table.schema, old, swap(after, before, old))});
  look.reverse->pre.push_back(no_other_reference(alteration.name(), after.name));
  look.reverse->post.push_back(constraint_is(alteration.name(), before.name));
  add_lock(*look.reverse, alteration.object(), "access exclusive", "catalog");
  look.forward.reverse = exact();
  alteration.add(std::move(look));
  auto change =
      brief(alteration.object(), fmt::format("change {} of {}", what, table.path()), {swap(before, after, made)});
  change.pre.push_back(no_other_reference(alteration.name(), before.name));
  change.post.push_back(constraint_is(alteration.name(), after.name));
  add_lock(change, alteration.object(), "access exclusive", "catalog");
  auto again = build_pair(alteration.lowering(), alteration.object(), index_of(before), table.schema, alteration.name(),
                          old, fmt::format("build the index of {} of {} as it was", what, table.path()));
  alteration.add(pair_of(std::move(change),
                         until_written(fmt::format("rows written since that are alike in {}", before.name)),
                         std::move(again.forward)));
}

}  // namespace dmc::dialects::postgres
