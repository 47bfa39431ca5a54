// What reads a column of which the type changes and is reworded for it: neither text stands over both types, so that it
// changes in the transaction in which the type does.
#include <algorithm>

#include "compiler/diff/order.hpp"

namespace dmc::diff {

std::optional<change::ObjectValue> Order::reader(std::size_t site, const Delta& delta, const std::string& table,
                                                 const std::string& column) const {
  const State& state = states_[site];
  const auto& types = state.dialect->description().goes_along_with_a_type;
  if (delta.adds || types.empty()) return std::nullopt;
  if (delta.aspect == Aspect::trigger) {
    const auto* trigger = state.triggers.find(delta.path);
    if (!trigger || trigger->table != table) return std::nullopt;
    const bool named = std::ranges::find(trigger->of_columns, column) != trigger->of_columns.end();
    if (!named && !(trigger->when && model::says(trigger->when->text, column))) return std::nullopt;
    return *trigger;
  }
  if (delta.aspect != Aspect::object) return std::nullopt;
  const auto* object = state.objects.find(delta.path);
  if (!object || std::ranges::find(types, std::string_view(object->type)) == types.end()) return std::nullopt;
  const auto hosts = object->lives_on();
  if (std::ranges::find(hosts, "table " + table) == hosts.end()) return std::nullopt;
  return model::says(object->create.text, column) ? std::optional<change::ObjectValue>(*object) : std::nullopt;
}

void Order::take_along(std::size_t site, change::AlterTable& alter, const std::string& column) {
  const auto path = alter.after.path();
  // A copy of the table is made with what stands on it now.
  if (survey_.rebuilds.contains({site, Kind::table, path, {}})) return;
  const State& wanted = ground_.wanted()[site];
  const auto statement = statement_++;  // as if the one that changes the type were over
  std::erase_if(pending_[site].wholes, [&](const Delta& delta) {
    auto before = reader(site, delta, path, column);
    if (!before) return false;
    change::Along along{column, std::move(*before), std::nullopt};
    if (!held_back(site, delta)) {
      if (delta.aspect == Aspect::trigger)
        along.after = *wanted.triggers.find(delta.path);
      else
        along.after = *wanted.objects.find(delta.path);
    }
    alter.along.push_back(std::move(along));
    return alter.along.back().after.has_value();
  });
  statement_ = statement;
}

}  // namespace dmc::diff
