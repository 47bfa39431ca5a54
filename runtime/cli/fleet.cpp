// Reads the inventory, asks the demands, and carries the plan from wave to wave.
#include "runtime/cli/fleet.hpp"

#include <algorithm>
#include <ostream>
#include <set>

#include <fmt/format.h>

#include "runtime/cli/files.hpp"
#include "runtime/cli/findings.hpp"
#include "runtime/cli/plan_files.hpp"
#include "runtime/cli/proof_files.hpp"
#include "runtime/cli/sealing.hpp"

namespace dmc::cli {
namespace {

namespace fs = std::filesystem;
using executor::RunResult;

trust::Place place_of(const inventory::Cluster& cluster, const inventory::Shard& shard, World& world) {
  return {cluster.name, shard.name, world.clock.utc(), std::nullopt, ""};
}

/// What the cluster, its wave and the target's own gate ask for this target.
trust::Demands demands_of(const inventory::Cluster& cluster, const inventory::Shard& shard) {
  auto demands = cluster.demands;
  const auto& wave = cluster.waves[cluster.wave_of(shard)];
  if (wave.approvals > 0) demands.approvals.push_back({wave.approvals, {}});
  if (shard.gate == inventory::Gate::review) demands.approvals.push_back({1, {}});
  return demands;
}

bool touches(const plan::Plan& plan, const inventory::Shard& shard) {
  return std::any_of(plan.databases.begin(), plan.databases.end(),
                     [&](const auto& input) { return input.name == shard.database; });
}

/// A target under review needs an approval that names it; one for every target is none for it.
trust::Proof naming(const trust::Proof& proof, const inventory::Shard& shard) {
  trust::Proof named = proof;
  std::erase_if(named.approvals, [&](const trust::Envelope& envelope) {
    trust::Approval approval;
    try {
      return plan::read_canonical(trust::body_of(envelope, trust::Approval::payload_type), approval) &&
             (!approval.targets ||
              std::find(approval.targets->begin(), approval.targets->end(), shard.name) == approval.targets->end());
    } catch (const trust::TrustError&) {
      return false;
    }
  });
  return named;
}

void check_sealed(const executor::PlanPair& plans, const inventory::Cluster& cluster, World& world) {
  if (!cluster.demands.sealed_only) return;
  const auto sealed = sealed_version((world.directory / plans.path).lexically_normal(), plans.forward.plan.number);
  if (sealed && sealed->plan == plans.forward.hash) return;
  throw Refusal(Exit::refused,
                fmt::format("cluster '{}' runs sealed plans only [E0510], and version {} is not sealed", cluster.name,
                            plans.forward.plan.number),
                {fmt::format("dmc seal {}    freezes it", plans.forward.plan.number), "nothing was changed"});
}

bool has_gate(const plan::Plan& plan) {
  return std::any_of(plan.steps.begin(), plan.steps.end(),
                     [](const plan::Step& step) { return std::holds_alternative<plan::Gate>(step.action); });
}

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

  /// Nothing is changed when one of the targets cannot go.
  RunResult look(executor::Options options) const {
    options.dry_run = true;
    options.confirm = {};
    std::vector<executor::TargetAddress> all;
    for (const auto& wave : waves_) all.insert(all.end(), wave.begin(), wave.end());
    return carry(all, options);
  }

  RunResult pass(const executor::Options& options) const {
    RunResult whole;
    bool halted = false;
    for (std::size_t i = 0; i < waves_.size(); ++i) {
      const auto& wave = cluster_.waves[undo_ ? waves_.size() - 1 - i : i];
      std::int64_t failed = 0;
      for (const auto& group : groups(waves_[i])) {
        if (halted) {
          skip(group, wave, whole);
          continue;
        }
        auto part = carry(group, options);
        failed += std::count_if(part.targets.begin(), part.targets.end(), [](const auto& target) {
          return target.exit_code != executor::exit_code::done && target.exit_code != executor::exit_code::waiting;
        });
        halted = failed >= wave.halt_at || part.exit_code == executor::exit_code::interrupted;
        add(std::move(part), whole);
      }
      halted = halted || failed >= wave.halt_at;
    }
    return whole;
  }

