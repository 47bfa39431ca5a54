// A change that somebody made by hand and declared afterwards: the database stands where the plan leads already, and
// the plan is recorded as done without a statement being sent.
#include <algorithm>
#include <map>

#include "runtime/executor/foresight.hpp"
#include "runtime/executor/target_run.hpp"

namespace dmc::executor {

namespace {

/// A trigger or a function of dmc's own: no schema shows whether it went.
bool ends_what_is_unseen(const std::string& statement) {
  return (statement.starts_with("drop trigger ") || statement.starts_with("drop function ")) &&
         statement.find("_dmc_") != std::string::npos;
}

/// What is left behind by it can be seen in the schema, all of it.
bool shows(const plan::Step& step) {
  if (std::holds_alternative<plan::Verify>(step.action)) return true;
  const auto* run = std::get_if<plan::RunSql>(&step.action);
  return run && !is_unknown(step) && !changes_rows(step) &&
         std::none_of(run->statements.begin(), run->statements.end(), ends_what_is_unseen);
}

}  // namespace

bool TargetRun::is_made_by_hand() const {
  if (undo_ || settling_ || input_.from == input_.to) return false;
  std::map<std::string, ledger::ObjectRow> to_be;
  for (auto& row : ledger_->objects()) to_be[row.object] = row;
  const auto add = [&](const std::string& object, const std::string& state, std::optional<std::string> print) {
    auto& row = to_be[object];
    row.object = object;
    row.state = state;
    row.print = std::move(print);
  };
  if (!target_.moving) {
    for (const auto& object : input_.adopted)
      for (const auto& state : live_.states)
        if (state.object == object) add(object, state.state, std::nullopt);
    for (const auto& object : input_.forgotten) add(object, "", std::nullopt);
  }
  for (const auto& step : own_steps()) {
    const auto row = target_.moving ? rows_.find(step.id) : rows_.end();
    if (row != rows_.end() && done(step.id)) continue;
    if (row != rows_.end() && row->second.state != ledger::State::absent) return false;
    // What one host got by hand arrives at the others, and nobody can tell which of them had it first.
    if (!shows(step) || passes_on(step)) return false;
    for (const auto& effect : step.effects)
      if (effect.state)
        add(effect.object, *effect.state,
            effect.model.empty() ? std::nullopt : std::optional(ledger::declared_print(effect.model)));
      else
        to_be.erase(effect.object);
  }
  std::vector<ledger::ObjectRow> rows;
  for (auto& [object, row] : to_be) rows.push_back(std::move(row));
  const auto compared = compare(rows, live_, dialect_);
  return compared.differences.empty() && model::state_hash(input_.engine, compared.managed) == input_.to;
}

/// Behind what stands against the plan; true where that is accepted.
bool TargetRun::accept_by_hand() {
  result_.made_by_hand = is_made_by_hand();
  by_hand_ = result_.made_by_hand && options_.by_hand;
  if (by_hand_) result_.verdict_text += ", where somebody led it by hand: nothing is sent, and it is recorded as done";
  return by_hand_;
}

}  // namespace dmc::executor
