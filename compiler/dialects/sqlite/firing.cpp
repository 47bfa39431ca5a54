// Triggers stay in force while rows are filled or deleted: they keep search indexes, sums and logs true, and without
// them these would be wrong in silence.
#include "compiler/dialects/sqlite/firing.hpp"

#include <algorithm>

#include "compiler/dialects/sqlite/names.hpp"
#include "compiler/dialects/sqlite/step_parts.hpp"
#include "compiler/dialects/sqlite/tokens.hpp"

namespace dmc::dialects::sqlite {

std::vector<std::string> set_off(const model::Database& database, const model::Table& table, std::string_view event,
                                 const std::vector<std::string>& columns) {
  std::vector<std::string> names;
  for (const auto& trigger : database.triggers) {
    if (!same_name(trigger.table, table.name)) continue;
    if (std::ranges::find(trigger.events, event) == trigger.events.end()) continue;
    const bool named = std::ranges::any_of(
        trigger.of_columns, [&](const auto& column) { return std::ranges::find(columns, column) != columns.end(); });
    if (trigger.of_columns.empty() || named) names.push_back(trigger.name);
  }
  return names;
}

void note_firing(plan::Step& step, const std::string& object, const std::vector<std::string>& triggers) {
  if (triggers.empty()) return;
  const std::string fires = listed(triggers) + (triggers.size() == 1 ? " fires" : " fire");
  add_hazard(step, "backfill.fires_triggers", object, fires + " for every row, and what that does is not taken back");
  auto& reverse = step.reverse;
  const std::string stays = "what " + listed(triggers) + " did meanwhile stays";
  if (reverse.grade == plan::ReverseClass::exact)
    reverse = until_written(stays);
  else
    reverse.loses = reverse.loses ? *reverse.loses + "; " + stays : stays;
}

}  // namespace dmc::dialects::sqlite
