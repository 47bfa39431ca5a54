// Reads a plan, finds its reverse by the way the two are named, and refuses what does not belong together.
#include "runtime/cli/plan_files.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "grammar/diagnostic.hpp"
#include "runtime/cli/files.hpp"
#include "runtime/cli/project.hpp"
#include "runtime/cli/sealing.hpp"

namespace dmc::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view plan_ending = ".plan.json";
constexpr std::string_view undo_ending = ".undo.plan.json";

/// The plans that a person could have meant, as one would type them from here.
std::vector<std::string> plans_to_offer(const World& world) {
  const auto project = find_project_if_there(world.directory);
  if (!project) return {};
  std::vector<std::string> names;
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(project->at("plans"), problem)) {
    const auto name = entry.path().filename().string();
    if (name.ends_with(plan_ending) && !name.ends_with(undo_ending))
      names.push_back(entry.path().lexically_relative(world.directory).generic_string());
  }
  std::sort(names.begin(), names.end());
  if (names.empty()) return {"no plan has been compiled in this project yet:  dmc compile"};
  if (names.size() > 3) names.erase(names.begin(), names.end() - 3);
  return {fmt::format("compiled plans:  {}", fmt::join(names, "  "))};
}

plan::PlanFile read_one(const std::string& shown, const World& world) {
  auto bytes = read_compiled(shown, world);
  if (!shown.ends_with(plan_ending)) {
    auto next = plans_to_offer(world);
    next.push_back(fmt::format("the name of a plan ends in {}, so that the way back is found beside it", plan_ending));
    throw Refusal(Exit::usage, fmt::format("{} is not named like a plan", grammar::escaped(shown)), std::move(next));
  }
  plan::JsonError error;
  auto file = plan::read_plan(std::move(bytes), error);
  if (!file) throw not_ours(shown, error);
  return std::move(*file);
}

}  // namespace

std::string read_compiled(const std::string& typed, const World& world) {
  if (typed.ends_with(".mig")) {
    auto next = plans_to_offer(world);
    next.emplace_back("dmc check reads the sources, dmc compile writes the plan");
    throw Refusal(
        Exit::usage,
        fmt::format("{} is a source; what is compiled from it lies in plans/ and catalog/", grammar::escaped(typed)),
        std::move(next));
  }
  if (auto bytes = read_file_if_there(world.directory / typed, typed)) return std::move(*bytes);
  throw Refusal(Exit::usage, fmt::format("there is no file {}", grammar::escaped(typed)), plans_to_offer(world));
}

Refusal not_ours(const std::string& shown, const plan::JsonError& error) {
  const auto where = error.where.empty() ? std::string() : fmt::format(", at {}", grammar::escaped(error.where));
  std::vector<std::string> next{
      "nothing was changed; files that dmc writes are not edited by hand: take it back from version control",
      "(what belongs to the newest change can also be written anew:  dmc compile)"};
  if (error.code == "E0307" || error.code == "E0321")
    next = {"nothing was changed; another dmc wrote it, most likely a newer one: use that"};
  next.push_back(fmt::format("dmc explain {}    says more", error.code));
  return {Exit::refused,
          fmt::format("{} is refused [{}]: {}{}", grammar::escaped(shown), error.code, grammar::escaped(error.message),
                      where),
          std::move(next)};
}

executor::PlanPair read_plan_pair(const std::string& typed, const World& world) {
  auto forward = read_one(typed, world);
  if (!forward.plan.forward) {
    std::string sibling = typed;
    if (typed.ends_with(undo_ending))
      sibling = typed.substr(0, typed.size() - undo_ending.size()) + std::string(plan_ending);
    throw Refusal(Exit::usage,
                  fmt::format("{} is the way back of a plan: it is run by undoing that plan", grammar::escaped(typed)),
                  {fmt::format("dmc undo {} --on NAME=URL", grammar::escaped(sibling))});
  }
  const auto undo_typed = typed.substr(0, typed.size() - plan_ending.size()) + std::string(undo_ending);
  auto undo_bytes = read_file_if_there(world.directory / undo_typed, undo_typed);
  if (!undo_bytes)
    throw Refusal(Exit::refused,
                  fmt::format("{} is missing: a plan does not run without its way back", grammar::escaped(undo_typed)),
                  {"nothing was changed; both are written by  dmc compile"});
  plan::JsonError error;
  auto reverse = plan::read_plan(std::move(*undo_bytes), error);
  if (!reverse) throw not_ours(undo_typed, error);
  if (forward.plan.reverse != reverse->hash)
    throw Refusal(Exit::refused,
                  fmt::format("{} is not the way back that {} was compiled with", grammar::escaped(undo_typed),
                              grammar::escaped(typed)),
                  {"nothing was changed; compile again, or take both files from the same commit"});
  const auto sealed = sealed_version((world.directory / typed).lexically_normal(), forward.plan.number);
  if (sealed && sealed->plan && *sealed->plan != forward.hash)
    throw Refusal(Exit::refused,
                  fmt::format("version {} is sealed, and {} is not the plan that was sealed [E0514]",
                              forward.plan.number, grammar::escaped(typed)),
                  {fmt::format("sealed     {}", *sealed->plan), fmt::format("the file   {}", forward.hash),
                   "nothing was changed; take plan and way back from version control"});
  return {std::move(forward), std::move(*reverse), typed};
}

std::vector<std::string> databases_of(const plan::Plan& plan) {
  std::vector<std::string> names;
  for (const auto& database : plan.databases) names.push_back(database.name);
  return names;
}

std::string first_engine_of(const plan::Plan& plan) {
  return plan.databases.empty() ? "sqlite" : plan.databases.front().engine;
}

std::string title_of(const plan::Plan& plan) {
  return plan.title.empty() ? fmt::format("change {}", plan.number)
                            : fmt::format("change {}: {}", plan.number, grammar::escaped(plan.title));
}

}  // namespace dmc::cli
