// Reads the inventory and asks the demands.
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

executor::FrozenScope scope_of(const inventory::Cluster& cluster, const std::vector<std::string>& databases) {
  executor::Scope scope{cluster.name, {}};
  for (const auto& wave : waves_of(cluster, databases))
    for (const auto& target : wave) scope.targets.push_back(target.name());
  return executor::FrozenScope(std::move(scope));
}

inventory::Cluster only(inventory::Cluster cluster, const std::vector<std::string>& urls) {
  const std::set<std::string> wanted(urls.begin(), urls.end());
  std::erase_if(cluster.shards, [&](const auto& shard) { return !wanted.contains(shard.url.shown()); });
  return cluster;
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

}  // namespace dmc::cli
