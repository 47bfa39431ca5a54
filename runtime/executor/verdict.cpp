// The marker is compared, never the wish: a target that moves belongs to its plan, one at rest to its state hash.
#include "runtime/executor/verdict.hpp"

#include <algorithm>

namespace dmc::executor {

namespace {

/// Of the moves that began and ended this plan, the last says whether its effects are there. Settled, a part of them
/// is.
bool ran_last(const History& history, const std::string& hash) {
  for (auto move = history.rbegin(); move != history.rend(); ++move)
    if ((move->first.move == "end" || move->first.move == "settle") && move->first.plan == hash)
      return move->first.forward;
  return false;
}

}  // namespace

int worst(int left, int right) {
  constexpr int order[] = {exit_code::interrupted, exit_code::failed, exit_code::not_in_base, exit_code::held,
                           exit_code::refused,     exit_code::usage,  exit_code::waiting,     exit_code::done};
  const auto* found =
      std::find_if(std::begin(order), std::end(order), [&](int code) { return code == left || code == right; });
  return found == std::end(order) ? std::max(left, right) : *found;
}

const ledger::Move* last_end(const History& history) {
  for (auto move = history.rbegin(); move != history.rend(); ++move)
    if (move->first.move == "end" || move->first.move == "adopt" || move->first.move == "settle") return &move->first;
  return nullptr;
}

std::optional<std::string> plan_of_generation(const ledger::Target& target, const History& history) {
  if (target.moving) return target.moving->plan;
  for (auto move = history.rbegin(); move != history.rend(); ++move)
    if (move->first.move == "begin" && move->first.generation == target.generation) return move->first.plan;
  return std::nullopt;
}

bool settled_by(const ledger::Target& target, const History& history, const std::string& hash) {
  const auto* end = last_end(history);
  return !target.moving && end && end->move == "settle" && end->plan == hash && end->to_hash == target.at_hash;
}

const ledger::Move* purged(const ledger::Target& target, const History& history) {
  const auto last = plan_of_generation(target, history);
  if (const auto* end = last_end(history); end && !end->forward) return nullptr;
  for (auto move = history.rbegin(); move != history.rend(); ++move)
    if (move->first.move == "purge" && move->first.generation == target.generation && move->first.plan == last)
      return &move->first;
  return nullptr;
}

std::string last_moved(const History& history) { return history.empty() ? std::string() : history.back().first.at; }

Verdict verdict_of_run(const ledger::Target& target, const History& history, const std::string& hash,
                       const plan::DatabaseInput& input) {
  if (target.moving) {
    if (target.moving->plan != hash) return Verdict::under_way;
    return target.moving->forward ? Verdict::resume : Verdict::turn;
  }
  if (settled_by(target, history, hash)) return Verdict::settled;
  // A plan that only moves rows leads back to the state it starts from; there the history says whether it has run.
  if (input.from == input.to && target.at_hash == input.to)
    return ran_last(history, hash) ? Verdict::already_there : Verdict::run;
  if (target.at_hash == input.to) return Verdict::already_there;
  if (target.at_hash == input.from) return Verdict::run;
  return Verdict::other_version;
}

Verdict verdict_of_undo(const ledger::Target& target, const History& history, const std::string& hash,
                        const plan::DatabaseInput& input) {
  if (target.moving) {
    if (target.moving->plan != hash) return Verdict::under_way;
    return target.moving->forward ? Verdict::turn : Verdict::resume;
  }
  if (settled_by(target, history, hash) && plan_of_generation(target, history) == hash) return Verdict::run;
  const auto* end = last_end(history);
  const bool ours = end && end->move == "end" && end->plan == hash;
  if (ours && end->forward && target.at_hash == input.to && plan_of_generation(target, history) == hash)
    return Verdict::run;
  if (ours && !end->forward) return Verdict::already_there;
  // The state of a plan that only moves rows does not tell whether its effects are there.
  if (input.from == input.to && ran_last(history, hash)) return Verdict::other_version;
  if (target.at_hash == input.from) return Verdict::already_there;
  return Verdict::other_version;
}

Verdict verdict_of_settle(const ledger::Target& target, const History& history, const std::string& hash) {
  if (target.moving) {
    if (target.moving->plan != hash) return Verdict::under_way;
    return target.moving->forward && target.moving->parked ? Verdict::run : Verdict::not_parked;
  }
  return settled_by(target, history, hash) ? Verdict::already_there : Verdict::not_parked;
}

bool may_go(Verdict verdict) {
  using enum Verdict;
  return verdict == run || verdict == already_there || verdict == resume || verdict == turn ||
         verdict == no_ledger_empty;
}

int exit_code_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::run:
    case Verdict::already_there:
    case Verdict::resume:
    case Verdict::turn:
    case Verdict::no_ledger_empty:
      return exit_code::done;
    case Verdict::under_way:
      return exit_code::waiting;
    case Verdict::other_version:
    case Verdict::behind:
    case Verdict::untold:
    case Verdict::restored:
    case Verdict::no_ledger:
    case Verdict::missing:
    case Verdict::drift:
    case Verdict::settled:
    case Verdict::purged:
    case Verdict::not_parked:
    case Verdict::foreign:
    case Verdict::copy:
      return exit_code::not_in_base;
    case Verdict::of_cluster:
    case Verdict::twice:
    case Verdict::other_ground:
    case Verdict::older_index:
    case Verdict::other_index:
    case Verdict::newer_ledger:
    case Verdict::old_engine:
    case Verdict::other_scope:
      return exit_code::refused;
    case Verdict::held:
    case Verdict::left_at_work:
      return exit_code::held;
    case Verdict::unreadable:
      return exit_code::failed;
  }
  return exit_code::failed;
}

}  // namespace dmc::executor
