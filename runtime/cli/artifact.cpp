// Tells a plan from a catalog by its format, and finds the files that name it.
#include "runtime/cli/artifact.hpp"

#include <fmt/format.h>

#include "compiler/plan/digest.hpp"
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

/// The hash under which the artifact was sealed, if it was.
std::optional<std::string> sealed_as(const Artifact& artifact, const std::filesystem::path& path) {
  const auto* held = std::get_if<catalog::CatalogFile>(&artifact.file);
  const auto* plan = std::get_if<plan::PlanFile>(&artifact.file);
  const auto sealed = sealed_version(path, held != nullptr ? held->catalog.number : plan->plan.number);
  if (!sealed) return std::nullopt;
  return held != nullptr ? std::optional(sealed->catalog) : plan->plan.forward ? sealed->plan : sealed->reverse;
}

std::string catalog_beside(const std::string& typed, std::int64_t number) {
  return (std::filesystem::path(typed).parent_path() / fmt::format("{:04}.json", number)).generic_string();
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
  auto bytes = read_compiled(typed, world);
  plan::JsonError error;
  const auto json = plan::read_json(bytes, error);
  if (!json && typed.ends_with(".json")) throw not_ours(typed, error);
  const auto format = json ? format_of(*json) : Format::other;
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
  plan::JsonError error;
  if (typed.ends_with(undo_ending)) {
    const auto name = typed.substr(0, typed.size() - undo_ending.size()) + std::string(plan_ending);
    const auto bytes = read_file_if_there(world.directory / name, name);
    const auto forward = bytes ? plan::read_plan(*bytes, error) : std::nullopt;
    if (forward && forward->plan.reverse) found.push_back({name, *forward->plan.reverse});
  }
  if (const auto* held = std::get_if<catalog::CatalogFile>(&artifact.file)) {
    const auto name = catalog_beside(typed, held->catalog.number + 1);
    const auto bytes = read_file_if_there(world.directory / name, name);
    const auto next = bytes ? catalog::read_catalog(*bytes, error) : std::nullopt;
    if (next && next->catalog.parent) found.push_back({name, *next->catalog.parent});
  }
  const auto path = (world.directory / typed).lexically_normal();
  if (const auto hash = sealed_as(artifact, path)) found.push_back({std::string(index_name), *hash});
  return found;
}

std::optional<Neighbour> neighbour(const Artifact& artifact, const std::string& typed, const World& world) {
  std::string name;
  std::optional<std::string> named;
  if (const auto* held = std::get_if<catalog::CatalogFile>(&artifact.file)) {
    name = catalog_beside(typed, held->catalog.number - 1);
    named = held->catalog.parent;
  } else if (typed.ends_with(plan_ending)) {
    name = typed.substr(0, typed.size() - plan_ending.size()) + std::string(undo_ending);
    named = std::get<plan::PlanFile>(artifact.file).plan.reverse;
  }
  const auto bytes = named ? read_file_if_there(world.directory / name, name) : std::nullopt;
  if (!bytes) return std::nullopt;
  return Neighbour{name, *named, plan::digest(*bytes)};
}

}  // namespace dmc::cli
