// Every step is known by the names that it derives from what the column serves, so that both ways meet.
#include "compiler/dialects/postgres/beside.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/index_steps.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"
#include "compiler/dialects/postgres/triggers_off.hpp"
#include "compiler/dialects/postgres/types.hpp"
#include "compiler/dialects/postgres/volatility.hpp"

namespace dmc::dialects::postgres {

std::string Beside::own(const std::string& what) const {
  return own_name(purpose, what.empty() ? serves : serves + '\x1f' + what);
}

bool Beside::touches(std::string_view text) const {
  const auto names = model::names_in(text);
  return std::ranges::find(names, std::string_view(place)) != names.end();
}

bool Beside::touches(const std::vector<model::Element>& elements) const {
  return std::ranges::any_of(elements, [&](const auto& element) {
    return element.column ? *element.column == place : touches(element.expression->text);
  });
}

bool Beside::touches(const model::Index& index) const {
  return touches(index.elements) || std::ranges::find(index.include, place) != index.include.end() ||
         (index.where && touches(index.where->text));
}

std::vector<model::Index> Beside::indexes() const {
  std::vector<model::Index> found;
  for (const auto& index : table->indexes)
    if (touches(index)) found.push_back(index);
  return found;
}

std::vector<std::pair<model::Key, bool>> Beside::keys() const {
  std::vector<std::pair<model::Key, bool>> found;
  if (table->primary_key && touches(index_of(*table->primary_key))) found.emplace_back(*table->primary_key, true);
  for (const auto& key : table->uniques)
    if (touches(index_of(key))) found.emplace_back(key, false);
  return found;
}

std::string Beside::over(const std::string& text) const {
  return model::with_renamed(text, place, aside, {table->name, model::RenameScope::Text::expression, false});
}

model::Index Beside::over(model::Index index) const {
  for (auto& element : index.elements) {
    if (element.column == place) element.column = aside;
    if (element.expression) element.expression->text = over(element.expression->text);
  }
  std::ranges::replace(index.include, place, aside);
  if (index.where) index.where->text = over(index.where->text);
  return index;
}

std::string Beside::index_name(const model::Index& index) const {
  if (!stays) return own(index.name);
  auto unnamed = *this;
  unnamed.aside = "it";
  return own((index.unique ? "unique " : "") + index_words(unnamed.over(index)));
}

RowTrigger Beside::keeper() const { return {own("keep"), table->schema, name(), {{aside, value}}, "", {}, tolerant}; }

std::string differ(const std::string& one, const std::string& other, const std::string& type) {
  return fmt::format("row(({})::{})::record operator(pg_catalog.*<>) row(({})::{})::record", one, type, other, type);
}

std::optional<plan::QueryCheck> every_row_becomes(const model::Table& table, const std::string& column,
                                                  const std::string& value, const std::string& from,
                                                  const std::string& to) {
  if (widens(from, to) || may_be_volatile(value)) return std::nullopt;
  return no_rows(fmt::format("every row of {} has a {} that can become {}", table.path(), column, to),
                 fmt::format("select 1 from (select count({}) as n from {}) as c where c.n < 0", value, full(table)),
                 fmt::format("change the rows that have not:  backfill {} set {} = (…) where (…) follow with backup;",
                             table.path(), column));
}

std::string Beside::name() const { return full(*table); }

StepPair Beside::looked(plan::Step step) const {
  return pair_of(std::move(step), exact(), brief(object(), "nothing to take back: it only looked", {}));
}

StepPair Beside::only_back(StepPair pair) const {
  auto nothing = brief(object(), pair.forward.summary + std::string(only_on_the_way_back), {});
  pair.forward.reverse = plan::Reverse();
  return pair_of(std::move(nothing), exact(), std::move(pair.forward));
}

Pairs Beside::build(bool with_keys) const {
  Pairs pairs;
  pairs.push_back(added());
  pairs.push_back(filled());
  if (column.not_null) mandatory(pairs);
  const auto index_beside = [&](const model::Index& index, const std::string& summary) {
    pairs.push_back(
        build_pair(*lowering, object(), over(index), table->schema, name(), index_name(index), named(summary)));
  };
  for (const auto& index : indexes())
    index_beside(index, "build index " + index.name + " for the " + purpose + " column");
  if (with_keys)
    for (const auto& [key, primary] : keys()) index_beside(index_of(key), "build the index of " + key.name);
  for (const auto& constraint : constraints()) unproven(constraint, pairs);
  return pairs;
}

std::vector<Beside::Constraint> Beside::constraints() const {
  std::vector<Constraint> found;
  if (twin) return found;
  for (const auto& check : table->checks)
    if (touches(check.expression.text))
      found.push_back(
          {check.name, own(stays ? "check " + check.expression.text : check.name),
           "check " + in_parentheses(over(check.expression.text)) + (check.no_inherit ? " no inherit" : "")});
  for (const auto& key : table->foreign_keys) {
    if (std::ranges::find(key.columns, place) == key.columns.end()) continue;
    auto same = key;
    std::ranges::replace(same.columns, place, aside);
    std::ranges::replace(same.set_columns, place, aside);
    found.push_back({key.name, own(stays ? joined(key.columns, ", ") + " references " + key.table : key.name),
                     foreign_key_words(same, lowering->before),
                     key.table == table->path() ? "" : "table " + key.table});
  }
  return found;
}

std::vector<std::string> Beside::at_once() const {
  std::vector<std::string> statements;
  auto all = indexes();
  for (const auto& [key, primary] : keys()) all.push_back(index_of(key));
  for (const auto& index : all)
    statements.push_back(create_index(over(index), name(), index_name(index), "if not exists"));
  for (const auto& one : constraints())
    append(statements, {fmt::format("alter table {} drop constraint if exists {}", name(), one.own),
                        add_constraint(name(), one.own, one.sql)});
  return statements;
}

StepPair Beside::added() const {
  model::Column bare;
  bare.name = aside;
  bare.type = column.type;
  bare.collation = column.collation;
  std::vector<std::string> forward{fmt::format("alter table {} add column {}", name(), column_definition(bare))};
  const auto trigger = keeper();
  append(forward, trigger.create(*table));
  auto back = trigger.drop(*table);
  back.push_back(fmt::format("alter table {} drop column if exists {}", name(), quoted(aside)));
  auto step = brief(
      object(),
      named(fmt::format("{} {} column beside it, kept equal by a trigger", purpose == "old" ? "an" : "a", purpose)),
      std::move(forward));
  read_in_public(step);
  step.pre.push_back(trigger.is_last());
  step.post.push_back(column_is(name(), aside));
  add_lock(step, *lowering, "add_column_nullable", object());
  auto reverse = brief(object(), named("drop the " + purpose + " column beside it"), std::move(back));
  add_lock(reverse, *lowering, "drop_column", object());
  return pair_of(std::move(step), exact(), std::move(reverse));
}

StepPair Beside::filled(const std::string& condition) const {
  const auto where = condition.empty() ? differ(quoted(aside), value, column.type) : condition;
  auto step = fill_step(*lowering, *table, named("fill the " + purpose + " column"),
                        fmt::format("{} = {}", quoted(aside), value), where, pace);
  fill_unseen(step, *lowering, *table);
  return pair_of(std::move(step), exact(), brief(object(), named("nothing to empty"), {}));
}

void Beside::mandatory(Pairs& pairs) const {
  const auto check = not_null_name();
  auto add = brief(
      object(), named("the " + purpose + " column not null, unproven"),
      {fmt::format("alter table {} drop constraint if exists {}", name(), check),
       fmt::format("alter table {} add constraint {} check ({} is not null) not valid", name(), check, quoted(aside))});
  add_lock(add, *lowering, "add_check_notnull_not_valid", object());
  auto drop = brief(object(), named("the " + purpose + " column may be null"),
                    {fmt::format("alter table {} drop constraint if exists {}", name(), check)});
  add_lock(drop, *lowering, "drop_constraint", object());
  pairs.push_back(pair_of(std::move(add), exact(), std::move(drop)));
  pairs.push_back(looked(prove(check)));
}

StepPair Beside::made_mandatory() const {
  auto step = brief(object(), named("the " + purpose + " column not null"),
                    {fmt::format("alter table {} alter column {} set not null", name(), quoted(aside)),
                     fmt::format("alter table {} drop constraint if exists {}", name(), not_null_name())});
  add_lock(step, *lowering, "set_not_null_with_valid_check", object());
  return pair_of(std::move(step), exact(), plan::Step());
}

plan::Step Beside::prove(const std::string& constraint) const {
  auto step =
      proof_of(constraint, name(), name(), object(), named("prove " + constraint + " of the " + purpose + " column"));
  add_lock(step, *lowering, "validate_check", object());
  return step;
}

void Beside::unproven(const Constraint& constraint, Pairs& pairs) const {
  const auto what = (constraint.sql.starts_with("check ") ? "check " : "foreign key ") + constraint.name;
  const auto drop = fmt::format("alter table {} drop constraint if exists {}", name(), constraint.own);
  auto add = brief(object(), named(fmt::format("{} for the {} column, unproven", what, purpose)),
                   {drop, add_constraint(name(), constraint.own, constraint.sql + " not valid")});
  read_in_public(add);
  auto back = brief(object(), named(fmt::format("drop {} of the {} column", what, purpose)), {drop});
  auto proof = prove(constraint.own);
  for (auto* step : {&add, &back}) add_lock(*step, object(), "access exclusive", "catalog");
  if (!constraint.references.empty()) {
    // A constraint of that name that an earlier attempt left is dropped first.
    for (auto* step : {&add, &back}) add_lock(*step, constraint.references, "access exclusive", "catalog");
    add_lock(proof, *lowering, "validate_fk", "p", constraint.references);
  }
  pairs.push_back(pair_of(std::move(add), exact(), std::move(back)));
  pairs.push_back(looked(std::move(proof)));
}

StepPair Beside::agreement() const {
  auto step = brief(object(), named("the two columns agree"), {});
  step.timeouts.statement_ms.reset();
  step.action = plan::Verify{no_rows(
      twin ? fmt::format("{} is kept a second time in every row", place)
           : fmt::format("the {} {} of every row is what its old one becomes", purpose, place),
      fmt::format("select 1 from {} where {} limit 1", name(), differ(quoted(aside), value, column.type)),
      "a trigger of the table changes the value after dmc's own has read it: let it act on the new column too")};
  read_in_public(step);
  return looked(std::move(step));
}

}  // namespace dmc::dialects::postgres
