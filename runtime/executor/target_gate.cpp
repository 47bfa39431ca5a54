// At a gate: what the target is there is looked at before it waits, again before it goes on, and again before the plan
// is ended there.
#include <algorithm>

#include "compiler/plan/digest.hpp"
#include "runtime/executor/target_run.hpp"
#include "runtime/journal/time_words.hpp"
#include "runtime/steps/check.hpp"

namespace dmc::executor {

namespace {

/// A gate or a check that was passed does nothing, so nothing stands on what opened the gate before it.
bool acts(const plan::Step& step) {
  return !std::holds_alternative<plan::Gate>(step.action) && !std::holds_alternative<plan::Verify>(step.action);
}

}  // namespace

std::string TargetRun::stage_name(std::int64_t stage) const {
  return std::to_string(forward_plan().number) + "." + std::to_string(stage);
}

bool TargetRun::stage_is_done(std::int64_t stage) const {
  const auto& steps = forward_plan().steps;
  return std::all_of(steps.begin(), steps.end(), [&](const auto& step) {
    return step.database != address_.database || step.stage > stage || done(step.id);
  });
}

void TargetRun::note_unproven(const Comparison& compared) {
  for (const auto& object : compared.unproven)
    result_.warnings.push_back(object + " was made, and the server shows it in words of its own, of which dmc cannot " +
                               "prove that they mean what is declared; what it shows now is what dmc compares with");
}

std::optional<std::string> TargetRun::promised_at(std::int64_t stage, const std::string& when) {
  const auto found = inspect(*session_, dialect_);
  const auto compared = compare(ledger_->objects(), found, dialect_, true);
  auto hash = model::state_hash(input_.engine, compared.managed);
  const auto& wanted = input_.stages.at(static_cast<std::size_t>(stage) - 1);
  if (hash == wanted && compared.differences.empty()) {
    note_unproven(compared);
    record_prints(*ledger_, found, dialect_, true);
    return hash;
  }
  waiting_ = false;
  result_.drift = compared.differences;
  stop(exit_code::failed, "failed",
       when + ", but the database is not what the plan promised for version " + stage_name(stage) + ": " +
           (compared.differences.empty()
                ? "its state is " + plan::short_digest(hash) + " and must be " + plan::short_digest(wanted)
                : in_words(compared.differences)) +
           "; the marker stays where it is");
  return std::nullopt;
}

bool TargetRun::begun_behind(std::int64_t stage) const {
  return std::any_of(forward_plan().steps.begin(), forward_plan().steps.end(), [&](const auto& step) {
    const auto* found = row(step.id);
    return step.stage > stage && acts(step) && found && found->state != ledger::State::absent;
  });
}

void TargetRun::park(std::int64_t stage) {
  patiently([&] {
    if (!context_) return;
    if (!waiting_ && (!stage_is_done(stage) || stage_is_done(static_cast<std::int64_t>(input_.stages.size())))) return;
    const auto now = ledger_->target();
    if (!now.moving || !now.moving->forward || (now.moving->parked && now.moving->stage == stage)) return;
    const session::Stop::InFlight in_flight(environment_.stop, *session_);
    ledger::Unit unit(*ledger_);
    ledger_->fence(context_->grip);
    const auto hash = promised_at(stage, "it came to its gate");
    if (!hash) return;
    if (now.moving->stage != stage) ledger_->stage(context_->grip, plans_.forward.hash, now.moving->stage, stage);
    ledger_->park(context_->grip, plans_.forward.hash, stage, *hash, normaliser_);
    auto parked =
        move("park", waiting_ ? steps::without_data(result_.text) : "another database of the plan is at its gate");
    parked.to_hash = hash;
    ledger_->remember(std::move(parked));
    unit.commit();
    target_ = ledger_->target();
  });
}

void TargetRun::ask_gates_again(const std::function<bool(std::int64_t)>& begun_elsewhere) {
  patiently([&] {
    if (undo_ || !context_ || over_) return;
    const auto& own = own_steps();
    const auto evidence = ledger_->gates(context_->grip.generation);
    for (auto place = own.rbegin(); place != own.rend(); ++place) {
      const auto& step = *place;
      const auto* gate = std::get_if<plan::Gate>(&step.action);
      if (!gate || !done(step.id)) continue;
      const auto behind = [&](const plan::Step& other) { return other.stage > step.stage; };
      const bool begun = begun_elsewhere(step.stage) || std::any_of(own.begin(), own.end(), [&](const auto& other) {
                           return behind(other) && acts(other) && rows_.at(other.id).state != ledger::State::absent;
                         });
      if (begun || std::none_of(own.begin(), own.end(), behind)) continue;
      const auto row = std::find_if(evidence.begin(), evidence.end(), [&](const auto& e) { return e.gate == step.id; });
      const bool stale = row == evidence.end() || (row->valid_until && *row->valid_until <= environment_.clock.utc());
      if (stale)
        close_gate(step, "what opened it counted for " + journal::time_words(gate->valid_for_ms) +
                             ", and nothing was begun since");
      else if (gate->check) {
        const steps::InSettings settings(*session_, step.session);
        if (const auto reason = steps::ask(*session_, *gate->check, options_.show_data))
          close_gate(step, steps::without_data(*reason));
      }
    }
  });
}

/// The step is passed again as if for the first time.
void TargetRun::close_gate(const plan::Step& step, const std::string& reason) {
  const auto state = rows_.at(step.id).state;
  ledger::Unit unit(*ledger_);
  ledger_->fence(context_->grip);
  ledger_->move_step(context_->grip, step.id, state, ledger::State::absent, false);
  ledger_->drop_gate(context_->grip, step.id);
  const auto now = ledger_->target();
  ledger_->reopen(context_->grip, plans_.forward.hash, now.moving->stage, step.stage);
  auto back = move("park", "the gate is closed again: " + reason);
  back.to_hash = input_.stages.at(static_cast<std::size_t>(step.stage) - 1);
  ledger_->remember(std::move(back));
  unit.commit();
  environment_.sink.tell(journal::Noted{label(), step.summary + " is closed again: " + reason});
  target_ = ledger_->target();
  reload_row(step.id);
}

bool TargetRun::look_to_settle() {
  settling_ = true;
  return look();
}

std::string TargetRun::settle_text() const {
  const auto progress = progress_text();
  switch (result_.verdict) {
    case Verdict::run:
      return "it waits at a gate, at version " + stage_name(target_.moving->stage) + "; " + progress +
             ", and the others are void once it is settled";
    case Verdict::already_there:
      return "it was settled at version " + target_.at_name + " already";
    default:
      break;
  }
  if (target_.moving && !target_.moving->forward)
    return "this change is being taken back (" + progress + "): dmc undo brings that to its end";
  if (target_.moving)
    return "this change does not wait at a gate (" + progress +
           "): dmc run brings it to the next one, dmc undo takes it "
           "back";
  const auto empty = model::state_hash(input_.engine, {});
  const std::string at =
      target_.at_hash == empty
          ? std::string("the empty database")
          : "version " + (target_.at_name.empty() ? plan::short_digest(target_.at_hash) : target_.at_name);
  return "it is at rest at " + at + ": only a change that waits at a gate can be settled";
}

void TargetRun::settle() {
  patiently([&] {
    if (!context_ || over_ || !target_.moving) return;
    const auto stage = target_.moving->stage;
    const session::Stop::InFlight in_flight(environment_.stop, *session_);
    ledger::Unit unit(*ledger_);
    ledger_->fence(context_->grip);
    const auto hash = promised_at(stage, "it waits at a gate");
    if (!hash) return;
    const auto open = std::count_if(rows_.begin(), rows_.end(), [&](const auto& row) { return !done(row.first); });
    const std::string rest = std::to_string(open) + (open == 1 ? " step" : " steps") + " of the plan";
    ledger_->settle(context_->grip, plans_.forward.hash, stage, stage_name(stage), *hash, normaliser_);
    // What fills rows for writers that know nothing of the change goes on doing so.
    for (auto left : ledger_->leftovers()) {
      if (left.generation != context_->grip.generation || left.release != "change") continue;
      left.release = "settled";
      ledger_->put_leftover(left);
      result_.warnings.push_back(left.kind + " " + left.name +
                                 " stays at work; the next change ends it, and 'follow' there makes it anew");
    }
    auto settled = move("settle", rest + " not done and void");
    settled.to_hash = hash;
    ledger_->remember(std::move(settled));
    unit.commit();
    over_ = true;
    result_.outcome = "settled";
    result_.text = "it is at rest at version " + stage_name(stage) + "; " + rest + (open == 1 ? " is" : " are") +
                   " not done, and void";
  });
}

}  // namespace dmc::executor
