// Carries a plan from wave to wave, several targets of a wave at once.
#include <algorithm>
#include <atomic>
#include <iterator>

#include "runtime/cli/fleet.hpp"
#include "runtime/cli/plan_files.hpp"
#include "runtime/executor/expectation.hpp"
#include "runtime/executor/together.hpp"
#include "runtime/executor/workers.hpp"

namespace dmc::cli {
namespace {

using executor::RunResult;
using Targets = std::vector<executor::TargetAddress>;

bool has_gate(const plan::Plan& plan) {
  return std::any_of(plan.steps.begin(), plan.steps.end(),
                     [](const plan::Step& step) { return std::holds_alternative<plan::Gate>(step.action); });
}

std::string label(const executor::TargetAddress& target) { return target.name() + " (" + target.url.shown() + ")"; }

/// The whole fleet is one run to those who watch: it is announced once, and each verdict is told once.
class FleetSink : public journal::Sink {
 public:
  FleetSink(journal::Sink& sink, bool verdicts) : sink_(sink), verdicts_(verdicts) {}
  void tell(const journal::Event& event) override {
    if (std::holds_alternative<journal::RunStarted>(event)) return;
    if (!verdicts_ && std::holds_alternative<journal::VerdictGiven>(event)) return;
    sink_.tell(event);
  }

 private:
  journal::OneAtATime sink_;
  bool verdicts_;
};

class Carrier {
 public:
  Carrier(const inventory::Cluster& cluster, const executor::PlanPair& plans, bool undo,
          executor::Environment& environment)
      : cluster_(cluster),
        plans_(plans),
        undo_(undo),
        environment_(environment),
        waves_(waves_of(cluster, databases_of(plans.forward.plan))) {
    if (undo) std::reverse(waves_.begin(), waves_.end());
  }

  /// Nothing is changed when one of the targets cannot go. No session stays open, whatever their number.
  /// A cluster without any database of the plan is refused as a run without targets is.
  RunResult look(const executor::Options& wanted) const {
    auto options = wanted;
    options.dry_run = true;
    options.confirm = {};
    options.expect = {};  // it is of all targets at once
    std::vector<Targets> all;
    std::size_t parallel = 1;
    journal::RunStarted started{.plan = plans_.forward.hash,
                                .title = title_of(plans_.forward.plan),
                                .forward = !undo_,
                                .runner = environment_.runner.runner,
                                .targets = {}};
    for (std::size_t i = 0; i < waves_.size(); ++i) {
      for (auto& group : groups(waves_[i])) all.push_back(std::move(group));
      parallel = std::max(parallel, static_cast<std::size_t>(wave(i).parallel));
    }
    for (const auto& group : all)
      for (const auto& target : group) started.targets.push_back(label(target));
    environment_.sink.tell(started);
    FleetSink sink(environment_.sink, true);
    if (all.empty()) return carry({}, options, sink);
    std::vector<RunResult> parts(all.size());
    executor::for_each(all.size(), parallel, [&](std::size_t i) { parts[i] = carry(all[i], options, sink); });
    RunResult whole;
    for (auto& part : parts) add(std::move(part), whole);
    whole.digest = executor::dry_run_digest(whole);
    refuse_twice(whole);
    if (may_go(whole)) {
      whole.text = executor::unexpected(whole, wanted);
      if (!whole.text.empty()) {
        whole.exit_code = executor::exit_code::refused;
        whole.targets.clear();
      }
      return whole;
    }
    for (auto& target : whole.targets)
      if (target.exit_code == executor::exit_code::done) {
        target.outcome = "not started";
        target.text = "nothing was done here, because another target cannot go";
        target.next = {};
      }
    return whole;
  }

  /// A target that is left behind keeps no other from going.
  static bool may_go(const RunResult& seen) {
    return seen.text.empty() && std::all_of(seen.targets.begin(), seen.targets.end(), [](const auto& target) {
             return target.exit_code == executor::exit_code::done || target.left_behind;
           });
  }

  RunResult pass(const executor::Options& options) const {
    RunResult whole;
    whole.plan = plans_.forward.hash;
    whole.title = title_of(plans_.forward.plan);
    whole.forward = !undo_;
    FleetSink sink(environment_.sink, false);
    bool halted = false;
    for (std::size_t i = 0; i < waves_.size(); ++i) {
      const auto all = groups(waves_[i]);
      std::vector<RunResult> parts(all.size());
      std::vector<std::uint8_t> begun(all.size());  // not bool: each is written by a thread of its own
      std::atomic<std::int64_t> failed{0};
      std::atomic<bool> stopped{halted};
      executor::for_each(
          all.size(), static_cast<std::size_t>(wave(i).parallel),
          [&](std::size_t group) {
            begun[group] = 1;
            parts[group] = carry(all[group], options, sink);
            failed += failures(parts[group]);
            const bool ends = parts[group].exit_code == executor::exit_code::interrupted || was_taken(parts[group]);
            if (failed >= wave(i).halt_at || ends) stopped = true;
          },
          [&] { return !stopped && !environment_.stop.requested(); });
      for (std::size_t group = 0; group < all.size(); ++group)
        if (begun[group])
          add(std::move(parts[group]), whole);
        else
          skip(all[group], wave(i), environment_.stop.requested(), whole);
      halted = stopped || environment_.stop.requested();
    }
    return whole;
  }

