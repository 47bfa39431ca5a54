// Views with a `*` are created anew when the columns behind it change, because engines freeze them when the view is
// made.
#include <algorithm>
#include <iterator>

#include "compiler/diff/order.hpp"

namespace dmc::diff {

namespace {

/// The name without its schema, as texts mostly write it.
std::string_view bare(const std::string& path) {
  const auto dot = path.rfind('.');
  return dot == std::string::npos ? std::string_view(path) : std::string_view(path).substr(dot + 1);
}

/// The views that stand for all columns of the relation.
std::vector<model::View> views_over(const State& state, const std::string& relation) {
  Names names(state.dialect->description().names_fold_case);
  if (const auto* table = state.tables.find(relation)) names.add(*table);
  if (const auto* view = state.views.find(relation)) names.add(*view);
  std::vector<model::View> found;
  state.views.each([&](const model::View& view) {
    if (view.path() == relation || view.query.text.find('*') == std::string::npos ||
        !may_mention(view.query.text, bare(relation)))
      return;
    const auto reading = read_statements(view.query.text, names);
    if (reading.star && reading.relations.contains(relation)) found.push_back(view);
  });
  return found;
}

}  // namespace

void Order::refresh_views(std::size_t site, const std::string& relation, bool in_front) {
  std::vector<std::string> changed{relation};
  std::set<std::string> seen{relation};
  std::vector<change::Change> made;
  for (std::size_t at = 0; at < changed.size(); ++at) {
    for (const auto& view : views_over(states_[site], changed[at])) {
      const std::string path = view.path();
      if (!seen.insert(path).second) continue;
      changed.push_back(path);
      const bool replaced_anyway = std::ranges::any_of(pending_[site].wholes, [&](const Delta& delta) {
        return delta.aspect == Aspect::view && delta.path == path && !delta.adds;
      });
      if (replaced_anyway) continue;
      const auto* desired = ground_.wanted()[site].views.find(path);
      const model::Origin origin = desired ? desired->origin : model::Origin{};
      made.push_back({change::ReplaceView{view, view}, states_[site].name, "view " + path,
                      ground_.place(origin, "view " + path), origin, false});
    }
  }
  if (in_front) std::ranges::reverse(made);
  std::ranges::move(made, std::back_inserter(changes_));
}

}  // namespace dmc::diff
