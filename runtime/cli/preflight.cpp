// dmc preflight: what a run would ask of the real rows, asked now.
#include "runtime/executor/preflight.hpp"

#include <ostream>

#include "runtime/cli/commands.hpp"
#include "runtime/cli/findings.hpp"
#include "runtime/cli/fleet.hpp"
#include "runtime/cli/plan_files.hpp"
#include "runtime/cli/targets.hpp"
#include "runtime/report/rehearsal.hpp"

namespace dmc::cli {
namespace {

Exit run(const Arguments& arguments, World& world) {
  const auto plans = read_plan_pair(*arguments.operand(), world);
  const auto databases = databases_of(plans.forward.plan);
  std::vector<executor::TargetAddress> targets;
  if (const auto cluster = given_cluster(arguments, world)) {
    for (auto& wave : waves_of(*cluster, databases)) targets.insert(targets.end(), wave.begin(), wave.end());
  } else {
    targets = read_targets(preflight_command(), arguments, databases, first_engine_of(plans.forward.plan));
  }
  journal::Sinks nobody({});
  auto around = environment(world, nobody);
  const auto result = executor::preflight(plans, targets, around);
  world.out << report::render(result, as_json(arguments) ? report::Format::json : report::Format::text);
  return static_cast<Exit>(result.exit_code);
}

}  // namespace

Command preflight_command() {
  return {"preflight",
          "ask the real databases, read-only, whether their rows, rights and space fit a plan",
          {{"PLAN", true, false, Completes::plan}},
          {on_option(), cluster_option(), text_or_json_option()},
          run};
}

}  // namespace dmc::cli
