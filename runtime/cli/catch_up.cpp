// Follows the state hashes from plan to plan, and runs what is missing.
#include "runtime/cli/catch_up.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "runtime/cli/files.hpp"
#include "runtime/cli/plan_files.hpp"
#include "runtime/cli/project.hpp"

namespace dmc::cli {
namespace {

std::optional<Project> project_of(const executor::PlanPair& plans, const World& world) {
  if (plans.path.empty()) return std::nullopt;
  return find_project_if_there((world.directory / plans.path).lexically_normal().parent_path());
}

/// A plan of the project as one would type it from here.
std::string typed(const Project& project, std::int64_t number, const World& world) {
  const auto relative = project.at(plan_name(number)).lexically_relative(world.directory);
  return relative.empty() ? project.at(plan_name(number)).string() : relative.generic_string();
}

/// Earlier plans, the newest first; one that is not there or cannot be read ends the list.
std::vector<plan::PlanFile> earlier_plans(const Project& project, std::int64_t number) {
  std::vector<plan::PlanFile> plans;
  for (--number; number >= 1; --number) {
    auto bytes = project.file_if_there(plan_name(number));
    plan::JsonError error;
    auto file = bytes ? plan::read_plan(std::move(*bytes), error) : std::nullopt;
    if (!file) break;
    plans.push_back(std::move(*file));
  }
  return plans;
}

/// The stage of `ended` in whose state the database `next` begins: there the version was settled. 0 when it ran on.
std::int64_t settled_at(const plan::DatabaseInput& ended, const std::string& next) {
  if (ended.to == next) return 0;
  const auto stage = std::find(ended.stages.begin(), ended.stages.end(), next);
  return stage == ended.stages.end() ? 0 : stage - ended.stages.begin() + 1;
}

std::int64_t settled_at(const plan::Plan& ended, const plan::Plan& next) {
  for (const auto& input : ended.databases)
    for (const auto& begins : next.databases)
      if (begins.name == input.name)
        if (const auto stage = settled_at(input, begins.from)) return stage;
  return 0;
}

/// Every target waits at the gate that ends this stage.
bool at_gate(const executor::RunResult& result, std::int64_t stage) {
  return std::all_of(result.targets.begin(), result.targets.end(), [&](const auto& target) {
    const auto open = std::find_if(target.steps.begin(), target.steps.end(),
                                   [](const auto& step) { return step.state != "done" && step.state != "found"; });
    return target.outcome == "waiting" && open != target.steps.end() && open->stage == stage;
  });
}

}  // namespace

std::vector<executor::Ancestor> ancestors_of(const executor::PlanPair& plans, const World& world) {
  std::vector<executor::Ancestor> ancestors;
  const auto project = project_of(plans, world);
  if (!project) return ancestors;
  const auto earlier = earlier_plans(*project, plans.forward.plan.number);
  for (const auto& input : plans.forward.plan.databases) {
    std::string base = input.from;
    std::int64_t behind = 0;
    for (const auto& file : earlier)
      for (const auto& there : file.plan.databases)
        if (there.name == input.name && (there.to == base || settled_at(there, base) > 0)) {
          ancestors.push_back({input.name, there.from, file.plan.number, file.hash, ++behind, there.from == there.to});
          base = there.from;
        }
  }
  return ancestors;
}

std::optional<executor::RunResult> catch_up(const executor::PlanPair& plans, const World& world,
                                            const std::function<executor::RunResult()>& look, const OnTargets& carry,
                                            const OnTargets& settle) {
  const auto project = project_of(plans, world);
  for (std::int64_t last = 0; project;) {
    const auto seen = look();
    std::int64_t next = 0;
    for (const auto& target : seen.targets) {
      const bool behind = target.verdict == executor::Verdict::behind;
      // Where one cannot go at all, none is led on.
      if (!behind && target.exit_code != executor::exit_code::done) return std::nullopt;
      if (behind && (next == 0 || target.next_plan < next)) next = target.next_plan;
    }
    if (next <= last) return std::nullopt;
    std::vector<std::string> urls;
    for (const auto& target : seen.targets)
      if (target.verdict == executor::Verdict::behind && target.next_plan == next) urls.push_back(target.url);
    const auto pair = read_plan_pair(typed(*project, next, world), world);
    auto result = carry(pair, urls);
    const auto stage =
        next + 1 == plans.forward.plan.number
            ? settled_at(pair.forward.plan, plans.forward.plan)
            : settled_at(pair.forward.plan, read_plan_pair(typed(*project, next + 1, world), world).forward.plan);
    if (stage > 0 && result.exit_code == executor::exit_code::waiting && at_gate(result, stage))
      result = settle(pair, urls);
    if (result.exit_code != executor::exit_code::done) return result;
    last = next;
  }
  return std::nullopt;
}

}  // namespace dmc::cli