 private:
  RunResult carry(const std::vector<executor::TargetAddress>& targets, const executor::Options& options) const {
    return undo_ ? executor::undo(plans_, targets, options, environment_)
                 : executor::run(plans_, targets, options, environment_);
  }

  /// Targets of one database do not wait for each other; those of several do.
  std::vector<std::vector<executor::TargetAddress>> groups(const std::vector<executor::TargetAddress>& wave) const {
    if (plans_.forward.plan.databases.size() > 1) return {wave};
    std::vector<std::vector<executor::TargetAddress>> single;
    for (const auto& target : wave) single.push_back({target});
    return single;
  }

  static void add(RunResult part, RunResult& whole) {
    auto targets = std::move(whole.targets);
    const int exit_code = targets.empty() ? part.exit_code : executor::worst(whole.exit_code, part.exit_code);
    targets.insert(targets.end(), std::make_move_iterator(part.targets.begin()),
                   std::make_move_iterator(part.targets.end()));
    whole = std::move(part);
    whole.targets = std::move(targets);
    whole.exit_code = exit_code;
  }

  static void skip(const std::vector<executor::TargetAddress>& targets, const inventory::Wave& wave, RunResult& whole) {
    for (const auto& target : targets) {
      executor::TargetResult result;
      result.database = target.name();
      result.url = target.url.shown();
      result.outcome = "not started";
      result.text = "wave '" + wave.name + "' was halted before its turn; nothing was done here";
      result.verdict_text = result.text;
      whole.targets.push_back(std::move(result));
    }
  }

  const inventory::Cluster& cluster_;
  const executor::PlanPair& plans_;
  bool undo_;
  executor::Environment& environment_;
  std::vector<std::vector<executor::TargetAddress>> waves_;
};

}  // namespace

Option cluster_option() {
  return {"--cluster", "FILE", "the inventory that says where the plan runs, instead of --on",
          {},          false,  Completes::file};
}

std::optional<inventory::Cluster> given_cluster(const Arguments& arguments, World& world) {
  const auto typed = arguments.value("--cluster");
  if (!typed) return std::nullopt;
  if (arguments.given("--on"))
    throw Refusal(Exit::usage, "'--cluster' and '--on' both say where the plan runs", {"leave one of them out"});
  const auto hash = typed->rfind('#');
  const auto file = typed->substr(0, hash);
  const auto name = hash == std::string::npos ? std::nullopt : std::optional(typed->substr(hash + 1));
  const auto written_in = fs::path(file).lexically_normal().parent_path();
  const auto folder = world.directory / written_in;
  const inventory::Surroundings surroundings{
      written_in.string(),
      [&](const std::string& variable) { return world.variable ? world.variable(variable) : std::nullopt; },
      [&](const std::string& path) { return read_file_if_there(folder / path, path); }};
  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  auto cluster =
      inventory::read_cluster(file, read_file(world.directory / file, file), name, surroundings, sources, diagnostics);
  if (!diagnostics.empty()) world.err << findings_text(diagnostics, sources, {});
  if (!cluster)
    throw Refusal(Exit::refused,
                  fmt::format("{} cannot be used as it stands; nothing was changed", grammar::escaped(file)));
  return cluster;
}

std::vector<std::vector<executor::TargetAddress>> waves_of(const inventory::Cluster& cluster,
                                                           const std::vector<std::string>& databases) {
  std::vector<std::vector<executor::TargetAddress>> waves(cluster.waves.size());
  for (const auto& shard : cluster.shards) {
    const bool wanted =
        databases.empty() || std::find(databases.begin(), databases.end(), shard.database) != databases.end();
    if (wanted) waves[cluster.wave_of(shard)].push_back({shard.database, shard.url, cluster.name, shard.name});
  }
  return waves;
}

