// The loop: judge every target, claim them, carry the steps out in the plan's order, end them.
#include <algorithm>
#include <span>
#include <tuple>

#include "runtime/executor/admission.hpp"
#include "runtime/executor/expectation.hpp"
#include "runtime/executor/next.hpp"
#include "runtime/executor/replicas.hpp"
#include "runtime/executor/together.hpp"

namespace dmc::executor {

namespace {

std::vector<TargetAddress> sorted(std::vector<TargetAddress> targets) {
  std::sort(targets.begin(), targets.end(), [](const auto& left, const auto& right) {
    const auto replica = [](const auto& target) { return target.is_replica() ? target.shard : std::string(); };
    return std::tuple(left.database, replica(left), left.url.location) <
           std::tuple(right.database, replica(right), right.url.location);
  });
  return targets;
}

/// True while the run may go on anywhere: only a gate leaves the other databases free to go on.
bool goes_on(const TargetRun& target) { return !target.over() || target.waiting(); }

bool only_one_of(const std::string& database, const Targets& targets) {
  return std::count_if(targets.begin(), targets.end(),
                       [&](const auto& target) { return target.address().database == database; }) == 1;
}

void step_through(const plan::Plan& plan, bool undo, Targets& targets) {
  std::vector<const plan::Step*> order;
  for (const auto& step : plan.steps) order.push_back(&step);
  if (undo) std::reverse(order.begin(), order.end());
  for (std::size_t i = 0; i < order.size(); ++i)
    for (auto* one : in_turn(*order[i], targets)) {
      auto& target = *one;
      const auto& step = *order[i];
      if (target.over() || target.address().database != step.database) continue;
      if (!undo && !may_run(plan, step, target, targets)) continue;
      if (!may_act(step, target, targets)) continue;
      // Of several targets of a database none runs ahead of the others.
      if (only_one_of(step.database, targets)) target.step_jointly(std::span(order).subspan(i), targets.size() == 1);
      if (!target.over())
        target.step(step, undo ? std::vector<ledger::Required>() : built_on(plan, step, target, targets),
                    leader_of(step, target, targets));
      if (!goes_on(target)) return;
    }
}

void finish(RunResult& result, Targets& targets, const PlanPair& plans, const std::vector<TargetAddress>& addresses,
            const Options& options, bool undo) {
  for (auto& target : targets) {
    target.describe();
    auto& own = target.result();
    own.next = next_of(own, plans, addresses, target.address(), options, undo);
    result.exit_code = worst(result.exit_code, static_cast<int>(own.exit_code));
    result.targets.push_back(std::move(own));
  }
}

void stop_others(Targets& targets, const std::string& text) {
  for (auto& target : targets)
    if (!target.over()) target.stop(exit_code::done, "not started", text);
}

/// A target that cannot go keeps all of them from starting: a plan runs everywhere or nowhere.
bool judge_all(const plan::Plan& plan, Targets& targets, const Options& options, bool undo) {
  for (auto& target : targets) target.look();
  if (!undo) leave_behind(targets);
  judge_ahead(targets);
  const auto may_all = [&] {
    return std::none_of(targets.begin(), targets.end(),
                        [](auto& target) { return target.over() && !target.result().left_behind; });
  };
  bool all = may_all();
  std::vector<TargetRun*> in_order;
  std::vector<const TargetResult*> seen;
  for (auto& target : targets) {
    in_order.push_back(&target);
    seen.push_back(&target.result());
  }
  for (const auto& [at, text] : named_twice(seen)) {
    if (!in_order[at]->over()) in_order[at]->named_twice(text);
    all = false;
  }
  for (auto& target : targets)
    if (const auto before = options.seen.find(target.address().url.shown());
        !target.over() && before != options.seen.end() && before->second != target.result().standing) {
      target.stop(exit_code::held, taken_over,
                  "another runner came to this target since the whole fleet was looked at "
                  "[E0621]; nothing was done here");
      all = false;
    }
  if (all) {
    if (!options.scope) {
      const auto typed = scope_of(targets);
      for (auto& target : targets) target.check_scope(typed);
    }
    still_built_on(plan, targets);
    all = may_all();
  }
  if (!all) stop_others(targets, "nothing was done here, because another target cannot go");
  return all;
}

/// All of them or none: first every target is taken, then each is begun; where one cannot be, those that this run has
/// begun are put back.
bool claim_all(Targets& targets, const Options& options) {
  const bool alone = targets.size() == 1;
  const auto held = std::find_if(targets.begin(), targets.end(), [&](TargetRun& target) {
    return target.has_work() && !target.over() && !target.take(alone);
  });
  if (held != targets.end()) {
    stop_others(targets, "nothing was begun here, because " + held->label() + " cannot be taken");
    return false;
  }
  std::optional<FrozenScope> typed;
  if (!options.scope) typed = scope_of(targets);
  const auto& scope = typed ? *typed : *options.scope;
  for (auto& target : targets) {
    if (!target.has_work() || target.over() || target.begin_or_go_on(scope)) continue;
    for (auto& other : targets)
      if (!other.over() && other.give_back())
        other.stop(exit_code::done, "not started",
                   "nothing was done here, because " + target.label() + " cannot be begun");
    return false;
  }
  return true;
}

void stop_rest(Targets& targets) {
  const auto is_culprit = [](auto& target) { return target.over() && target.result().exit_code != 0; };
  auto culprit = std::find_if(targets.begin(), targets.end(),
                              [&](auto& target) { return is_culprit(target) && !target.result().left_behind; });
  if (culprit == targets.end()) culprit = std::find_if(targets.begin(), targets.end(), is_culprit);
  if (culprit == targets.end()) return;
  for (auto& target : targets)
    if (!target.over())
      target.stop(static_cast<int>(culprit->result().exit_code), culprit->waiting() ? "waiting" : "stopped",
                  culprit->waiting() ? "it waits for " + culprit->label() + ", which is at a gate"
                                     : "it stopped half way, because " + culprit->label() + " did");
}

/// A gate holds up every database of the plan, not only the one that it asks.
void park_all(Targets& targets) {
  std::int64_t stage = 0;
  for (const auto& target : targets)
    if (target.waiting()) stage = std::max(stage, target.stage());
  if (stage == 0) return;
  for (auto& target : targets)
    if (target.has_work() && (target.waiting() || !target.over()))
      target.park(target.waiting() ? target.stage() : stage);
}

RunResult carry(const PlanPair& plans, const std::vector<TargetAddress>& unsorted, const Options& options,
                Environment& environment, bool undo) {
  const auto& plan = plans.forward.plan;
  RunResult result{.plan = plans.forward.hash,
                   .title = title_of(plan),
                   .forward = !undo,
                   .dry_run = options.dry_run,
                   .exit_code = 0,
                   .text = refusal(plans, unsorted, environment),
                   .targets = {}};
  if (!result.text.empty()) {
    result.exit_code = exit_code::refused;
    return result;
  }
  result.text = unknown_word(plan, options);
  if (!result.text.empty()) {
    result.exit_code = exit_code::usage;
    return result;
  }
  const auto addresses = sorted(unsorted);
  Targets targets;
  std::vector<std::string> names;
  for (const auto& address : addresses) names.push_back(address.name());
  journal::RunStarted started{
      .plan = result.plan, .title = result.title, .forward = !undo, .runner = environment.runner.runner, .targets = {}};
  for (const auto& address : addresses) {
    targets.emplace_back(address, plans, options, environment, undo);
    targets.back().lies_in(layout_of(address, options.scope ? options.scope->scope.targets : names));
    started.targets.push_back(targets.back().label());
  }
  environment.sink.tell(started);
  const auto done = [&]() -> RunResult& {
    finish(result, targets, plans, addresses, options, undo);
    if (!options.dry_run)
      for (const auto& own : result.targets)
        environment.sink.tell(journal::TargetEnded{own.database + " (" + own.url + ")", own.exit_code, own.text});
    return result;
  };
  const bool all_may_go = judge_all(plan, targets, options, undo);
  for (auto& target : targets) result.targets.push_back(target.result());
  result.digest = dry_run_digest(result);
  result.targets.clear();
  if (!all_may_go) return done();
  result.text = unexpected(result, options);
  if (!result.text.empty()) {
    result.exit_code = exit_code::refused;
    return result;
  }
  for (auto& target : targets)
    if (!target.over() && !target.has_work() && (options.dry_run || !target.joins()))
      target.stop(exit_code::done, "nothing to do", target.result().verdict_text);
  const bool work = std::any_of(targets.begin(), targets.end(), [](const auto& target) { return target.has_work(); });
  if (options.dry_run) {
    for (auto& target : targets)
      if (target.has_work()) target.stop(exit_code::done, "would run", target.result().verdict_text);
    return done();
  }
  const auto join_all = [&] {
    for (auto& target : targets)
      if (!target.over() && target.joins()) target.join();
  };
  if (!work) {
    join_all();
    return done();
  }
  if (options.confirm) {
    RunResult asked = result;
    for (auto& target : targets) asked.targets.push_back(target.result());
    if (!options.confirm(asked)) {
      for (auto& target : targets) target.stop(exit_code::refused, "refused", "not confirmed; nothing was changed");
      return done();
    }
  }
  join_all();
  const bool claimed = claim_all(targets, options);
  if (claimed && !undo)
    for (auto& target : targets)
      if (target.has_work())
        target.ask_gates_again([&](std::int64_t stage) {
          return plan.databases.size() > 1 && std::any_of(targets.begin(), targets.end(), [&](const TargetRun& other) {
                   return &other != &target && other.begun_behind(stage);
                 });
        });
  if (claimed) step_through(plan, undo, targets);
  park_all(targets);
  if (claimed) still_built_on(plan, targets);
  for (auto& target : targets)
    if (claimed && !target.over() && may_end(target, targets)) target.end();
  stop_rest(targets);
  return done();
}

}  // namespace

RunResult run(const PlanPair& plans, const std::vector<TargetAddress>& targets, const Options& options,
              Environment& environment) {
  return carry(plans, targets, options, environment, false);
}

RunResult undo(const PlanPair& plans, const std::vector<TargetAddress>& targets, const Options& options,
               Environment& environment) {
  return carry(plans, targets, options, environment, true);
}

}  // namespace dmc::executor
