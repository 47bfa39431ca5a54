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

enum class Format { plan, catalog, stage, other };

/// A plan's format is an object with a name, a catalog's is a word.
Format format_of(const plan::Json& json) {
  const auto* object = std::get_if<plan::JsonObject>(&json.value);
  if (object == nullptr) return Format::other;
  for (const auto& [key, value] : *object) {
    if (key != "format") continue;
    if (const auto* word = std::get_if<std::string>(&value.value))
      return *word == "dmc-catalog" ? Format::catalog : *word == "dmc-stage-catalog" ? Format::stage : Format::other;
    return std::holds_alternative<plan::JsonObject>(value.value) ? Format::plan : Format::other;
  }
  return Format::other;
}

/// The hash under which the artifact was sealed, if it was.
struct SealedAs {
  const std::filesystem::path& path;
  std::optional<std::string> operator()(const plan::PlanFile& file) const {
    const auto sealed = sealed_version(path, file.plan.number);
    if (!sealed) return std::nullopt;
    return file.plan.forward ? sealed->plan : sealed->reverse;
  }
  std::optional<std::string> operator()(const catalog::CatalogFile& file) const {
    const auto sealed = sealed_version(path, file.catalog.number);
    return sealed ? std::optional(sealed->catalog) : std::nullopt;
  }
  std::optional<std::string> operator()(const catalog::StageCatalogFile& file) const {
    const auto sealed = sealed_version(path, file.catalog.number);
    const auto place = static_cast<std::size_t>(file.catalog.stage) - 1;
    return sealed && place < sealed->stages.size() ? std::optional(sealed->stages[place]) : std::nullopt;
  }
};

std::string beside(const std::string& typed, const std::string& name) {
  return (std::filesystem::path(typed).parent_path() / name).generic_string();
}

std::string catalog_beside(const std::string& typed, std::int64_t number) {
  return beside(typed, fmt::format("{:04}.json", number));
}

/// Where that version was settled, when it was: the catalog that the next one stands on is that of the stage.
std::optional<catalog::Settled> settled_beside(const std::string& typed, std::int64_t number, const World& world) {
  const auto name = beside(typed, fmt::format("{:04}.settled.json", number));
  const auto bytes = read_file_if_there(world.directory / name, name);
  plan::JsonError error;
  return bytes ? catalog::read_settled(*bytes, error) : std::nullopt;
}

/// The version after this one names it, when that was compiled on it.
void add_next(std::vector<Witness>& found, const std::string& typed, std::int64_t number, const World& world) {
  const auto name = catalog_beside(typed, number + 1);
  const auto bytes = read_file_if_there(world.directory / name, name);
  plan::JsonError error;
  const auto next = bytes ? catalog::read_catalog(*bytes, error) : std::nullopt;
  if (next && next->catalog.parent) found.push_back({name, *next->catalog.parent});
}

}  // namespace

std::string Artifact::kind() const {
  const auto* plan_file = std::get_if<plan::PlanFile>(&file);
  if (std::holds_alternative<catalog::StageCatalogFile>(file)) return "catalog of a stage";
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
  if (format == Format::stage)
    if (auto catalog = catalog::read_stage_catalog(bytes, error)) {
      auto hash = plan::digest(bytes);
      return {catalog::StageCatalogFile{std::move(*catalog), std::move(bytes), std::move(hash)}};
    }
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
  if (const auto* held = std::get_if<catalog::CatalogFile>(&artifact.file);
      held && !settled_beside(typed, held->catalog.number, world))
    add_next(found, typed, held->catalog.number, world);
  if (const auto* held = std::get_if<catalog::StageCatalogFile>(&artifact.file)) {
    const auto settled = settled_beside(typed, held->catalog.number, world);
    if (settled && settled->stage == held->catalog.stage) {
      found.push_back({beside(typed, fmt::format("{:04}.settled.json", held->catalog.number)), settled->catalog});
      add_next(found, typed, held->catalog.number, world);
    }
  }
  const auto path = (world.directory / typed).lexically_normal();
  if (const auto hash = std::visit(SealedAs{path}, artifact.file)) found.push_back({std::string(index_name), *hash});
  return found;
}

std::optional<Neighbour> neighbour(const Artifact& artifact, const std::string& typed, const World& world) {
  std::string name;
  std::optional<std::string> named;
  if (const auto* held = std::get_if<catalog::CatalogFile>(&artifact.file)) {
    const auto settled = settled_beside(typed, held->catalog.number - 1, world);
    name = settled ? beside(typed, fmt::format("{:04}.{}.json", settled->number, settled->stage))
                   : catalog_beside(typed, held->catalog.number - 1);
    named = held->catalog.parent;
  } else if (const auto* stage = std::get_if<catalog::StageCatalogFile>(&artifact.file)) {
    const auto settled = settled_beside(typed, stage->catalog.number - 1, world);
    name = settled ? beside(typed, fmt::format("{:04}.{}.json", settled->number, settled->stage))
                   : catalog_beside(typed, stage->catalog.number - 1);
    named = stage->catalog.parent;
  } else if (typed.ends_with(plan_ending)) {
    name = typed.substr(0, typed.size() - plan_ending.size()) + std::string(undo_ending);
    named = std::get<plan::PlanFile>(artifact.file).plan.reverse;
  }
  const auto bytes = named ? read_file_if_there(world.directory / name, name) : std::nullopt;
  if (!bytes) return std::nullopt;
  return Neighbour{name, *named, plan::digest(*bytes)};
}

}  // namespace dmc::cli