void check_demands(const inventory::Cluster& cluster, const executor::PlanPair& plans, World& world) {
  check_sealed(plans, cluster, world);
  for (const auto& shard : cluster.shards)
    if (touches(plans.forward.plan, shard) && shard.gate == inventory::Gate::blocked)
      throw Refusal(Exit::waiting,
                    fmt::format("wave '{}' does not start: target '{}' is blocked",
                                cluster.waves[cluster.wave_of(shard)].name, grammar::escaped(shard.name)),
                    {"nothing was changed; the inventory says when it may"});
  const auto proof = read_proof(plans.path, world);
  std::set<std::string> lines;
  for (const auto& shard : cluster.shards) {
    if (!touches(plans.forward.plan, shard)) continue;
    const auto place = place_of(cluster, shard, world);
    auto found = trust::objections(plans.forward, proof, cluster.approvers, demands_of(cluster, shard), place);
    if (shard.gate == inventory::Gate::review) {
      trust::Demands named;
      named.approvals = {{1, {}}};
      for (auto& objection : trust::objections(plans.forward, naming(proof, shard), cluster.approvers, named, place)) {
        objection.text = fmt::format("target '{}' is under review: {}", shard.name, objection.text);
        found.push_back(std::move(objection));
      }
    }
    for (const auto& objection : found) lines.insert(fmt::format("[{}] {}", objection.code, objection.text));
  }
  if (lines.empty()) return;
  std::vector<std::string> next;
  for (const auto& line : lines) next.push_back(grammar::escaped(line));
  next.push_back(fmt::format("dmc approve {} --key FILE --cluster {}    signs; nothing was changed",
                             grammar::escaped(plans.path), grammar::escaped(cluster.name)));
  throw Refusal(Exit::refused, fmt::format("cluster '{}' does not let this plan run", grammar::escaped(cluster.name)),
                std::move(next));
}

std::vector<std::string> opened_gates(const inventory::Cluster& cluster, const executor::PlanPair& plans,
                                      World& world) {
  const auto& plan = plans.forward.plan;
  const auto proof = read_proof(plans.path, world);
  std::vector<std::string> opened;
  for (const auto& step : plan.steps) {
    const auto* gate = std::get_if<plan::Gate>(&step.action);
    if (!gate || gate->check) continue;
    const bool everywhere = std::all_of(cluster.shards.begin(), cluster.shards.end(), [&](const auto& shard) {
      return !touches(plan, shard) ||
             !trust::openers(plans.forward, gate->text, proof, cluster.approvers, place_of(cluster, shard, world))
                  .empty();
    });
    if (everywhere) opened.push_back(gate->text);
  }
  return opened;
}

executor::RunResult run_on_fleet(const inventory::Cluster& cluster, const executor::PlanPair& plans,
                                 const executor::Options& options, bool undo, executor::Environment& environment) {
  const Carrier carrier(cluster, plans, undo, environment);
  auto seen = carrier.look(options);
  seen.dry_run = options.dry_run;
  if (options.dry_run || seen.exit_code != executor::exit_code::done) return seen;
  if (options.confirm && !options.confirm(seen)) {
    seen.exit_code = executor::exit_code::refused;
    seen.text = "not confirmed; nothing was changed";
    return seen;
  }
  auto quiet = options;
  quiet.confirm = {};
  if (undo || options.through.empty() || !has_gate(plans.forward.plan)) return carrier.pass(quiet);
  auto first = quiet;
  first.through.clear();
  auto reached = carrier.pass(first);
  const bool all = std::all_of(reached.targets.begin(), reached.targets.end(), [](const auto& target) {
    return target.outcome != "not started" &&
           (target.exit_code == executor::exit_code::done || target.exit_code == executor::exit_code::waiting);
  });
  return all ? carrier.pass(quiet) : reached;
}

executor::RunResult settle_on_fleet(const inventory::Cluster& cluster, const executor::PlanPair& plans,
                                    const executor::Options& options, executor::Environment& environment) {
  std::vector<executor::TargetAddress> all;
  for (const auto& wave : waves_of(cluster, databases_of(plans.forward.plan)))
    all.insert(all.end(), wave.begin(), wave.end());
  return executor::settle(plans, all, options, environment);
}

}  // namespace dmc::cli
