// Indexes of a table that both sides have. An index holds no rows of its own: another definition under the same name
// replaces it.
#include <algorithm>

#include "compiler/diff/compare.hpp"
#include "compiler/diff/matching.hpp"

namespace dmc::diff {

namespace {

/// `users_a_b_idx`, as `check` names an index whose author did not; where two would be called alike, six digits follow.
bool may_be_derived(const model::Table& table, const model::Index& index) {
  constexpr std::size_t digits = 6;
  std::string name = table.name;
  for (const auto& element : index.elements) name += "_" + element.column.value_or("expr");
  name += "_idx";
  return index.name == name || (index.name.starts_with(name + "_") && index.name.size() == name.size() + 1 + digits);
}

}  // namespace

void compare_indexes(Comparison& comparison, const model::Table& before, const model::Table& desired) {
  std::vector<std::string> renamed;
  for (const auto& was : before.indexes) {
    if (find_named(desired.indexes, was.name)) continue;
    const Subject subject = comparison.subject(Kind::index, desired.path(), was.name);
    const auto twin = std::ranges::find_if(desired.indexes, [&](const model::Index& is) {
      return !find_named(before.indexes, is.name) && same_content(was, is);
    });
    if (twin == desired.indexes.end()) {
      comparison.undeclared.loss(subject, desired.origin, {});
    } else {
      comparison.undeclared.rename(subject, twin->origin, twin->name);
      renamed.push_back(twin->name);
    }
  }
  for (const auto& is : desired.indexes) {
    const auto* was = find_named(before.indexes, is.name);
    if ((was && *was == is) || std::ranges::find(renamed, is.name) != renamed.end()) continue;
    comparison.add({.aspect = Aspect::index,
                    .path = desired.path(),
                    .member = is.name,
                    .adds = !was,
                    .tightens = is.unique,
                    .needs = needs_of(comparison, desired, is),
                    .origin = is.origin});
  }
}

void keep_index_names(const model::Table& before, model::Table& desired) {
  keep_names(before.indexes, desired.indexes,
             [&](const model::Index& index) { return may_be_derived(desired, index) ? index.name : std::string(); });
}

}  // namespace dmc::diff
