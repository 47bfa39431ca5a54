// Triggers stay in force while rows are filled or deleted: they keep search indexes, sums and logs true.
#include "compiler/dialects/postgres/triggers_off.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"

namespace dmc::dialects::postgres {

std::vector<std::string> set_off(const model::Database& database, const model::Table& table, std::string_view event,
                                 const std::vector<std::string>& columns) {
  std::vector<std::string> names;
  for (const auto& trigger : database.triggers) {
    if (trigger.table != table.path() || trigger.enabled == "disabled" || trigger.enabled == "replica") continue;
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

std::vector<std::string> without_triggers(const model::Database& database, const model::Table& table,
                                          const std::vector<std::string>& triggers,
                                          std::vector<std::string> statements) {
  std::vector<std::string> off, on;
  for (const auto& trigger : database.triggers) {
    if (trigger.table != table.path() || std::ranges::find(triggers, trigger.name) == triggers.end()) continue;
    off.push_back(set_firing(full(table), trigger.name, "disabled"));
    on.push_back(set_firing(full(table), trigger.name, trigger.enabled));
  }
  append(off, std::move(statements));
  append(off, std::move(on));
  return off;
}

}  // namespace dmc::dialects::postgres
