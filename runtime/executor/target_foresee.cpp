// Asks before anything is changed what would stop the run half way, when something may be gone for good.
#include <algorithm>
#include <iterator>

#include "compiler/plan/digest.hpp"
#include "runtime/executor/foresight.hpp"
#include "runtime/executor/steps_report.hpp"
#include "runtime/executor/target_run.hpp"
#include "runtime/steps/check.hpp"

namespace dmc::executor {

namespace {

std::string named(const plan::Step& step) {
  return "step '" + step.summary + (step.source.empty() ? "" : " (" + step.source + ")") + "'";
}

/// As far as it is known for certain; not of those that want a session of their own.
std::vector<bool> hold_at_once(session::Session& session, const std::vector<plan::QueryCheck>& checks,
                               const std::vector<const plan::Step*>& whose) {
  std::vector<plan::QueryCheck> some;
  std::vector<std::size_t> which;
  for (std::size_t i = 0; i < checks.size(); ++i)
    if (whose[i]->session.empty()) {
      some.push_back(checks[i]);
      which.push_back(i);
    }
  std::vector<bool> hold(checks.size());
  const auto told = steps::hold_together(session, some);
  for (std::size_t i = 0; i < some.size(); ++i) hold[which[i]] = told[i];
  return hold;
}

}  // namespace

std::optional<std::string> TargetRun::wrong(const plan::Step& step, const std::vector<plan::QueryCheck>& checks) {
  const steps::InSettings settings(*session_, step.session);
  for (const auto& check : checks) try {
      if (auto reason = steps::ask(*session_, check, options_.show_data)) return reason;
    } catch (const session::SessionError& error) {
      if (error.retryable) throw;
      // What it asks about is not there yet: its own step asks again.
    }
  return std::nullopt;
}

void TargetRun::judge_rows() {
  if (by_hand_ || (options_.by_hand && accept_by_hand())) return;
  Foresight foresight(live_, dialect_.description());
  const ledger::ReadOnly one_moment(*session_);
  std::vector<plan::QueryCheck> checks;
  std::vector<const plan::Step*> whose;
  for (const auto& step : own_steps()) {
    const auto row = rows_.find(step.id);
    const bool moving = target_.moving && row != rows_.end();
    if (moving && done(step.id)) continue;
    const bool untouched = !moving || row->second.state == ledger::State::absent;
    // Outside a transaction a check that fails may mean that the step acted already.
    if (untouched && step.exactly_once_by == plan::ExactlyOnce::transaction)
      for (const auto& check : step.pre)
        if (foresight.stays(check)) {
          checks.push_back(check);
          whose.push_back(&step);
        }
    foresight.pass(step);
  }
  const auto hold = hold_at_once(*session_, checks, whose);
  for (std::size_t i = 0; i < checks.size(); ++i)
    if (!hold[i])
      if (const auto reason = wrong(*whose[i], {checks[i]})) {
        result_.made_by_hand = is_made_by_hand();
        return stop(exit_code::failed, "refused",
                    std::string(target_.moving ? "nothing more" : "nothing") + " was changed: " + named(*whose[i]) +
                        " cannot be done, because " + *reason +
                        (result_.made_by_hand ? "; the database stands where this plan leads already" : ""));
      }
}

void TargetRun::judge_losses() {
  result_.losses = report_losses(forward_plan(), address_.database, rows_);
  Foresight foresight(live_, dialect_.description());
  std::vector<std::string> refused;
  const auto& steps = own_steps();
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    const auto row = rows_.find(step->id);
    if (row == rows_.end() || !has_effect(row->second.state)) continue;
    const auto grade = step->reverse.grade;
    const auto* back = reverse_of(*step);
    const auto loss = step->reverse.loses.value_or("it has no way back");
    if (grade == plan::ReverseClass::none && !back && !step->effects.empty())
      return stop(exit_code::refused, "refused",
                  "this cannot be taken back: " + step->summary + " (" + loss + "); nothing was changed");
    const bool until_written = grade == plan::ReverseClass::exact_until_written;
    const bool lossy = grade == plan::ReverseClass::lossy || grade == plan::ReverseClass::none;
    std::optional<std::string> reason;
    // Outside a transaction a check that fails may mean that the way back was gone already.
    const bool asks = back && back->exactly_once_by == plan::ExactlyOnce::transaction;
    if (asks && row->second.state == ledger::State::done && !(until_written && accepted(*step))) {
      std::vector<plan::QueryCheck> checks;
      std::ranges::copy_if(back->pre, std::back_inserter(checks), [&](const auto& check) {
        return until_written ? foresight.rows_stay(check) : foresight.stays(check);
      });
      reason = wrong(*back, checks);
    }
    if (reason && !until_written)
      return stop(exit_code::refused, "refused",
                  "nothing was changed: " + named(*back) + " cannot be done, because " + *reason);
    if (reason || (lossy && !accepted(*step))) {
      result_.unaccepted.push_back(step->id);
      refused.push_back("\n  " + plan::short_digest(step->id) + "  " + step->summary + ": " + loss +
                        (reason ? " (" + *reason + ")" : ""));
    }
    if (back) foresight.pass(*back);
  }
  if (refused.empty()) return;
  std::string text = "taking this back loses something; nothing was changed. Accept it by name with --lossy:";
  for (auto line = refused.rbegin(); line != refused.rend(); ++line) text += *line;
  stop(exit_code::refused, "refused", text);
}

}  // namespace dmc::executor
