// dmc inspect: a live database as .mig, and what of it the language cannot say.
#include <ostream>

#include <fmt/format.h>

#include "compiler/explain/explain.hpp"
#include "compiler/plan/canonical.hpp"
#include "grammar/diagnostic.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/live.hpp"
#include "runtime/cli/targets.hpp"

namespace dmc::cli {
namespace {

struct InspectedJson {
  std::string hash;
  model::Database database;
  std::vector<std::string> unmodelled;
  static void fields(auto& self, auto&& visit) {
    visit("hash", self.hash);
    visit("database", self.database);
    visit("unmodelled", self.unmodelled);
  }
};

std::string drawn(const dialects::Inspected& inspected, const std::string& format, const World& world) {
  if (format == "json")
    return grammar::escaped_json(plan::canonical(
               InspectedJson{model::state_hash(inspected.database), inspected.database, inspected.unmodelled})) +
           "\n";
  if (format == "mermaid") return explain::mermaid(inspected.database);
  return print_live(inspected, world);
}

Exit run(const Arguments& arguments, World& world) {
  const auto url = read_url(*arguments.operand());
  const auto name = arguments.value("--name").value_or(name_from(url));
  const auto inspected = inspect_live(url, name, world);
  world.out << drawn(inspected, arguments.value("--format").value_or("mig"), world);
  if (inspected.unmodelled.empty()) return Exit::done;
  world.out.flush();
  world.err << fmt::format("not modelled, so dmc would leave it alone ({}):\n", inspected.unmodelled.size());
  for (const auto& line : inspected.unmodelled) world.err << "  " << grammar::escaped(line) << "\n";
  return arguments.given("--strict") ? Exit::refused : Exit::done;
}

}  // namespace

Command inspect_command() {
  return {"inspect",
          "print what is in a database",
          {{"URL", true, false, Completes::database}},
          {{"--name", "NAME", "what to call the database"},
           {"--format", "FORMAT", "as a .mig file, a model or a diagram", {"mig", "json", "mermaid"}},
           {"--strict", "", "fail when something could not be modelled"}},
          run};
}

}  // namespace dmc::cli
