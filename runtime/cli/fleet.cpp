// Reads the inventory and carries the plan from wave to wave.
#include "runtime/cli/fleet.hpp"

#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "runtime/cli/files.hpp"
#include "runtime/cli/findings.hpp"
#include "runtime/cli/plan_files.hpp"

namespace dmc::cli {
namespace {

namespace fs = std::filesystem;
using executor::RunResult;

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
  quiet.expect = {};  // it was of all targets at once
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

}  // namespace dmc::cli
