// A plan on a cluster: wave by wave, and only when what the cluster demands is met.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/cli/command.hpp"
#include "runtime/executor/executor.hpp"
#include "runtime/inventory/inventory.hpp"

namespace dmc::cli {

Option cluster_option();

/// The cluster of `--cluster FILE` or `--cluster FILE#NAME`; none when it was not given. A FoundRefusal when it
/// cannot be read.
std::optional<inventory::Cluster> given_cluster(const Arguments& arguments, World& world);

/// Every target of the cluster that holds one of these databases, wave by wave; all databases when the list is empty.
std::vector<std::vector<executor::TargetAddress>> waves_of(const inventory::Cluster& cluster,
                                                           const std::vector<std::string>& databases);

/// Which targets a run of a plan on these databases is about, for the ledgers of all of them.
executor::FrozenScope scope_of(const inventory::Cluster& cluster, const std::vector<std::string>& databases);

/// The same cluster with those targets only that lie at one of these URLs, as they are shown.
inventory::Cluster only(inventory::Cluster cluster, const std::vector<std::string>& urls);

/// Runs the plan (or undoes it) on every wave. All targets are looked at before the first is changed; a wave that fails
/// on as many targets as it may ends the run, and a gate is passed only once every wave has reached it.
executor::RunResult run_on_fleet(const inventory::Cluster& cluster, const executor::PlanPair& plans,
                                 const executor::Options& options, bool undo, executor::Environment& environment);

/// Ends the plan at the gate where every target of the cluster waits. It asks for no approval: it sends no statement of
/// the plan, and the stage was approved with it.
executor::RunResult settle_on_fleet(const inventory::Cluster& cluster, const executor::PlanPair& plans,
                                    const executor::Options& options, executor::Environment& environment);

}  // namespace dmc::cli
