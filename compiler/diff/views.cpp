// Views. They hold no rows that are not elsewhere: another definition under the same name replaces one.
#include <algorithm>

#include "compiler/diff/compare.hpp"
#include "compiler/diff/pairing.hpp"
#include "compiler/diff/store.hpp"
#include "compiler/model/sql_text.hpp"

namespace dmc::diff {

namespace {

/// Equal as the database has it: `after` only orders the work, and whose old name it is no source says.
bool same(const model::View& one, const model::View& other) {
  if (one == other) return true;
  model::View ordered = other;
  ordered.after = one.after;
  ordered.old_name_of = one.old_name_of;
  return one == ordered;
}

std::vector<std::string> may_have_become(const model::View& lost, const std::vector<const model::View*>& added) {
  std::vector<std::string> names;
  for (const auto* view : added)
    if (view->query == lost.query && view->materialized == lost.materialized) names.push_back(view->path());
  return names;
}

/// It writes into a table that is there, under its names: any in the text may be that of a column it gives a value.
void need_target(Comparison& comparison, Needs& needs, const model::View& view) {
  const auto* target = find_table(comparison.desired, view.to);
  if (!target) return;
  needs.relations.insert(view.to);
  for (const auto name : model::names_in(view.query.text))
    if (target->column(name)) needs.columns.insert({view.to, std::string(name)});
}

Delta delta_of(Comparison& comparison, const model::View& view, bool adds) {
  Delta delta{.aspect = Aspect::view, .path = view.path(), .adds = adds, .origin = view.origin};
  delta.needs.add(read_statements(view.query.text, comparison.names()));
  if (!view.to.empty()) need_target(comparison, delta.needs, view);
  add_named(comparison, delta.needs, view.after);
  delta.needs.relations.erase(delta.path);
  return delta;
}

}  // namespace

void compare_views(Comparison& comparison) {
  std::vector<const model::View*> gone, added;
  pair_by_path(
      listed(comparison.after.views, comparison.desired.views), comparison.desired.views,
      [&](const model::View& was, const model::View& is) {
        if (!same(was, is)) comparison.add(delta_of(comparison, is, false));
      },
      [&](const model::View& was) { gone.push_back(&was); }, [&](const model::View& is) { added.push_back(&is); });
  for (const auto* view : gone)
    comparison.undeclared.loss(comparison.subject(Kind::view, view->path()), comparison.desired.origin,
                               may_have_become(*view, added));
  for (const auto* view : added) comparison.add(delta_of(comparison, *view, true));
}

}  // namespace dmc::diff
