// Targets behind the plan's base: found by the state they are at, and where a plan left no state of its own, by what
// their ledger's history says of it.
#include <algorithm>

#include "runtime/executor/target_run.hpp"

namespace dmc::executor {

namespace {

bool is_end(const ledger::Move& move) { return move.move == "end" || move.move == "settle" || move.move == "adopt"; }

/// "7" and "7.1" are after version 6.
std::int64_t number_in(const std::string& name) {
  std::int64_t number = 0;
  for (const char c : name) {
    if (c < '0' || c > '9') break;
    number = number * 10 + (c - '0');
  }
  return number;
}

}  // namespace

std::vector<const Ancestor*> TargetRun::ancestors() const {
  std::vector<const Ancestor*> own;
  for (const auto& ancestor : options_.ancestors)
    if (ancestor.database == address_.database) own.push_back(&ancestor);
  return own;
}

const Ancestor* TargetRun::ancestor() const {
  const auto own = ancestors();
  const auto at = target_.at_hash.empty() ? model::state_hash(input_.engine, {}) : target_.at_hash;
  const auto found = std::find_if(own.begin(), own.end(), [&](const Ancestor* ancestor) {
    if (target_.moving) return target_.moving->plan == ancestor->plan_hash && target_.moving->forward;
    return !ancestor->rows_only && ancestor->hash == at;
  });
  if (found == own.end()) return nullptr;
  const auto missed = passed_over(target_.moving ? nullptr : *found);
  return missed.plan && !missed.untold ? missed.plan : *found;
}

/// A plan that only moves rows has run when the history says so, and has not when the history shows how the target came
/// to this state without it: from nothing, by the plan before it, or adopted as an earlier version.
TargetRun::Past TargetRun::past_of(const Ancestor& plan) const {
  const auto own = ancestors();
  bool seen_before = false, others = false, from_nothing = false;
  std::optional<bool> ended;
  for (const auto& [move, hash] : history_) {
    if (!is_end(move)) continue;
    if (move.move == "adopt") {
      from_nothing = move.to_hash == model::state_hash(input_.engine, {});
      continue;
    }
    if (move.plan == plan.plan_hash) ended = move.forward;
    const auto known =
        std::find_if(own.begin(), own.end(), [&](const Ancestor* other) { return move.plan == other->plan_hash; });
    if (known == own.end())
      others = true;
    else if ((*known)->behind > plan.behind && move.forward)
      seen_before = true, others = false;
  }
  if (ended) return *ended ? Past::ran : Past::missing;
  const auto* end = last_end(history_);
  if (end && end->move == "adopt" && !from_nothing)
    return number_in(target_.at_name) > 0 && number_in(target_.at_name) < plan.plan ? Past::missing : Past::untold;
  return (seen_before || from_nothing) && !others ? Past::missing : Past::untold;
}

TargetRun::Missed TargetRun::passed_over(const Ancestor* before) const {
  Missed missed;
  if (history_.empty() || target_.moving) return missed;
  const auto own = ancestors();
  auto plan = before ? std::next(std::find(own.begin(), own.end(), before)) : own.begin();
  for (; plan != own.end() && (*plan)->rows_only; ++plan) {
    const auto past = past_of(**plan);
    if (past == Past::missing) missed = {*plan, false};
    if (past == Past::untold && (!missed.plan || missed.untold)) missed = {*plan, true};
  }
  return missed;
}

void TargetRun::judge_behind(const Ancestor& ancestor, const std::string& at) {
  if (options_.catch_up && !target_.moving && !ancestor.rows_only)
    if (const auto missed = passed_over(&ancestor); missed.plan) return judge_untold(*missed.plan);
  result_.behind = ancestor.behind;
  result_.next_plan = ancestor.plan;
  verdict(Verdict::behind, at + ", behind by " + std::to_string(ancestor.behind) +
                               (ancestor.behind == 1 ? " plan" : " plans") + ": plan " + std::to_string(ancestor.plan) +
                               (ancestor.rows_only ? ", which only moves rows and has not run here," : "") +
                               (ancestor.behind == 1 ? " comes first" : " and those after it come first"));
}

/// Nothing but the history could tell, and it does not: whoever catches up decides first; who runs this plan alone is
/// told.
void TargetRun::judge_untold(const Ancestor& plan) {
  result_.next_plan = plan.plan;
  const std::string text = "nobody can tell whether plan " + std::to_string(plan.plan) +
                           " has run here [E0622]: it only moves rows, and the history of this database begins behind "
                           "it or knows other plans";
  if (options_.catch_up) return verdict(Verdict::untold, text);
  result_.warnings.push_back(text);
}

}  // namespace dmc::executor
