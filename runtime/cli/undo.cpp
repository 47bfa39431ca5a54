// dmc undo: takes back what this generation of a plan did.
#include <ostream>

#include <fmt/format.h>

#include "runtime/cli/cluster_run.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/findings.hpp"
#include "runtime/cli/fleet.hpp"
#include "runtime/cli/plan_files.hpp"
#include "runtime/cli/question.hpp"
#include "runtime/cli/running.hpp"
#include "runtime/cli/secrets.hpp"
#include "runtime/cli/targets.hpp"

namespace dmc::cli {
namespace {

std::function<bool(const executor::RunResult&)> question(const Arguments& arguments, World& world) {
  if (arguments.given("--yes") || !world.terminal.asks) return {};
  return [&world](const executor::RunResult& result) {
    std::size_t losses = 0;
    for (const auto& target : result.targets) losses += target.losses.size();
    if (losses == 0) return true;
    world.err << "\nTaking back " << result.title << " loses:\n";
    constexpr std::size_t most = 40;
    std::size_t told = 0;
    for (const auto& target : result.targets)
      for (const auto& loss : target.losses)
        if (told++ < most)
          world.err << fmt::format("  {} at {}: {}: {}\n", target.database, target.url, loss.summary, loss.loses);
    if (told > most) world.err << fmt::format("  and {} more, of the same plan on other databases\n", told - most);
    return ask(world, "\nTake it back all the same?");
  };
}

executor::Options options_of(const executor::PlanPair& plans, const Arguments& arguments, World& world,
                             const inventory::Cluster* cluster = nullptr) {
  executor::Options options;
  options.secrets =
      secrets_of(plans.reverse.plan, cluster ? cluster->secrets : arguments.values("--secret"), cluster, world);
  options.expect = expected_digest(arguments, plans);
  options.dry_run = arguments.given("--dry-run");
  options.show_data = arguments.given("--show-data");
  options.take_over = arguments.given("--take-over");
  options.said_done = arguments.values("--done");
  options.said_absent = arguments.values("--absent");
  options.lossy = arguments.values("--lossy");
  options.rescope = arguments.value("--rescope");
  if (!options.dry_run) options.confirm = question(arguments, world);
  return options;
}

/// Approving a plan approves its way back with it, as long as the approval holds; what that loses is approved by name.
Exit undo_on_cluster(const inventory::Cluster& cluster, const Arguments& arguments, World& world) {
  if (!arguments.operand())
    throw Refusal(Exit::usage, "on a cluster the plan to take back is named", {"dmc undo PLAN --cluster FILE"});
  const auto plans = read_plan_pair(*arguments.operand(), world);
  auto options = options_of(plans, arguments, world, &cluster);
  options.place = {"--cluster", *arguments.value("--cluster")};
  options.scope = scope_of(cluster, databases_of(plans.forward.plan));
  return carry_on_cluster(cluster, plans, std::move(options), true, arguments, world);
}

Exit run(const Arguments& arguments, World& world) {
  if (const auto cluster = given_cluster(arguments, world)) return undo_on_cluster(*cluster, arguments, world);
  journal::Sinks nobody({});
  auto asking = environment(world, nobody);
  auto plans = arguments.operand() ? std::optional(read_plan_pair(*arguments.operand(), world)) : std::nullopt;
  const auto targets = plans ? read_targets(undo_command(), arguments, databases_of(plans->forward.plan),
                                            first_engine_of(plans->forward.plan))
                             : read_targets(undo_command(), arguments, world);
  if (!plans) plans = remembered_plan("undo", targets, asking);
  check_targets(targets, databases_of(plans->forward.plan));
  const auto options = options_of(*plans, arguments, world);
  const Running running(arguments, world, *plans, options.dry_run);
  auto surroundings = environment(world, running.sink());
  return running.report(executor::undo(*plans, targets, options, surroundings));
}

}  // namespace

Command undo_command() {
  return {"undo",
          "take back what a plan did; says first what cannot come back",
          {{"PLAN", false, false, Completes::plan}},
          {on_option(),
           cluster_option(),
           {"--lossy", "STEP", "accept the loss that undoing this step means; 'all' accepts every one", {}, true},
           {"--rescope", "TEXT", "why it goes on with other targets than it was begun with"},
           {"--dry-run", "", "say what would come back and what would not; change nothing"},
           {"--expect", "DIGEST", "take back only this plan, or only what a dry run showed"},
           secret_option(),
           {"--yes", "", "do not ask before something is lost"},
           {"--done", "STEP", "of a step in doubt: it took effect, whole", {}, true},
           {"--absent", "STEP", "of a step in doubt: nothing of it is there", {}, true},
           {"--take-over", "", "end what a runner that is gone left at work on the server"},
           {"--show-data", "", "let errors show values of rows"},
           {"--journal", "FILE", "where the journal is written", {}, false, Completes::file},
           {"--no-progress", "", "no progress line"},
           text_or_json_option()},
          run};
}

}  // namespace dmc::cli
