// Primary keys, unique constraints, checks and foreign keys of a table that both sides have.
#include <algorithm>

#include "compiler/diff/compare.hpp"
#include "compiler/diff/matching.hpp"

namespace dmc::diff {

namespace {

std::string columns_of(const model::Key& key) {
  std::string text;
  for (const auto& element : key.elements) {
    if (!text.empty()) text += ", ";
    text += element.column ? *element.column : "(" + element.expression->text + ")";
    if (element.descending) text += " desc";
  }
  return "the key (" + text + ")" + (key.conflict ? " on conflict " + *key.conflict : "");
}

void compare_primary_key(Comparison& comparison, const model::Table& before, const model::Table& desired) {
  const std::string path = desired.path();
  const auto &was = before.primary_key, &is = desired.primary_key;
  if (was == is) return;
  Delta delta{.aspect = Aspect::primary_key, .path = path, .tightens = true, .origin = desired.origin};
  if (!was) {
    delta.member = is->name;
    delta.origin = is->origin;
    delta.needs = needs_of(comparison, desired, *is);
    comparison.add(std::move(delta));
    return;
  }
  const Subject constraint = comparison.subject(Kind::constraint, path, was->name);
  if (!is) {
    comparison.undeclared.loss(constraint, desired.origin, {});
  } else if (same_content(*was, *is)) {
    comparison.undeclared.rename(constraint, is->origin, is->name);
  } else {
    const Subject table = comparison.subject(Kind::table, path);
    if (!comparison.survey.rebuilds.contains(table))
      comparison.undeclared.rebuild(table, is->origin, columns_of(*was), columns_of(*is));
    delta.member = is->name;
    delta.needs = needs_of(comparison, desired, *is);
    comparison.add(std::move(delta));
  }
}

/// One list of constraints. A new or another one tightens: rows that exist may not fit.
template <class T>
void compare_list(Comparison& comparison, Aspect aspect, const model::Table& table, const std::vector<T>& before,
                  const std::vector<T>& desired) {
  std::vector<const T*> added;
  for (const T& is : desired) {
    const T* was = find_named(before, is.name);
    if (was && *was == is) continue;
    if (!was) added.push_back(&is);
  }
  std::vector<std::string> renamed;
  for (const T& was : before) {
    if (find_named(desired, was.name)) continue;
    const Subject subject = comparison.subject(Kind::constraint, table.path(), was.name);
    const auto twin = std::ranges::find_if(added, [&](const T* is) { return same_content(was, *is); });
    if (twin == added.end()) {
      comparison.undeclared.loss(subject, table.origin, {});
    } else {
      comparison.undeclared.rename(subject, (*twin)->origin, (*twin)->name);
      renamed.push_back((*twin)->name);
    }
  }
  for (const T& is : desired) {
    const T* was = find_named(before, is.name);
    if ((was && *was == is) || std::ranges::find(renamed, is.name) != renamed.end()) continue;
    comparison.add({.aspect = aspect,
                    .path = table.path(),
                    .member = is.name,
                    .adds = !was,
                    .tightens = true,
                    .needs = needs_of(comparison, table, is),
                    .origin = is.origin});
  }
}

}  // namespace

void compare_constraints(Comparison& comparison, const model::Table& before, const model::Table& desired) {
  compare_primary_key(comparison, before, desired);
  compare_list(comparison, Aspect::unique, desired, before.uniques, desired.uniques);
  compare_list(comparison, Aspect::check, desired, before.checks, desired.checks);
  compare_list(comparison, Aspect::foreign_key, desired, before.foreign_keys, desired.foreign_keys);
  compare_list(comparison, Aspect::exclusion, desired, before.exclusions, desired.exclusions);
}

void keep_constraint_names(const model::Table& before, model::Table& desired) {
  const auto derived = [&](const auto& constraint) {
    if constexpr (std::same_as<std::remove_cvref_t<decltype(constraint)>, model::Key>)
      return model::derived_name(desired, constraint, false);
    else
      return model::derived_name(desired, constraint);
  };
  auto& was = before.primary_key;
  auto& is = desired.primary_key;
  if (was && is && was->name != is->name && is->name == model::derived_name(desired, *is, true)) is->name = was->name;
  keep_names(before.uniques, desired.uniques, derived);
  keep_names(before.checks, desired.checks, derived);
  keep_names(before.foreign_keys, desired.foreign_keys, derived);
  keep_names(before.exclusions, desired.exclusions, derived);
}

}  // namespace dmc::diff
