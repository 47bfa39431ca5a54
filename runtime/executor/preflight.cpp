// A run that only looks, and then asks on instead of stopping at the first answer that is wrong.
#include "runtime/executor/preflight.hpp"

#include <algorithm>

#include "runtime/executor/admission.hpp"
#include "runtime/executor/foresight.hpp"
#include "runtime/executor/next.hpp"
#include "runtime/executor/replicas.hpp"
#include "runtime/executor/target_run.hpp"
#include "runtime/session/space.hpp"
#include "runtime/steps/check.hpp"

namespace dmc::executor {

namespace {

/// What the plan may write besides what is there, at its highest: a table that is rebuilt lies there twice, a backup
/// stays, and the engine's own journal holds what a transaction changes.
std::int64_t estimate(const std::vector<plan::Step>& steps, std::int64_t used) {
  constexpr std::int64_t least = 1 << 20;
  std::int64_t highest = 0, kept = 0;
  for (const auto& step : steps) {
    std::int64_t own = 0;
    for (const auto& lock : step.locks)
      if (lock.work == "rewrite")
        own = std::max(own, 2 * used);
      else if (lock.work == "rows" || lock.work == "index")
        own = std::max(own, used);
    if (std::holds_alternative<plan::Backup>(step.action)) {
      own = std::max(own, used);
      kept += used;
    }
    highest = std::max(highest, own + kept);
  }
  return highest + least;
}

SpaceNeeded space_needed(const session::Space& space, const std::vector<plan::Step>& steps) {
  SpaceNeeded needed{space.used, std::nullopt, space.free, "unknown"};
  if (space.used) needed.needed = estimate(steps, *space.used);
  if (needed.needed && needed.free) needed.answer = *needed.free >= *needed.needed ? "enough" : "too little";
  return needed;
}

std::string rights_of(const session::Space& space) {
  return !space.writable ? "unknown" : *space.writable ? "holds" : "does not hold";
}

/// What the answers come to, behind where the target stands.
void conclude(TargetPreflight& result, const PlanPair& plans, const TargetAddress& address) {
  const auto count = [&](const std::string& answer) {
    return std::count_if(result.questions.begin(), result.questions.end(),
                         [&](const auto& question) { return question.answer == answer; });
  };
  const auto wrong = count("does not hold"), later = count("not yet"), asked = count("holds") + wrong;
  const bool stands = wrong == 0 && result.rights != "does not hold" && result.space.answer != "too little";
  if (!stands) result.exit_code = exit_code::failed;
  result.text += "; ";
  if (asked == 0)
    result.text += "there is no question that could be asked now";
  else if (asked == 1)
    result.text += std::string("the one question that can be asked ") + (wrong == 0 ? "holds" : "does not hold");
  else if (wrong == 0)
    result.text += "all " + std::to_string(asked) + " questions that can be asked hold";
  else
    result.text += std::to_string(wrong) + " of " + std::to_string(asked) + " questions " +
                   (wrong == 1 ? "does not hold" : "do not hold");
  if (later > 0) result.text += ", " + std::to_string(later) + " can only be asked on the way";
  result.next = stands
                    ? Next{std::string(later > 0 ? "nothing that can be asked now stands against it"
                                                 : "nothing stands against it") +
                               "; say what would happen, then do it",
                           command_line("run", plans.path, {address}, {"--dry-run"})}
                    : Next{"mend what does not hold, then ask again", command_line("preflight", plans.path, {address})};
}

}  // namespace

std::vector<Foreseen> TargetRun::foresee() {
  std::vector<Foreseen> questions;
  Foresight foresight(live_, dialect_.description());
  std::int64_t ordinal = 0;
  for (const auto& step : own_steps()) {
    ++ordinal;
    const auto row = rows_.find(step.id);
    const bool moving = target_.moving && row != rows_.end();
    if (moving && row->second.state != ledger::State::absent) {
      if (!done(step.id)) foresight.pass(step);
      continue;
    }
    for (const auto& check : step.pre) {
      Foreseen question{step.id, ordinal, step.summary, check.means, "not yet", ""};
      if (session_ && foresight.stays(check)) try {
          const steps::InSettings settings(*session_, step.session);
          const auto reason = steps::ask(*session_, check, options_.show_data);
          question.answer = reason ? "does not hold" : "holds";
          question.text = reason.value_or("");
        } catch (const session::SessionError& error) {
          if (error.retryable) throw;
          question.text = "it cannot be asked before a step before it has run: " + std::string(error.what());
        }
      questions.push_back(std::move(question));
    }
    foresight.pass(step);
  }
  return questions;
}

namespace {

TargetPreflight of_target(const PlanPair& plans, const TargetAddress& address, const Layout& layout,
                          Environment& environment) {
  Options options;
  options.dry_run = true;
  TargetRun target(address, plans, options, environment, false);
  target.lies_in(layout);
  TargetPreflight result;
  result.database = address.name();
  result.url = address.url.shown();
  target.look();
  const auto& seen = target.result();
  result.verdict = plan::name_of(seen.verdict);
  result.drift = seen.drift;
  result.text = seen.verdict_text.empty() ? seen.text : seen.verdict_text;
  // One that was refused because of its rows is asked on.
  const bool may_be_asked = !seen.verdict_text.empty() && may_go(seen.verdict);
  if (!may_be_asked) {
    result.exit_code = seen.exit_code == 0 ? exit_code::failed : seen.exit_code;
    result.next = next_of(seen, plans, {address}, address, options, false);
    const auto again = command_line("preflight", plans.path, {address});
    if (seen.verdict == Verdict::missing) result.next = {"check the path, or bring the file there; then", again};
    if (seen.verdict == Verdict::unreadable) result.next = {"when the reason is gone, ask again", again};
    return result;
  }
  if (!target.has_work()) return result;
  std::vector<plan::Step> own;
  for (const auto& step : plans.forward.plan.steps)
    if (step.database == address.database) own.push_back(step);
  try {
    result.questions = target.foresee();
    const auto space = session::space_of(address.url, target.session());
    result.space = space_needed(space, own);
    result.rights = rights_of(space);
  } catch (const std::exception& error) {
    result.exit_code = exit_code::failed;
    result.text += "; not everything could be asked: " + std::string(error.what());
    result.next = {"ask again", command_line("preflight", plans.path, {address})};
    return result;
  }
  conclude(result, plans, address);
  return result;
}

}  // namespace

PreflightResult preflight(const PlanPair& plans, const std::vector<TargetAddress>& targets, Environment& environment) {
  PreflightResult result{plans.forward.hash, title_of(plans.forward.plan), 0, {}, {}};
  // A plan is admitted with one target for each of its databases; of a fleet there are several.
  std::vector<TargetAddress> one_each;
  for (const auto& address : targets)
    if (std::none_of(one_each.begin(), one_each.end(),
                     [&](const auto& other) { return other.database == address.database; }))
      one_each.push_back(address);
  result.text = refusal(plans, one_each, environment);
  if (!result.text.empty()) {
    result.exit_code = exit_code::refused;
    return result;
  }
  std::vector<std::string> names;
  for (const auto& address : targets) names.push_back(address.name());
  for (const auto& address : targets) {
    result.targets.push_back(of_target(plans, address, layout_of(address, names), environment));
    result.exit_code = worst(result.exit_code, static_cast<int>(result.targets.back().exit_code));
  }
  return result;
}

}  // namespace dmc::executor
