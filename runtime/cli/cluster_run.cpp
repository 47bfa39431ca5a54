// The demands are asked of what is about to happen: the plan, the direction, the losses, and where every target stands.
#include "runtime/cli/cluster_run.hpp"

#include <algorithm>
#include <optional>

#include "runtime/cli/demands.hpp"
#include "runtime/cli/fleet.hpp"
#include "runtime/cli/refusal.hpp"
#include "runtime/cli/running.hpp"
#include "runtime/cli/targets.hpp"

namespace dmc::cli {
namespace {

/// Where every target stands now, for approvals that are bound to it; none when one could not be looked at.
std::optional<std::string> digest_now(const inventory::Cluster& cluster, const executor::PlanPair& plans,
                                      executor::Options options, bool undo, World& world) {
  options.dry_run = true;
  options.expect = {};
  journal::Sinks nobody({});
  auto surroundings = environment(world, nobody);
  auto digest = run_on_fleet(cluster, plans, options, undo, surroundings).digest;
  return digest.empty() ? std::nullopt : std::optional(std::move(digest));
}

/// The gate that holds a target up until somebody says so; null when it does not wait for one.
const plan::Gate* waits_at(const executor::TargetResult& target, const plan::Plan& plan) {
  if (target.outcome != "waiting") return nullptr;
  const auto open = std::find_if(target.steps.begin(), target.steps.end(),
                                 [](const auto& step) { return step.state != "done" && step.state != "found"; });
  if (open == target.steps.end()) return nullptr;
  for (const auto& step : plan.steps)
    if (const auto* gate = std::get_if<plan::Gate>(&step.action); gate && step.id == open->id)
      return gate->check ? nullptr : gate;
  return nullptr;
}

}  // namespace

executor::RunResult carry_as_demanded(const inventory::Cluster& cluster, const executor::PlanPair& plans,
                                      executor::Options options, bool undo, World& world, journal::Sink& sink) {
  const auto sealing = check_sealed(cluster, plans, world);
  options.index = sealing.index;
  Intent intent{sealing.authors, std::nullopt, undo, options.lossy};
  if (needs_dry_run(plans, world)) {
    intent.digest = digest_now(cluster, plans, options, undo, world);
    // What the approvals were judged by must still be so when the run looks itself.
    if (!options.expect) options.expect = intent.digest;
  }
  check_demands(cluster, plans, intent, world);
  options.evidence = on_whose_word(cluster, plans, sealing, intent, world);
  if (!undo) options.words = opened_gates(cluster, plans, intent, world);
  for (const auto& word : options.words) options.through.push_back(word.gate);
  auto surroundings = environment(world, sink);
  auto result = run_on_fleet(cluster, plans, options, undo, surroundings);
  for (auto& target : result.targets)
    if (const auto* gate = undo ? nullptr : waits_at(target, plans.forward.plan))
      for (auto& line : unopened_gate(cluster, plans, *gate, intent, world)) target.warnings.push_back(std::move(line));
  return result;
}

Exit carry_on_cluster(const inventory::Cluster& cluster, const executor::PlanPair& plans, executor::Options options,
                      bool undo, const Arguments& arguments, World& world) {
  const Running running(arguments, world, plans, options.dry_run);
  if (!options.dry_run)
    return running.report(carry_as_demanded(cluster, plans, std::move(options), undo, world, running.sink()));
  const auto sealing = check_sealed(cluster, plans, world);
  options.index = sealing.index;
  auto surroundings = environment(world, running.sink());
  auto result = run_on_fleet(cluster, plans, options, undo, surroundings);
  Intent intent{sealing.authors, std::nullopt, undo, options.lossy};
  if (!result.digest.empty()) intent.digest = result.digest;
  // What happened and what is lacking end with one exit code, in the report too.
  std::optional<Refusal> lacking;
  try {
    check_demands(cluster, plans, intent, world);
  } catch (const Refusal& refusal) {
    lacking = refusal;
    result.exit_code = executor::worst(result.exit_code, static_cast<int>(refusal.exit));
    result.lacking = lines_below(refusal);
  }
  const auto exit = running.report(std::move(result));
  if (lacking) throw *lacking;
  return exit;
}

}  // namespace dmc::cli
