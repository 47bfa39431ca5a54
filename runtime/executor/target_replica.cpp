// One replica of a shard in a run: what it owes the others, and what is asked of it because of them.
#include <algorithm>

#include "runtime/executor/target_run.hpp"
#include "runtime/steps/check.hpp"

namespace dmc::executor {

namespace {

void fill_in(std::string& text, std::string_view hole, std::int64_t count) {
  for (auto at = text.find(hole); at != std::string::npos; at = text.find(hole, at))
    text.replace(at, hole.size(), std::to_string(count));
}

plan::QueryCheck asked_with(plan::QueryCheck look, const Layout& layout) {
  std::string none;
  for (auto* text : {&look.query, look.value ? &*look.value : &none}) {
    fill_in(*text, plan::hosts_hole, layout.hosts);
    fill_in(*text, plan::shards_hole, layout.shards);
    fill_in(*text, plan::replicas_hole, layout.replicas);
  }
  return look;
}

}  // namespace

void TargetRun::judge_looks() {
  if (over_ || !layout_ || !session_ || !has_work()) return;
  for (const auto& look : input_.looks)
    if (const auto reason = steps::ask(*session_, asked_with(look, *layout_), options_.show_data))
      return verdict(Verdict::other_ground, *reason + " [E0627]");
}

void TargetRun::left_behind(const std::string& text) {
  result_.left_behind = true;
  result_.verdict_text = text;
  stop(exit_code::failed, "unknown", text);
}

void TargetRun::judge_ahead(const std::function<bool(const plan::Step&)>& elsewhere) {
  const auto accounts = [&](const Difference& difference) {
    return std::any_of(own_steps().begin(), own_steps().end(), [&](const plan::Step& step) {
      return step.object == difference.object && passes_on(step) && elsewhere(step);
    });
  };
  std::erase_if(ahead_, accounts);
  if (!ahead_.empty()) drifted(std::exchange(ahead_, {}));
}

bool TargetRun::passes_on(const plan::Step& forward) const {
  const auto* step = undo_ ? reverse_of(forward) : &forward;
  return step && step->one_replica && address_.is_replica();
}

bool TargetRun::needs_all_known(const plan::Step& forward) const {
  const auto* step = undo_ ? reverse_of(forward) : &forward;
  if (!step || !address_.is_replica()) return false;
  return step->all_known || (step->one_replica && step->exactly_once_by == plan::ExactlyOnce::token);
}

bool TargetRun::has_begun(const std::string& step) const {
  const auto* known = row(step);
  return known && (known->state == ledger::State::intended || known->state == ledger::State::undoing ||
                   known->state == ledger::State::in_doubt);
}

bool TargetRun::has_open(const std::string& step) const {
  const auto* known = row(step);
  return known && !at_its_end(*known);
}

bool TargetRun::has_ended(const std::string& step) const { return undo_ ? undone_.contains(step) : done(step); }

bool TargetRun::has_found(const std::string& step) const {
  const auto* known = row(step);
  return known && known->state == ledger::State::found;
}

bool TargetRun::at_the_end() const {
  return context_ && std::all_of(rows_.begin(), rows_.end(), [&](const auto& row) { return at_its_end(row.second); });
}

steps::Leader TargetRun::lead(const plan::Step& forward) {
  const auto& step = undo_ && reverse_of(forward) ? *reverse_of(forward) : forward;
  steps::Leader leader{steps::token_of(context_ ? context_->grip.generation : target_.generation, forward.id),
                       std::nullopt, label(), !undo_ && has_found(forward.id)};
  // One that cannot be asked any more says nothing, and the checks of the step decide.
  try {
    if (session_) leader.progress = steps::progress_of(*session_, *step.one_replica);
  } catch (const session::SessionError&) {
  }
  return leader;
}

void TargetRun::note_undone() {
  if (!undo_ && (!target_.moving || target_.moving->forward)) return;
  for (const auto& attempt : ledger_->attempts(target_.generation))
    if (!attempt.forward && attempt.outcome == "undone")
      undone_.insert(attempt.step);
    else if (attempt.forward)
      undone_.erase(attempt.step);
}

}  // namespace dmc::executor
