// dmc settle: ends a change at the gate where it waits, and notes in the project that the next one begins there.
#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "compiler/plan/digest.hpp"
#include "grammar/diagnostic.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/findings.hpp"
#include "runtime/cli/fleet.hpp"
#include "runtime/cli/plan_files.hpp"
#include "runtime/cli/project.hpp"
#include "runtime/cli/running.hpp"
#include "runtime/cli/targets.hpp"

namespace dmc::cli {
namespace {

/// "7.1" → 1; none when it is no stage of that version.
std::optional<std::int64_t> stage_in(const std::string& name, std::int64_t number) {
  const auto head = std::to_string(number) + ".";
  if (!name.starts_with(head)) return std::nullopt;
  return std::stoll(name.substr(head.size()));
}

/// Where all of them are settled now; none while one is not.
std::optional<std::int64_t> settled_stage(const std::vector<executor::TargetAddress>& targets, std::int64_t number,
                                          executor::Environment& surroundings) {
  std::optional<std::int64_t> stage;
  for (const auto& status : executor::status(targets, surroundings).targets) {
    const auto own = status.standing == "rest" ? stage_in(status.at_name, number) : std::nullopt;
    if (!own || (stage && *stage != *own)) return std::nullopt;
    stage = own;
  }
  return stage;
}

std::optional<Project> project_of(const Arguments& arguments, const World& world) {
  if (!arguments.operand()) return find_project_if_there(world.directory);
  return find_project_if_there((world.directory / *arguments.operand()).lexically_normal().parent_path());
}

/// What `dmc compile` needs to know; what came of it, for people.
std::string note_in_project(const std::optional<Project>& project, const plan::PlanFile& file, std::int64_t stage) {
  const auto number = file.plan.number;
  const auto elsewhere = fmt::format(
      "note: the project of this plan was not found here, and it does not know yet that version {} ended at {}.{}:\n"
      "      do this again where plans/ and catalog/ are; nothing else happens then\n",
      number, number, stage);
  if (!project || project->file_if_there(plan_name(number)) != file.bytes) return elsewhere;
  const auto name = stage_catalog_name(number, stage);
  const auto bytes = project->file_if_there(name);
  plan::JsonError error;
  const auto catalog = bytes ? catalog::read_stage_catalog(*bytes, error) : std::nullopt;
  if (!catalog) {
    if (bytes) throw not_ours(name, error);
    throw Refusal(Exit::refused, fmt::format("{} is missing, and the next change is to begin there", name),
                  {"the databases are settled; take the file from version control, then settle again"});
  }
  for (const auto& database : catalog->databases)
    for (const auto& input : file.plan.databases)
      if (input.name == database.model.name && input.stages.at(static_cast<std::size_t>(stage) - 1) != database.hash)
        throw Refusal(Exit::refused, fmt::format("{} is not the catalog that this plan was compiled with", name),
                      {"the databases are settled; take the file from version control, then settle again"});
  const auto note = catalog::write_settled({.project = file.plan.project,
                                            .number = number,
                                            .stage = stage,
                                            .plan = file.hash,
                                            .catalog = plan::digest(*bytes)});
  if (project->file_if_there(settled_name(number)) == note) return {};
  project->write(settled_name(number), note);
  return fmt::format("\n  wrote {}\n  change {} begins at version {}.{}: commit this file\n", settled_name(number),
                     number + 1, number, stage);
}

Exit settled(executor::RunResult result, const Arguments& arguments, World& world, const executor::PlanPair& plans,
             const std::vector<executor::TargetAddress>& targets, const Running& running,
             executor::Environment& surroundings) {
  const bool wanted = result.exit_code == executor::exit_code::done && !result.dry_run;
  const auto stage = wanted ? settled_stage(targets, plans.forward.plan.number, surroundings) : std::nullopt;
  std::string words;
  // The report tells how the databases stand also where the project could not be told.
  std::optional<Refusal> untold;
  try {
    if (stage) words = note_in_project(project_of(arguments, world), plans.forward, *stage);
  } catch (const Refusal& refusal) {
    untold = refusal;
    result.exit_code = executor::worst(result.exit_code, static_cast<int>(refusal.exit));
    if (as_json(arguments)) result.text = refusal.what();
  }
  const auto exit = running.report(std::move(result));
  if (untold) throw *untold;
  (as_json(arguments) ? world.err : world.out) << words;
  return exit;
}

Exit run(const Arguments& arguments, World& world) {
  executor::Options options;
  options.dry_run = arguments.given("--dry-run");
  options.rescope = arguments.value("--rescope");
  journal::Sinks nobody({});
  auto asking = environment(world, nobody);
  if (const auto cluster = given_cluster(arguments, world)) {
    if (!arguments.operand())
      throw Refusal(Exit::usage, "on a cluster the plan to settle is named", {"dmc settle PLAN --cluster FILE"});
    const auto plans = read_plan_pair(*arguments.operand(), world);
    std::vector<executor::TargetAddress> targets;
    for (const auto& wave : waves_of(*cluster, databases_of(plans.forward.plan)))
      targets.insert(targets.end(), wave.begin(), wave.end());
    options.scope = scope_of(*cluster, databases_of(plans.forward.plan));
    options.place = {"--cluster", *arguments.value("--cluster")};
    const Running running(arguments, world, plans, options.dry_run);
    auto surroundings = environment(world, running.sink());
    auto result = settle_on_fleet(*cluster, plans, options, surroundings);
    return settled(std::move(result), arguments, world, plans, targets, running, asking);
  }
  auto plans = arguments.operand() ? std::optional(read_plan_pair(*arguments.operand(), world)) : std::nullopt;
  const auto targets = plans ? read_targets(settle_command(), arguments, databases_of(plans->forward.plan),
                                            first_engine_of(plans->forward.plan))
                             : read_targets(settle_command(), arguments, world);
  if (!plans) plans = remembered_plan("settle", targets, asking);
  check_targets(targets, databases_of(plans->forward.plan));
  const Running running(arguments, world, *plans, options.dry_run);
  auto surroundings = environment(world, running.sink());
  auto result = executor::settle(*plans, targets, options, surroundings);
  return settled(std::move(result), arguments, world, *plans, targets, running, asking);
}

}  // namespace

Command settle_command() {
  return {"settle",
          "end a change at the gate where it waits, so that another can run",
          {{"PLAN", false, false, Completes::plan}},
          {on_option(),
           cluster_option(),
           {"--rescope", "TEXT", "why it ends on other targets than it was begun with"},
           {"--dry-run", "", "say what would happen to each target; change nothing"},
           {"--journal", "FILE", "where the journal is written", {}, false, Completes::file},
           {"--no-progress", "", "no progress line"},
           text_or_json_option()},
          run};
}

}  // namespace dmc::cli
