// Keys, checks and foreign keys, from column options and table clauses alike.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "compiler/check/lacking.hpp"
#include "compiler/check/literals.hpp"
#include "compiler/check/tables.hpp"

namespace dmc::check {

namespace {

using grammar::Span;

std::string given_name(TableBuilder& builder, const std::optional<ast::Name>& name) {
  if (!name) return {};
  check_new_name(builder.context, builder.engine(), *name, "constraint");
  return std::string(name->text);
}

std::string action_word(const ast::ReferentialAction& action) {
  switch (action.action) {
    case ast::ForeignKeyAction::unstated:
    case ast::ForeignKeyAction::no_action:
      return "no action";
    case ast::ForeignKeyAction::restrict:
      return "restrict";
    case ast::ForeignKeyAction::cascade:
      return "cascade";
    case ast::ForeignKeyAction::set_null:
      return "set null";
    case ast::ForeignKeyAction::set_default:
      return "set default";
  }
  return "no action";
}

/// Reports a column that stands twice in one list.
void report_repeated(TableBuilder& builder, const std::vector<model::Element>& elements, Span span) {
  for (std::size_t at = 0; at < elements.size(); ++at) {
    if (!elements[at].column) continue;
    for (std::size_t other = 0; other < at; ++other) {
      if (elements[other].column != elements[at].column) continue;
      builder.context.error("E0230", span, fmt::format("column '{}' stands twice in this key", *elements[at].column),
                            "each column once");
      return;
    }
  }
}

}  // namespace

std::optional<std::string> read_conflict(TableBuilder& builder, ast::ConflictResolution conflict, Span span) {
  if (conflict != ast::ConflictResolution::unstated)
    report_lacking(builder.context, builder.engine(), span, "'on conflict' of a constraint");
  switch (conflict) {
    case ast::ConflictResolution::unstated:
      return std::nullopt;
    case ast::ConflictResolution::rollback:
      return "rollback";
    case ast::ConflictResolution::abort:
      return "abort";
    case ast::ConflictResolution::fail:
      return "fail";
    case ast::ConflictResolution::ignore:
      return "ignore";
    case ast::ConflictResolution::replace:
      return "replace";
  }
  return std::nullopt;
}

void add_primary_key(TableBuilder& builder, model::Key key, const std::optional<ast::Name>& name, Span span) {
  key.name = given_name(builder, name);
  key.origin.span = span;
  report_repeated(builder, key.elements, span);
  if (builder.primary_key) {
    auto& diagnostic = builder.context.error(
        "E0229", span, fmt::format("table '{}' has two primary keys", builder.table().name), "a table has one");
    diagnostic.notes.push_back({*builder.primary_key, "the first one"});
    diagnostic.help.push_back("a key of several columns is written as a clause: primary key (a, b);");
    return;
  }
  builder.primary_key = span;
  builder.table().primary_key = std::move(key);
}

void add_unique(TableBuilder& builder, model::Key key, const std::optional<ast::Name>& name, Span span) {
  key.name = given_name(builder, name);
  key.origin.span = span;
  report_repeated(builder, key.elements, span);
  builder.table().uniques.push_back(std::move(key));
}

void add_check(TableBuilder& builder, const ast::Check& check) {
  if (check.no_inherit) report_lacking(builder.context, builder.engine(), check.span, "'no inherit'");
  model::Check& added = builder.table().checks.emplace_back(
      model::Check{given_name(builder, check.name), sql_of(check.condition), {check.span}});
  added.no_inherit = check.no_inherit;
  if (check.assumed) report_lacking(builder.context, builder.engine(), check.span, "'assume' constraints");
  added.assumed = check.assumed;
}

void add_foreign_key(TableBuilder& builder, std::vector<std::string> columns, const ast::References& references,
                     const std::optional<ast::Name>& name, Span span) {
  const auto lacking = [&](std::string_view thing, std::string way = {}) {
    report_lacking(builder.context, builder.engine(), references.span, thing, std::move(way));
  };
  if (references.match == ast::Match::full)
    lacking("'match full'", "leave it out: a row is checked when none of its columns is null");
  if (references.match == ast::Match::partial) lacking("'match partial'");
  for (const auto* action : {&references.on_delete, &references.on_update})
    if (!action->columns.empty()) lacking("lists of columns after 'set null' and 'set default'");
  model::ForeignKey key;
  key.name = given_name(builder, name);
  key.columns = std::move(columns);
  key.on_delete = action_word(references.on_delete);
  key.on_update = action_word(references.on_update);
  key.initially_deferred = references.deferral == ast::Deferral::initially_deferred;
  key.deferrable = key.initially_deferred || references.deferral == ast::Deferral::deferrable ||
                   references.deferral == ast::Deferral::initially_immediate;
  if (references.match == ast::Match::full) key.match = "full";
  for (const ast::Name& column : references.on_delete.columns) key.set_columns.emplace_back(column.text);
  key.origin.span = span;
  auto& keys = builder.table().foreign_keys;
  builder.references.push_back({&builder.draft, keys.size(), &references, span});
  keys.push_back(std::move(key));
}

namespace {

void report_twice(Context& context, std::string message, const model::Origin& first, const model::Origin& second) {
  auto& diagnostic = context.error("E0237", *second.span, std::move(message), "one of the two is enough");
  diagnostic.notes.push_back({*first.span, "the first one"});
}

/// Two unnamed constraints that say the same, which would get the same name.
template <typename Constraint>
void report_equal(Context& context, const std::vector<Constraint>& all, std::string_view what) {
  for (std::size_t at = 1; at < all.size(); ++at) {
    if (!all[at].name.empty()) continue;
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(at);
    const auto same = std::find(all.begin(), end, all[at]);
    if (same != end)
      report_twice(context, fmt::format("this {} is declared twice", what), same->origin, all[at].origin);
  }
}

}  // namespace

void check_constraints(Context& context, const TableDraft& draft, bool fold) {
  struct Named {
    std::string_view name;
    const model::Origin* origin;
  };
  const model::Table& table = draft.table;
  report_equal(context, table.uniques, "unique key");
  report_equal(context, table.checks, "check");
  report_equal(context, table.foreign_keys, "foreign key");
  std::vector<Named> all;
  const auto add = [&](const auto& constraint) {
    if (!constraint.name.empty()) all.push_back({constraint.name, &constraint.origin});
  };
  if (table.primary_key) add(*table.primary_key);
  std::ranges::for_each(table.uniques, add);
  std::ranges::for_each(table.checks, add);
  std::ranges::for_each(table.foreign_keys, add);
  std::ranges::for_each(table.exclusions, add);
  if (all.size() < 2) return;
  std::ranges::stable_sort(all, {}, [](const Named& named) { return named.origin->span->begin; });
  NameMap<const model::Origin*> seen(all.size(), NameHash{fold}, NameEqual{fold});
  for (const Named& named : all) {
    const auto [first, is_new] = seen.try_emplace(named.name, named.origin);
    if (is_new) continue;
    auto& diagnostic =
        context.error("E0210", *named.origin->span, fmt::format("constraint '{}' is declared twice", named.name),
                      fmt::format("table '{}' has a constraint of this name already", table.name));
    diagnostic.notes.push_back({*first->second->span, "the first one"});
  }
}

}  // namespace dmc::check