 private:
  const inventory::Wave& wave(std::size_t i) const { return cluster_.waves[undo_ ? waves_.size() - 1 - i : i]; }

  static std::int64_t failures(const RunResult& part) {
    return std::count_if(part.targets.begin(), part.targets.end(), [](const auto& target) {
      return target.exit_code != executor::exit_code::done && target.exit_code != executor::exit_code::waiting &&
             !target.left_behind;
    });
  }

  /// Two runners must not share a fleet out among them: what another one does there is not this run's.
  static bool was_taken(const RunResult& part) {
    return std::any_of(part.targets.begin(), part.targets.end(),
                       [](const auto& target) { return target.outcome == executor::taken_over; });
  }

  /// Two paths to one database are two shards to nobody but the inventory.
  static void refuse_twice(RunResult& whole) {
    std::vector<const executor::TargetResult*> seen;
    for (const auto& target : whole.targets) seen.push_back(&target);
    for (const auto& [at, text] : executor::named_twice(seen)) {
      auto& target = whole.targets[at];
      target.verdict = executor::Verdict::twice;
      target.verdict_text = target.text = text;
      target.outcome = "refused";
      target.exit_code = executor::exit_code_of(target.verdict);
      target.next = {"take one of the two out of the inventory, then run again", ""};
      whole.exit_code = executor::worst(whole.exit_code, static_cast<int>(target.exit_code));
    }
  }

  RunResult carry(const Targets& targets, const executor::Options& options, journal::Sink& sink) const {
    executor::Environment own{environment_.connector, environment_.dialects, environment_.clock,  sink,
                              environment_.stop,      environment_.runner,   environment_.keepers};
    return undo_ ? executor::undo(plans_, targets, options, own) : executor::run(plans_, targets, options, own);
  }

  /// Targets of one database do not wait for each other, but for replicas of one shard; those of several do.
  std::vector<Targets> groups(const Targets& wave) const {
    if (wave.empty()) return {};
    if (plans_.forward.plan.databases.size() > 1) return {wave};
    std::vector<Targets> groups;
    for (const auto& target : wave) {
      const bool joins = !groups.empty() && target.is_replica() && groups.back().front().is_replica() &&
                         groups.back().front().shard_name() == target.shard_name();
      if (!joins) groups.emplace_back();
      groups.back().push_back(target);
    }
    return groups;
  }

  /// A part that was refused before any target was looked at has a text in the place of targets.
  static void add(RunResult part, RunResult& whole) {
    const bool is_first = whole.targets.empty() && whole.text.empty();
    auto targets = std::move(whole.targets);
    auto text = whole.text.empty() ? std::move(part.text) : std::move(whole.text);
    const int exit_code = is_first ? part.exit_code : executor::worst(whole.exit_code, part.exit_code);
    targets.insert(targets.end(), std::make_move_iterator(part.targets.begin()),
                   std::make_move_iterator(part.targets.end()));
    whole = std::move(part);
    whole.targets = std::move(targets);
    whole.text = std::move(text);
    whole.exit_code = exit_code;
  }

  /// `asked`: it was not a failure that ended the wave but somebody who wants it to end.
  static void skip(const Targets& targets, const inventory::Wave& wave, bool asked, RunResult& whole) {
    for (const auto& target : targets) {
      executor::TargetResult result;
      result.database = target.name();
      result.url = target.url.shown();
      result.outcome = "not started";
      result.text = asked ? "stopped on request before its turn; nothing was done here"
                          : "wave '" + wave.name + "' was halted before its turn; nothing was done here";
      result.exit_code = asked ? executor::exit_code::interrupted : executor::exit_code::done;
      result.verdict_text = result.text;
      whole.exit_code = executor::worst(whole.exit_code, static_cast<int>(result.exit_code));
      whole.targets.push_back(std::move(result));
    }
  }

  const inventory::Cluster& cluster_;
  const executor::PlanPair& plans_;
  bool undo_;
  executor::Environment& environment_;
  std::vector<Targets> waves_;
};

}  // namespace

executor::RunResult run_on_fleet(const inventory::Cluster& cluster, const executor::PlanPair& plans,
                                 const executor::Options& options, bool undo, executor::Environment& environment) {
  const Carrier carrier(cluster, plans, undo, environment);
  auto seen = carrier.look(options);
  seen.dry_run = options.dry_run;
  if (options.dry_run || !Carrier::may_go(seen)) return seen;
  if (options.confirm && !options.confirm(seen)) {
    seen.exit_code = executor::exit_code::refused;
    seen.text = "not confirmed; nothing was changed";
    return seen;
  }
  auto quiet = options;
  quiet.confirm = {};
  quiet.expect = {};  // it was of all targets at once
  for (auto& target : seen.targets)
    if (!target.left_behind) quiet.seen[target.url] = std::move(target.standing);
  seen = {};
  if (undo || options.through.empty() || !has_gate(plans.forward.plan)) return carrier.pass(quiet);
  auto first = quiet;
  first.through.clear();
  auto reached = carrier.pass(first);
  const bool all = std::all_of(reached.targets.begin(), reached.targets.end(), [](const auto& target) {
    return target.outcome != "not started" &&
           (target.exit_code == executor::exit_code::done || target.exit_code == executor::exit_code::waiting);
  });
  quiet.seen.clear();  // this run itself has moved them
  return all ? carrier.pass(quiet) : reached;
}

}  // namespace dmc::cli
