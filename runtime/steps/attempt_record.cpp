// What a step leaves in the ledger, in the commit of its effect.
#include <algorithm>

#include "compiler/plan/digest.hpp"
#include "runtime/steps/attempt.hpp"

namespace dmc::steps {

ledger::StepRecord Attempt::result(std::string_view outcome) {
  row_.facts.required = task_.built_on;
  return {row_.state, row_.facts,
          ledger::AttemptRow{row_.step, row_.attempt, !task_.undo, context_.runner.pid, context_.runner.runner,
                             started_, context_.clock.utc(), std::string(outcome), std::nullopt}};
}

void Attempt::record(std::string_view outcome) {
  row_.seq = context_.ledger.record_steps(context_.grip, {result(outcome)}).front();
  std::vector<ledger::ObjectChange> objects;
  add_objects(objects);
  context_.ledger.put_objects(objects);
  record_leftovers();
  record_gate();
}

void Attempt::record(Context& context, std::deque<Attempt>& attempts) {
  std::vector<ledger::StepRecord> records;
  for (auto& attempt : attempts) records.push_back(attempt.result(attempt.done_word()));
  const auto numbers = context.ledger.record_steps(context.grip, records);
  std::vector<ledger::ObjectChange> objects;
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    attempts[i].row_.seq = numbers[i];
    attempts[i].add_objects(objects);
  }
  context.ledger.put_objects(objects);
  for (auto& attempt : attempts) {
    attempt.record_leftovers();
    attempt.record_gate();
  }
}

void Attempt::add_objects(std::vector<ledger::ObjectChange>& changes) const {
  const auto gone = [&](const std::string& object) { changes.push_back({object, std::nullopt, "", *row_.seq}); };
  // What was there before this change is there behind it, and nobody's as it was.
  if (task_.was_found)
    for (const auto& effect : task_.forward.effects)
      if (effect.state) gone(effect.object);
  if (task_.takes_nothing_back()) return;
  for (const auto& effect : step().effects) {
    const auto print = effect.model.empty() ? std::nullopt : std::optional(ledger::declared_print(effect.model));
    if (effect.state)
      changes.push_back({effect.object, *effect.state, context_.normaliser, *row_.seq, print});
    else
      gone(effect.object);
  }
}

void Attempt::record_leftovers() {
  const auto there = [&](const plan::Leftover& leftover) {
    return !context_.session.query(leftover.detect).rows.empty();
  };
  if (!task_.takes_nothing_back())
    for (const auto& leftover : step().leftovers) {
      if (leftover.release == "crash") continue;
      if (there(leftover))
        context_.ledger.put_leftover(
            {context_.grip.generation, row_.step, leftover.kind, leftover.name, leftover.release});
      else
        context_.ledger.drop_leftover(leftover.kind, leftover.name);
    }
  if (const auto* backup = std::get_if<plan::Backup>(&task_.forward.action)) {
    if (task_.undo) context_.ledger.drop_backup(backup->artifact);
    if (backup_) context_.ledger.put_backup(*backup_);
  }
  if (!task_.undo) return;
  for (const auto& leftover : task_.forward.leftovers)
    if (!there(leftover)) context_.ledger.drop_leftover(leftover.kind, leftover.name);
}

void Attempt::record_gate() {
  if (!std::holds_alternative<plan::Gate>(task_.forward.action)) return;
  if (task_.undo) return context_.ledger.drop_gate(context_.grip, task_.forward.id);
  if (!gate_) return;
  context_.ledger.put_gate(context_.grip, *gate_);
  const auto target = context_.ledger.target();
  const auto next = task_.forward.stage + 1;
  if (!target.moving || (target.moving->stage >= next && !target.moving->parked)) return;
  context_.ledger.stage(context_.grip, context_.plan, target.moving->stage, std::max(target.moving->stage, next));
  context_.ledger.remember({.move = "stage",
                            .from_hash = target.at_hash,
                            .to_hash = target.moving->to,
                            .plan = context_.plan,
                            .forward = true,
                            .generation = context_.grip.generation,
                            .epoch = context_.grip.epoch,
                            .run_id = context_.run_id,
                            .actor = context_.actor(),
                            .at = context_.clock.utc(),
                            .evidence = gate_->evidence,
                            .previous = {}});
}

}  // namespace dmc::steps
