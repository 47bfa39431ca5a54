// Reads the inventory.
#include "runtime/cli/fleet.hpp"

#include <algorithm>
#include <ostream>
#include <set>

#include <fmt/format.h>

#include "runtime/cli/files.hpp"
#include "runtime/cli/plan_files.hpp"
#include "runtime/cli/project.hpp"
#include "runtime/cli/refusal.hpp"

namespace dmc::cli {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> inventories_to_offer(const World& world) {
  std::vector<std::string> names;
  const auto project = find_project_if_there(world.directory);
  std::error_code problem;
  if (project)
    for (auto entry = fs::directory_iterator(project->at("clusters"), problem);
         !problem && entry != fs::directory_iterator(); entry.increment(problem))
      if (entry->path().extension() == ".mig")
        names.push_back(entry->path().lexically_relative(world.directory).generic_string());
  if (names.empty()) return {"an inventory holds  cluster prod { database shop { shard one at env SHOP_URL; } }"};
  std::sort(names.begin(), names.end());
  return {fmt::format("inventories:  {}", fmt::join(names, "  "))};
}

std::string read_inventory(const std::string& file, const World& world) {
  if (auto text = read_file_if_there(world.directory / file, file)) return std::move(*text);
  throw Refusal(Exit::usage, fmt::format("there is no file {}", grammar::escaped(file)), inventories_to_offer(world));
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
  auto cluster = inventory::read_cluster(file, read_inventory(file, world), name, surroundings, sources, diagnostics);
  if (!cluster)
    throw FoundRefusal(Exit::refused,
                       fmt::format("{} cannot be used as it stands; nothing was changed", grammar::escaped(file)),
                       diagnostics, sources);
  if (!diagnostics.empty()) world.err << findings_text(diagnostics, sources, {});
  cluster->typed = *typed;
  return cluster;
}

std::vector<std::vector<executor::TargetAddress>> waves_of(const inventory::Cluster& cluster,
                                                           const std::vector<std::string>& databases) {
  std::vector<std::vector<executor::TargetAddress>> waves(cluster.waves.size());
  for (const auto& shard : cluster.shards) {
    const bool wanted =
        databases.empty() || std::find(databases.begin(), databases.end(), shard.database) != databases.end();
    if (wanted)
      waves[cluster.wave_of(shard)].push_back({shard.database, shard.url, cluster.name, shard.name, cluster.typed});
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

executor::RunResult settle_on_fleet(const inventory::Cluster& cluster, const executor::PlanPair& plans,
                                    const executor::Options& options, executor::Environment& environment) {
  std::vector<executor::TargetAddress> all;
  for (const auto& wave : waves_of(cluster, databases_of(plans.forward.plan)))
    all.insert(all.end(), wave.begin(), wave.end());
  return executor::settle(plans, all, options, environment);
}

}  // namespace dmc::cli
