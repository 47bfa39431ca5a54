// A step outside any transaction: intent before the act, and after a crash the decision table of runtime.md §1.5.
#include <algorithm>

#include "runtime/steps/attempt.hpp"
#include "runtime/steps/check.hpp"

namespace dmc::steps {

std::vector<plan::Leftover> Attempt::found_leftovers() {
  std::vector<plan::Leftover> found;
  const ledger::ReadOnly read_only(context_.session);
  for (const auto& leftover : step().leftovers)
    if (leftover.release == "crash" && !context_.session.query(leftover.detect).rows.empty()) found.push_back(leftover);
  return found;
}

Outcome Attempt::autocommit(const Act& act) {
  using enum ledger::State;
  if (auto not_ready = until_ready()) return std::move(*not_ready);
  if (row_.state == begun() || row_.state == in_doubt) {
    if (by_repeat())
      finish(not_begun(), "to be sent again");
    else if (auto settled = settle())
      return std::move(*settled);
    if (step().exactly_once_by == plan::ExactlyOnce::token && !task_.skip_pre)
      if (auto no_pre = wrong_before()) return no_start(std::move(*no_pre));
    return intend_and_act(act);
  }
  const bool post_proves = step().exactly_once_by == plan::ExactlyOnce::post && !step().post.empty();
  auto no_pre = task_.skip_pre ? std::nullopt : wrong(step().pre);
  if (post_proves && (no_pre || step().pre.empty()) && !wrong(step().post))
    return finish(task_.undo ? absent : found, "found");
  if (no_pre) no_pre = wrong_before();
  if (no_pre) return no_start(std::move(*no_pre));
  return intend_and_act(act);
}

/// Whoever was asked to stop while it waited has not seen how it ends.
Outcome Attempt::no_start(std::string why) const {
  const bool waits = std::ranges::any_of(step().pre, [](const auto& check) { return check.patience_ms.has_value(); });
  if (waits && context_.stop.requested()) return Interrupted{};
  return Conflict{std::move(why)};
}

std::optional<Outcome> Attempt::settle() {
  using enum ledger::State;
  const auto doubt = [&](std::string text) -> std::optional<Outcome> {
    finish(in_doubt, "in doubt");
    return InDoubt{std::move(text)};
  };
  if (by_repeat()) return std::nullopt;
  const bool by_token = step().exactly_once_by == plan::ExactlyOnce::token;
  if ((!by_token && step().exactly_once_by != plan::ExactlyOnce::post) || step().post.empty())
    return doubt("an earlier attempt was cut off, and the step has no check that tells whether it acted");
  if (auto not_ready = until_ready()) return not_ready;
  const auto missing = wrong_at_last(step().post);
  if (!missing) return finish(ended(), done_word());
  if (facts().taken) {
    if (context_.stop.requested()) return Interrupted{};
    return too_late("the server took it, and " + *missing, step().one_replica ? step().one_replica->deadline_ms : 0);
  }
  const auto leftovers = found_leftovers();
  if (const auto* run = std::get_if<plan::RunSql>(&step().action);
      run && run->statements.size() > 1 && leftovers.empty())
    return doubt("an earlier attempt was cut off, and some of its statements may have taken effect");
  // Nothing was asked before the act, so nothing tells now that the act did not take place.
  if (step().pre.empty() && leftovers.empty() && !by_token)
    return doubt(
        "an earlier attempt was cut off; what the step brings is not there, and it has no check of what it starts from "
        "that would tell whether it acted");
  // Without its token the step did not act, whatever stands in its way now: its own pre-check says so next.
  if (auto no_pre = wrong(step().pre); no_pre && leftovers.empty() && !by_token)
    return doubt(
        "an earlier attempt was cut off; what the step brings is not there, and what it starts from is not there "
        "either (" +
        *no_pre + ")");
  for (const auto& leftover : leftovers)
    for (const auto& statement : leftover.cleanup) context_.session.execute(statement);
  // Of some acts the only way out of what was cut off leads forward.
  if (!leftovers.empty() && !wrong(step().post)) return finish(ended(), done_word());
  finish(not_begun(), "absent");
  return std::nullopt;
}

void Attempt::intend(Context& context, std::span<Attempt* const> attempts) {
  ledger::Unit unit(context.ledger);
  std::vector<ledger::StepMove> moves;
  for (auto* attempt : attempts) moves.push_back(attempt->move(attempt->begun()));
  context.ledger.claim_steps(context.grip, moves);
  for (auto* attempt : attempts) {
    attempt->facts() = {};
    for (const auto& invariant : attempt->step().invariants)
      attempt->facts().before.push_back(answer_digest(context.session, invariant.before));
    const auto& row = attempt->row_;
    context.ledger.set_facts(context.grip, row.step, row.state, row.facts, std::nullopt);
    attempt->note_start();
  }
  attempts.front()->commit(unit);
}

void Attempt::end(Context& context, std::span<Attempt* const> done, std::span<Attempt* const> not_begun) {
  ledger::Unit unit(context.ledger);
  context.ledger.fence(context.grip);
  for (auto* attempt : done) attempt->note_end(attempt->ended(), attempt->done_word());
  for (auto* attempt : not_begun) attempt->note_end(attempt->not_begun(), "not begun");
  (done.empty() ? not_begun : done).front()->commit(unit);
}

/// Durable before the first statement is sent, because a crash from here on must be looked into.
Outcome Attempt::intend_and_act(const Act& act) {
  auto* const self = this;
  intend(context_, {&self, 1});
  auto sending = sender();
  const auto watched = witness();
  try {
    if (auto outcome = act(sending)) {
      if (sending.executed() == 0) take_intent_back();
      return std::move(*outcome);
    }
  } catch (const session::SessionError& error) {
    // Refused before it began, or a lock that was not to be had: nothing of it was done, unless it works in several
    // transactions of its own and may leave something of them.
    if (sending.executed() == 0 && (!error.begun || (error.retryable && step().leftovers.empty()))) {
      take_intent_back();
      throw;
    }
    if (by_repeat()) throw;
    // Not every statement is taken back whole when it fails: what is there decides.
    if (sending.executed() == 0) {
      // To clean up may take as long as the act did, and a person wants to go: whoever comes next does it.
      if (context_.stop.immediately() && !found_leftovers().empty()) throw;
      if (auto settled = settle()) return std::move(*settled);
      throw;
    }
    finish(ledger::State::in_doubt, "in doubt");
    return InDoubt{
        "the first " + std::to_string(sending.executed()) +
        " of its statements took effect and cannot be taken back by the engine; the next one failed: " + error.what()};
  }
  if (step().one_replica)
    if (auto missing = after_arrival()) return std::move(*missing);
  if (auto failure = after()) return acted_in_vain(std::get<Failed>(*failure).text);
  auto more = excess(watched.get());
  auto outcome = finish(ended(), done_word());
  if (more) return Exceeded{std::move(*more)};
  return outcome;
}

Outcome Attempt::acted_in_vain(const std::string& why) {
  finish(ledger::State::in_doubt, "in doubt");
  return InDoubt{"its statements took effect, but " + why};
}

void Attempt::take_for_ended() { finish(ended(), task_.undo ? "taken for undone" : "taken for done"); }

void Attempt::declare(bool done) {
  finish(done ? ledger::State::done : ledger::State::absent,
         done ? "done, by a person's word" : "absent, by a person's word");
}

void Attempt::take_intent_back() { finish(not_begun(), "not begun"); }

Outcome Attempt::finish(ledger::State to, std::string_view outcome) {
  ledger::Unit unit(context_.ledger);
  context_.ledger.fence(context_.grip);
  note_end(to, outcome);
  commit(unit);
  if (to == ledger::State::found) return Found{};
  return Done{facts().rows};
}

void Attempt::note_end(ledger::State to, std::string_view outcome) {
  if (row_.state != to) context_.ledger.move_step(context_.grip, row_.step, row_.state, to, false);
  const bool complete = to == ended() || to == ledger::State::found;
  row_.state = to;
  row_.epoch = context_.grip.epoch;
  if (complete)
    record(outcome);
  else
    context_.ledger.put_attempt(
        context_.grip, {row_.step, row_.attempt, !task_.undo, context_.runner.pid, context_.runner.runner, started_,
                        context_.clock.utc(), std::string(outcome), std::nullopt});
}

}  // namespace dmc::steps
