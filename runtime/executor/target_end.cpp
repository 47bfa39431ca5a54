// Brings a marker to rest, and only where re-inspection finds what the plan promised.
#include <algorithm>

#include "compiler/plan/digest.hpp"
#include "runtime/executor/target_run.hpp"
#include "runtime/steps/check.hpp"

namespace dmc::executor {

bool TargetRun::at_its_end(const ledger::StepRow& row) const {
  return undo_ ? row.state == ledger::State::absent : done(row.step);
}

bool TargetRun::end() {
  return patiently([&] {
    if (!context_) return;
    if (!std::all_of(rows_.begin(), rows_.end(), [&](const auto& row) { return at_its_end(row.second); })) return;
    const session::Stop::InFlight in_flight(environment_.stop, *session_);
    ledger::Unit unit(*ledger_);
    ledger_->fence(context_->grip);
    if (const auto differs = bring_to_rest())
      return stop(exit_code::failed, "failed",
                  "every step is done, but the database is not what the plan promised: " + *differs +
                      "; the marker stays where it is");
    unit.commit();
    rest();
  });
}

std::optional<std::string> TargetRun::bring_to_rest() {
  if (undo_) {
    const auto seq = ledger_->next_seq();
    for (const auto& object : input_.adopted) ledger_->drop_object(object);
    const auto live = input_.forgotten.empty() ? Live{} : inspect(*session_, dialect_);
    for (const auto& object : input_.forgotten)
      for (const auto& state : live.states)
        if (state.object == object) ledger_->put_object(object, state.state, normaliser_, seq);
  }
  release_leftovers();
  const auto found = inspect(*session_, dialect_);
  const auto compared = compare(ledger_->objects(), found, dialect_, !by_hand_);
  const auto hash = model::state_hash(input_.engine, compared.managed);
  const auto& wanted = undo_ ? input_.from : input_.to;
  if (hash != wanted || !compared.differences.empty()) {
    result_.drift = compared.differences;
    return compared.differences.empty()
               ? "its state is " + plan::short_digest(hash) + " and must be " + plan::short_digest(wanted)
               : in_words(compared.differences);
  }
  note_unproven(compared);
  record_prints(*ledger_, found, dialect_, !by_hand_);
  ledger_->end(context_->grip, plans_.forward.hash, !undo_, undo_ ? input_.from_name : input_.to_name, hash,
               normaliser_);
  if (by_hand_) ledger_->remember(move("accept_drift", *options_.by_hand));
  ledger_->remember(move("end", ""));
  return std::nullopt;
}

void TargetRun::rest() {
  over_ = true;
  result_.outcome = "done";
  const auto& wanted = undo_ ? input_.from : input_.to;
  const auto& name = undo_ ? input_.from_name : input_.to_name;
  result_.text = wanted == model::state_hash(input_.engine, {})
                     ? "it is an empty database again"
                     : "it is at version " + (name.empty() ? plan::short_digest(wanted) : name);
}

/// What may live only as long as the change goes with it, in the commit that ends it.
void TargetRun::release_leftovers() {
  const auto recorded = ledger_->leftovers();
  for (const auto* plan : {&forward_plan(), &plans_.reverse.plan})
    for (const auto& step : plan->steps)
      for (const auto& leftover : step.leftovers) {
        if (step.database != address_.database || leftover.release != "change") continue;
        const bool ours = std::any_of(recorded.begin(), recorded.end(), [&](const auto& row) {
          return row.kind == leftover.kind && row.name == leftover.name && row.generation == context_->grip.generation;
        });
        if (!ours) continue;
        if (!session_->query(leftover.detect).rows.empty())
          for (const auto& statement : leftover.cleanup) session_->execute(statement);
        ledger_->drop_leftover(leftover.kind, leftover.name);
      }
}

}  // namespace dmc::executor
