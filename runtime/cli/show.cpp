// dmc show: a plan or a catalog, for people.
#include <ostream>

#include "compiler/explain/explain.hpp"
#include "grammar/diagnostic.hpp"
#include "runtime/cli/artifact.hpp"
#include "runtime/cli/commands.hpp"

namespace dmc::cli {
namespace {

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

Exit run(const Arguments& arguments, World& world) {
  const auto artifact = read_artifact(*arguments.operand(), world);
  const auto format = arguments.value("--format").value_or("text");
  world.out << (format == "json" ? grammar::escaped_json(artifact.bytes()) : std::visit(Drawn{format}, artifact.file));
  return Exit::done;
}

}  // namespace

Command show_command() {
  return {"show",
          "a plan or a catalog, for people",
          {{"FILE"}},
          {{"--format", "FORMAT", "how it is drawn", {"text", "markdown", "mermaid", "json"}}},
          run};
}

}  // namespace dmc::cli
