// dmc show: a plan, a catalog or a proof, for people.
#include <algorithm>
#include <filesystem>
#include <ostream>

#include <fmt/format.h>

#include "compiler/explain/explain.hpp"
#include "grammar/diagnostic.hpp"
#include "runtime/cli/artifact.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/plan_files.hpp"
#include "runtime/cli/proof_files.hpp"
#include "runtime/report/rehearsal.hpp"

namespace dmc::cli {
namespace {

constexpr std::string_view proof_ending = ".proof.json";

/// The catalogs on both sides of a plan, where a project keeps them.
struct Beside {
  std::optional<catalog::CatalogFile> before, after;

  /// Each database of the plan of which both are at hand; one that is not in the catalog before was empty.
  std::vector<explain::TwoStates> of(const plan::Plan& plan) const {
    static const model::Database nothing;
    std::vector<explain::TwoStates> states;
    for (const auto& database : plan.databases) {
      const auto* from = named(before, database.name);
      const auto* to = named(after, database.name);
      const bool is_from = from ? from->hash == database.from : before || plan.number == 1;
      const bool is_to = to ? to->hash == database.to : after || plan.number == 1;
      if (is_from && is_to) states.push_back({from ? &from->model : &nothing, to ? &to->model : &nothing});
    }
    return states;
  }

 private:
  static const catalog::CatalogDatabase* named(const std::optional<catalog::CatalogFile>& file,
                                               const std::string& name) {
    if (!file) return nullptr;
    const auto& all = file->catalog.databases;
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.model.name == name; });
    return found == all.end() ? nullptr : &*found;
  }
};

std::optional<catalog::CatalogFile> catalog_at(const std::filesystem::path& path, const World& world) {
  if (!std::filesystem::exists(world.directory / path)) return std::nullopt;
  auto artifact = read_artifact(path.string(), world);
  if (auto* file = std::get_if<catalog::CatalogFile>(&artifact.file)) return std::move(*file);
  return std::nullopt;
}

std::filesystem::path catalog_folder(const std::string& typed) {
  return std::filesystem::path(typed).parent_path() / ".." / "catalog";
}

/// Of a way back they stand the other way round.
Beside beside(const plan::Plan& plan, const std::string& typed, const World& world) {
  const auto folder = catalog_folder(typed);
  auto before = catalog_at(folder / fmt::format("{:04}.json", plan.number - 1), world);
  auto after = catalog_at(folder / fmt::format("{:04}.json", plan.number), world);
  if (!plan.forward) std::swap(before, after);
  return {std::move(before), std::move(after)};
}

struct Drawn {
  const std::string& format;
  const std::string& typed;
  World& world;

  std::string operator()(const plan::PlanFile& file) const {
    if (format == "markdown") return explain::markdown(file.plan);
    if (format == "mermaid-steps") return explain::mermaid(file.plan);
    if (format == "text") return explain::text(file.plan);
    const auto catalogs = beside(file.plan, typed, world);
    const auto states = catalogs.of(file.plan);
    if (states.size() < file.plan.databases.size())
      world.err << "note: tables are not drawn: the catalogs on both sides of this plan do not lie beside it, in "
                << grammar::escaped(catalog_folder(typed).lexically_normal().generic_string()) << "\n";
    if (format == "html") return explain::html(file.plan, states);
    return explain::mermaid(file.plan, states);
  }
  std::string operator()(const catalog::CatalogFile& file) const { return of_catalog(file.catalog); }
  std::string operator()(const catalog::StageCatalogFile& file) const { return of_catalog(file.catalog); }

 private:
  template <class Catalog>
  std::string of_catalog(const Catalog& catalog) const {
    if (format == "markdown") return explain::markdown(catalog);
    if (format == "html") return explain::html(catalog);
    if (format == "text") return explain::text(catalog);
    return explain::mermaid(catalog);
  }
};

/// The sidecar of a plan; none when the file is not called like one.
std::optional<trust::Proof> proof_in(const std::string& typed, const World& world) {
  if (!typed.ends_with(proof_ending)) return std::nullopt;
  (void)read_compiled(typed, world);  // one that is not there is no empty one
  return read_proof(typed.substr(0, typed.size() - proof_ending.size()) + ".plan.json", world);
}

/// Refuses a drawing that there is not of such a file.
void expect_drawn(const std::string& typed, std::string_view kind, std::string_view format,
                  const std::vector<std::string_view>& drawn) {
  if (std::find(drawn.begin(), drawn.end(), format) != drawn.end()) return;
  throw Refusal(Exit::usage,
                fmt::format("{} is a {}, of which there is no '{}'", grammar::escaped(typed), kind, format),
                {fmt::format("dmc show {} --format {}", grammar::escaped(typed), fmt::join(drawn, "|"))});
}

Exit run(const Arguments& arguments, World& world) {
  const std::string typed = *arguments.operand();
  const auto format = arguments.value("--format").value_or("text");
  if (const auto proof = proof_in(typed, world)) {
    expect_drawn(typed, "proof", format, {"text", "json"});
    world.out << report::render(*proof, format == "json" ? report::Format::json : report::Format::text);
    return Exit::done;
  }
  const auto artifact = read_artifact(typed, world);
  if (!std::holds_alternative<plan::PlanFile>(artifact.file))
    expect_drawn(typed, artifact.kind(), format, {"text", "markdown", "html", "mermaid", "json"});
  world.out << (format == "json" ? grammar::escaped_json(artifact.bytes())
                                 : std::visit(Drawn{format, typed, world}, artifact.file));
  return Exit::done;
}

}  // namespace

Command show_command() {
  return {"show",
          "a plan, a catalog or a proof, for people",
          {{"FILE"}},
          {{"--format", "FORMAT", "how it is drawn", {"text", "markdown", "html", "mermaid", "mermaid-steps", "json"}}},
          run};
}

}  // namespace dmc::cli
