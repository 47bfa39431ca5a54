// Columns of a table that both sides have.
#include <algorithm>

#include "compiler/diff/compare.hpp"

namespace dmc::diff {

namespace {

/// The values are others, or are read in another way.
bool is_retyped(const model::Column& before, const model::Column& desired) {
  if (before.type != desired.type || before.collation != desired.collation) return true;
  if (before.ephemeral.has_value() != desired.ephemeral.has_value()) return true;
  const bool was_computed = before.generated && !before.generated->stored;
  const bool is_computed = desired.generated && !desired.generated->stored;
  return !(was_computed && is_computed) && before.generated != desired.generated;
}

/// Whether values of the lost column survive in the new one.
bool is_compatible(const Comparison& comparison, const model::Table& table, const model::Column& lost,
                   const model::Column& added) {
  return !added.generated && !lost.generated &&
         (lost.type == added.type || comparison.after.dialect->widens(lost.type, added.type, table));
}

/// The new columns that a lost one may have become: those of its own type first.
std::vector<std::string> may_have_become(const Comparison& comparison, const model::Table& table,
                                         const model::Column& lost, const std::vector<const model::Column*>& added) {
  constexpr std::size_t offered = 3;
  std::vector<std::string> names;
  for (const bool same_type : {true, false})
    for (const auto* column : added)
      if ((column->type == lost.type) == same_type && is_compatible(comparison, table, lost, *column))
        names.push_back(column->name);
  if (names.size() > offered) names.resize(offered);
  return names;
}

bool has_value(const model::Column& column) {
  return column.default_value || column.generated || column.identity || column.ephemeral;
}

void add_column(Comparison& comparison, const model::Table& table, const model::Column& column) {
  const std::string path = table.path();
  const bool filled = comparison.survey.fills.contains(comparison.subject(Kind::column, path, column.name));
  comparison.add({.aspect = Aspect::column,
                  .path = path,
                  .member = column.name,
                  .adds = true,
                  .empty = filled,
                  .null_first = filled && !comparison.engine().types_have_values,
                  .needs = needs_of(comparison, table, column),
                  .origin = column.origin});
  if (!filled) return;
  const Needs itself{.relations = {}, .columns = {{path, column.name}}, .objects = {}, .triggers = {}, .keys = {}};
  if (column.default_value)
    comparison.add({.aspect = Aspect::column_default,
                    .path = path,
                    .member = column.name,
                    .needs = itself,
                    .origin = column.origin});
  if (column.not_null && !comparison.engine().types_have_values)
    comparison.add({.aspect = Aspect::column_not_null,
                    .path = path,
                    .member = column.name,
                    .tightens = true,
                    .needs = itself,
                    .origin = column.origin});
}

void compare_column(Comparison& comparison, const model::Table& table, const model::Column& before,
                    const model::Column& desired) {
  const std::string path = table.path();
  const Subject subject = comparison.subject(Kind::column, path, desired.name);
  if (is_retyped(before, desired)) comparison.undeclared.retype(subject, table, before, desired);
  const auto add = [&](Aspect aspect, bool tightens) {
    Needs needs = needs_of(comparison, table, desired);
    needs.columns.insert({path, desired.name});
    comparison.add({.aspect = aspect,
                    .path = path,
                    .member = desired.name,
                    .tightens = tightens,
                    .needs = std::move(needs),
                    .origin = desired.origin});
  };
  if (before.default_value != desired.default_value) add(Aspect::column_default, false);
  if (before.not_null != desired.not_null || (before.not_null_unproven && desired.not_null))
    add(Aspect::column_not_null, desired.not_null);
  const bool conflict = before.not_null == desired.not_null && before.not_null_conflict != desired.not_null_conflict;
  const bool computes = !is_retyped(before, desired) && before.generated != desired.generated;
  const bool stored = before.storage != desired.storage || before.compression != desired.compression ||
                      before.statistics != desired.statistics || before.identity_options != desired.identity_options ||
                      before.codec != desired.codec || before.ttl != desired.ttl ||
                      before.ephemeral != desired.ephemeral || before.sketches != desired.sketches;
  if (before.identity != desired.identity || before.comment != desired.comment || conflict || computes || stored)
    add(Aspect::column_details, false);
}

}  // namespace

void compare_columns(Comparison& comparison, const model::Table& before, const model::Table& desired) {
  std::vector<const model::Column*> added;
  for (const auto& column : desired.columns) {
    if (const auto* was = before.column(column.name)) {
      if (!(*was == column)) compare_column(comparison, desired, *was, column);
    } else {
      added.push_back(&column);
    }
  }
  std::vector<std::string> renamed;  // may be a lost column under its new name
  for (const auto& column : before.columns) {
    if (desired.column(column.name)) continue;
    const auto became = may_have_become(comparison, desired, column, added);
    renamed.insert(renamed.end(), became.begin(), became.end());
    comparison.undeclared.loss(comparison.subject(Kind::column, desired.path(), column.name), desired.origin, became);
  }
  for (const auto* column : added) {
    add_column(comparison, desired, *column);
    const Subject subject = comparison.subject(Kind::column, desired.path(), column->name);
    const bool may_be_old = std::ranges::find(renamed, column->name) != renamed.end();
    if (column->not_null && !comparison.engine().types_have_values && !has_value(*column) &&
        !comparison.survey.fills.contains(subject) && !may_be_old)
      comparison.undeclared.required(subject, *column);
  }
}

}  // namespace dmc::diff
