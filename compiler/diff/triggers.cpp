// Triggers: another definition under the same name replaces one.
#include <algorithm>

#include "compiler/diff/compare.hpp"
#include "compiler/diff/pairing.hpp"
#include "compiler/diff/store.hpp"

namespace dmc::diff {

namespace {

bool same(const model::Trigger& one, const model::Trigger& other) {
  if (one == other) return true;
  model::Trigger ordered = other;
  ordered.after = one.after;
  return one == ordered;
}

bool same_content(const model::Trigger& one, const model::Trigger& other) {
  model::Trigger renamed = other;
  renamed.name = one.name;
  renamed.schema = one.schema;
  return same(one, renamed);
}

Delta delta_of(Comparison& comparison, const model::Trigger& trigger, bool adds) {
  Delta delta{.aspect = Aspect::trigger, .path = trigger.path(), .adds = adds, .origin = trigger.origin};
  const Names& names = comparison.names();
  if (trigger.when) delta.needs.add(read_statements(trigger.when->text, names, trigger.table));
  if (trigger.body) delta.needs.add(read_statements(trigger.body->text, names, trigger.table));
  if (trigger.execute) delta.needs.add(read_statements(*trigger.execute, names, trigger.table));
  delta.needs.relations.insert(trigger.table);
  for (const auto& column : trigger.of_columns) delta.needs.columns.insert({trigger.table, column});
  add_named(comparison, delta.needs, trigger.after);
  return delta;
}

}  // namespace

void compare_triggers(Comparison& comparison) {
  std::vector<const model::Trigger*> gone, added;
  pair_by_path(
      listed(comparison.after.triggers, comparison.desired.triggers), comparison.desired.triggers,
      [&](const model::Trigger& was, const model::Trigger& is) {
        if (!same(was, is)) comparison.add(delta_of(comparison, is, false));
      },
      [&](const model::Trigger& was) { gone.push_back(&was); },
      [&](const model::Trigger& is) { added.push_back(&is); });
  for (const auto* trigger : gone) {
    std::vector<std::string> became;
    for (const auto* candidate : added)
      if (same_content(*trigger, *candidate)) became.push_back(candidate->path());
    const auto* table = find_table(comparison.desired, trigger->table);
    comparison.undeclared.loss(comparison.subject(Kind::trigger, trigger->path()),
                               table ? table->origin : comparison.desired.origin, became);
  }
  for (const auto* trigger : added) comparison.add(delta_of(comparison, *trigger, true));
}

}  // namespace dmc::diff
