// A run or an undo on a cluster, from what the cluster demands to the report.
#pragma once

#include "runtime/cli/command.hpp"
#include "runtime/executor/executor.hpp"
#include "runtime/inventory/inventory.hpp"

namespace dmc::cli {

/// A dry run says what would happen also where something is still lacking, and then what that is: its digest can be
/// approved. Anything else is refused before a target is changed.
Exit carry_on_cluster(const inventory::Cluster& cluster, const executor::PlanPair& plans, executor::Options options,
                      bool undo, const Arguments& arguments, World& world);

/// The same without a report, of a run that is no dry run.
executor::RunResult carry_as_demanded(const inventory::Cluster& cluster, const executor::PlanPair& plans,
                                      executor::Options options, bool undo, World& world, journal::Sink& sink);

}  // namespace dmc::cli
