// dmc show: a plan, a catalog or a proof, for people.
#include <ostream>

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

struct Drawn {
  const std::string& format;
  std::string operator()(const plan::PlanFile& file) const {
    if (format == "markdown") return explain::markdown(file.plan);
    if (format == "mermaid") return explain::mermaid(file.plan);
    return explain::text(file.plan);
  }
  std::string operator()(const catalog::CatalogFile& file) const {
    if (format == "markdown") return explain::markdown(file.catalog);
    if (format == "mermaid") return explain::mermaid(file.catalog);
    return explain::text(file.catalog);
  }
  std::string operator()(const catalog::StageCatalogFile& file) const {
    if (format == "markdown") return explain::markdown(file.catalog);
    if (format == "mermaid") return explain::mermaid(file.catalog);
    return explain::text(file.catalog);
  }
};

/// The sidecar of a plan; none when the file is not called like one.
std::optional<trust::Proof> proof_in(const std::string& typed, const World& world) {
  if (!typed.ends_with(proof_ending)) return std::nullopt;
  (void)read_compiled(typed, world);  // one that is not there is no empty one
  return read_proof(typed.substr(0, typed.size() - proof_ending.size()) + ".plan.json", world);
}

Exit run(const Arguments& arguments, World& world) {
  if (const auto proof = proof_in(*arguments.operand(), world)) {
    const bool json = arguments.value("--format") == "json";
    world.out << report::render(*proof, json ? report::Format::json : report::Format::text);
    return Exit::done;
  }
  const auto artifact = read_artifact(*arguments.operand(), world);
  const auto format = arguments.value("--format").value_or("text");
  world.out << (format == "json" ? grammar::escaped_json(artifact.bytes()) : std::visit(Drawn{format}, artifact.file));
  return Exit::done;
}

}  // namespace

Command show_command() {
  return {"show",
          "a plan, a catalog or a proof, for people",
          {{"FILE"}},
          {{"--format", "FORMAT", "how it is drawn", {"text", "markdown", "mermaid", "json"}}},
          run};
}

}  // namespace dmc::cli
