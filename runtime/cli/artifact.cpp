// Tells a plan from a catalog by its format, and finds the files that name it.
#include "runtime/cli/artifact.hpp"

#include <fmt/format.h>

#include "grammar/diagnostic.hpp"
#include "runtime/cli/files.hpp"
#include "runtime/cli/plan_files.hpp"
#include "runtime/cli/project.hpp"
#include "runtime/cli/sealing.hpp"

namespace dmc::cli {
namespace {

constexpr std::string_view plan_ending = ".plan.json";
constexpr std::string_view undo_ending = ".undo.plan.json";

enum class Format { plan, catalog, other };

/// A plan's format is an object with a name, a catalog's is a word.
Format format_of(const plan::Json& json) {
  const auto* object = std::get_if<plan::JsonObject>(&json.value);
  if (object == nullptr) return Format::other;
  for (const auto& [key, value] : *object) {
    if (key != "format") continue;
    if (const auto* word = std::get_if<std::string>(&value.value))
      return *word == "dmc-catalog" ? Format::catalog : Format::other;
    return std::holds_alternative<plan::JsonObject>(value.value) ? Format::plan : Format::other;
  }
  return Format::other;
}

void add_sealed(const Artifact& artifact, const Project& project, std::vector<Witness>& found) {
  const auto index = read_index(project.file_if_there(index_name));
  const auto* plan_file = std::get_if<plan::PlanFile>(&artifact.file);
  const auto number =
      plan_file != nullptr ? plan_file->plan.number : std::get<catalog::CatalogFile>(artifact.file).catalog.number;
  for (const auto& sealed : index.sealed) {
    if (sealed.number != number) continue;
    const auto named = plan_file == nullptr      ? std::optional(sealed.catalog)
                       : plan_file->plan.forward ? sealed.plan
                                                 : sealed.reverse;
    if (named) found.push_back({std::string(index_name), *named});
  }
}

}  // namespace

std::string Artifact::kind() const {
  const auto* plan_file = std::get_if<plan::PlanFile>(&file);
  if (plan_file == nullptr) return "catalog";
  return plan_file->plan.forward ? "plan" : "undo plan";
}

const std::string& Artifact::hash() const {
  return std::visit([](const auto& held) -> const std::string& { return held.hash; }, file);
}

const std::string& Artifact::bytes() const {
  return std::visit([](const auto& held) -> const std::string& { return held.bytes; }, file);
}

Artifact read_artifact(const std::string& typed, const World& world) {
  auto bytes = read_file(world.directory / typed, typed);
  plan::JsonError error;
  const auto json = plan::read_json(bytes, error);
  if (!json) throw not_ours(typed, error);
  const auto format = format_of(*json);
  if (format == Format::plan)
    if (auto file = plan::read_plan(std::move(bytes), error)) return {std::move(*file)};
  if (format == Format::catalog)
    if (auto file = catalog::read_catalog(std::move(bytes), error)) return {std::move(*file)};
  if (format != Format::other) throw not_ours(typed, error);
  throw Refusal(Exit::usage, fmt::format("{} is neither a plan nor a catalog of dmc", grammar::escaped(typed)),
                {"plans are in plans/, catalogs in catalog/"});
}

std::vector<Witness> witnesses(const Artifact& artifact, const std::string& typed, const World& world) {
  std::vector<Witness> found;
  const auto path = (world.directory / typed).lexically_normal();
  const auto name = path.filename().string();
  plan::JsonError error;
  if (name.ends_with(undo_ending)) {
    const auto forward_name = name.substr(0, name.size() - undo_ending.size()) + std::string(plan_ending);
    const auto bytes = read_file_if_there(path.parent_path() / forward_name, forward_name);
    const auto forward = bytes ? plan::read_plan(*bytes, error) : std::nullopt;
    if (forward && forward->plan.reverse) found.push_back({forward_name, *forward->plan.reverse});
  }
  const auto project = find_project_if_there(path.parent_path());
  if (!project) return found;
  if (const auto* held = std::get_if<catalog::CatalogFile>(&artifact.file)) {
    const auto next_name = catalog_name(held->catalog.number + 1);
    const auto bytes = project->file_if_there(next_name);
    const auto next = bytes ? catalog::read_catalog(*bytes, error) : std::nullopt;
    if (next && next->catalog.parent) found.push_back({next_name, *next->catalog.parent});
  }
  add_sealed(artifact, *project, found);
  return found;
}

}  // namespace dmc::cli
