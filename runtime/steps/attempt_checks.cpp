// What is asked around a step: each by itself, or those of several steps at once.
#include <utility>

#include "runtime/steps/attempt.hpp"
#include "runtime/steps/check.hpp"

namespace dmc::steps {

std::optional<std::string> Attempt::asked(const plan::QueryCheck& check) {
  return ask(context_.session, with_token(check, token()), context_.show_data);
}

std::optional<std::string> Attempt::wrong(const std::vector<plan::QueryCheck>& checks) {
  return wrong(checks, token());
}

std::optional<std::string> Attempt::wrong(const std::vector<plan::QueryCheck>& checks, const std::string& token) {
  for (const auto& check : checks)
    if (auto reason = ask(context_.session, with_token(check, token), context_.show_data)) return reason;
  return std::nullopt;
}

std::optional<std::string> Attempt::wrong_before() {
  constexpr std::int64_t longest_look_ms = 1'000;
  for (const auto& check : step().pre)
    if (auto reason = wait_until(check.patience_ms.value_or(0), longest_look_ms, [&] { return asked(check); }))
      return reason;
  return std::nullopt;
}

bool Attempt::asks_for(Checks of_step) const {
  return !task_.row_only() && !(task_.skip_pre && of_step == &plan::Step::pre);
}

std::pair<std::vector<plan::QueryCheck>, std::vector<std::size_t>> Attempt::checks_of(
    std::span<Attempt* const> attempts, Checks of_step) {
  std::vector<plan::QueryCheck> checks;
  std::vector<std::size_t> whose;
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    if (!attempts[i]->asks_for(of_step)) continue;
    for (const auto& check : attempts[i]->step().*of_step) {
      checks.push_back(with_token(check, attempts[i]->token()));
      whose.push_back(i);
    }
  }
  return {std::move(checks), std::move(whose)};
}

std::pair<std::size_t, std::string> Attempt::holding(Context& context, std::span<Attempt* const> attempts,
                                                     Checks of_step) {
  const auto [checks, whose] = checks_of(attempts, of_step);
  const auto wrong = ask_all(context.session, checks, context.show_data);
  if (!wrong) return {attempts.size(), ""};
  return {whose[wrong->at], wrong->reason};
}

bool Attempt::all_hold(Context& context, std::span<Attempt* const> attempts, Checks of_step) {
  const auto checks = checks_of(attempts, of_step).first;
  const auto hold = hold_together(context.session, checks);
  for (std::size_t i = 0; i < checks.size(); ++i)
    if (!hold[i] && (asks_for_rows(checks[i]) || ask(context.session, checks[i], context.show_data))) return false;
  return true;
}

std::optional<Outcome> Attempt::before(ledger::Unit* unit) {
  if (task_.row_only()) return std::nullopt;
  if (!asked_by_others_ && asks_for(&plan::Step::pre)) {
    if (auto reason = wrong(step().pre)) return Conflict{std::move(*reason)};
    if (unit && !step().hold.empty()) {
      auto sending = sender(unit);
      for (const auto& statement : step().hold) sending.execute(statement);
      if (auto reason = wrong(step().pre)) return Conflict{std::move(*reason)};
    }
  }
  auto& answers = facts().before;
  answers.clear();
  for (const auto& invariant : step().invariants) answers.push_back(answer_digest(context_.session, invariant.before));
  return std::nullopt;
}

std::optional<Outcome> Attempt::after() {
  if (task_.row_only()) return std::nullopt;
  const auto& answers = facts().before;
  for (std::size_t i = 0; i < step().invariants.size() && i < answers.size(); ++i) {
    const auto& invariant = step().invariants[i];
    const std::string now = answer_digest(context_.session, invariant.after);
    if (now == answers[i]) continue;
    std::string text = "it does not hold that " + invariant.means;
    if (!now.starts_with("sha256:") && !answers[i].starts_with("sha256:"))
      text += ": it was " + answers[i] + " before and is " + now + " after";
    return Failed{std::move(text)};
  }
  if (asked_by_others_) return std::nullopt;
  for (const auto& check : step().post)
    if (auto reason = asked(check)) return Failed{std::move(*reason)};
  return std::nullopt;
}

}  // namespace dmc::steps
