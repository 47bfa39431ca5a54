// dmc lint: every hazard of the newest change, or of a plan, also of those that need nothing from anybody.
#include "compiler/lint/lint.hpp"

#include <ostream>

#include <fmt/format.h>

#include "compiler/compile.hpp"
#include "runtime/cli/artifact.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/findings.hpp"
#include "runtime/cli/project.hpp"
#include "runtime/cli/refusal.hpp"
#include "runtime/cli/server_names.hpp"
#include "runtime/cli/targets.hpp"
#include "runtime/session/scratch.hpp"

namespace dmc::cli {
namespace {

void lint_sources(const Project& project, const Arguments& arguments, World& world, grammar::Sources& sources,
                  grammar::Diagnostics& diagnostics) {
  auto input = project.compile_input();
  input.trial = session::try_in_scratch;
  input.every_hazard = true;
  const auto compiled = dmc::compile(input, world.dialects, sources, diagnostics);
  if (arguments.values("--on").empty()) return;
  std::vector<std::string> names;
  for (const auto& database : compiled.project.databases) names.push_back(database.name);
  if (names.empty() && diagnostics.has_errors()) return;
  if (names.empty())
    throw Refusal(Exit::usage, "no database is declared, so that there is nothing to ask a server for",
                  {"declare one in schema/*.mig, or leave --on out"});
  ask_servers(read_some_targets(lint_command(), arguments, names, compiled.project.databases.front().engine),
              compiled.project, world, diagnostics);
}

void lint_plan(const std::string& file, World& world, grammar::Diagnostics& diagnostics) {
  const auto artifact = read_artifact(file, world);
  const auto* read = std::get_if<plan::PlanFile>(&artifact.file);
  if (!read)
    throw Refusal(Exit::usage, fmt::format("{} is no plan: it is the {}", grammar::escaped(file), artifact.kind()),
                  {"dmc lint plans/NNNN.plan.json   or, of the newest change:  dmc lint"});
  lint::lint(read->plan, diagnostics);
}

Exit run(const Arguments& arguments, World& world) {
  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  std::string folder;
  const auto format = findings_format(arguments);
  if (arguments.operand()) {
    if (!arguments.values("--on").empty())
      throw Refusal(Exit::usage, "'--on' asks a server for the names in the sources, and a plan was given instead",
                    {"dmc lint --on NAME=URL   or, of the real rows behind a plan:  dmc preflight PLAN --on NAME=URL"});
    lint_plan(*arguments.operand(), world, diagnostics);
    if (const auto project = find_project_if_there(world.directory)) folder = project->in_repository();
  } else {
    const auto project = find_project(arguments, world);
    lint_sources(project, arguments, world, sources, diagnostics);
    folder = format == FindingsFormat::text ? project.from(world.directory) : project.in_repository();
  }
  world.out << findings(format, diagnostics, sources, world.terminal.paint, folder);
  const auto count = findings_count(diagnostics);
  if (format == FindingsFormat::text) world.out << (count.empty() ? "no hazards" : count) << "\n";
  if (format == FindingsFormat::markdown && count.empty()) world.out << "No hazards.\n";
  return diagnostics.has_errors() ? Exit::refused : Exit::done;
}

}  // namespace

Command lint_command() {
  return {"lint",
          "say every hazard of the newest change, or of a plan, the accepted ones too",
          {{"PLAN", false, false, Completes::plan}},
          {on_option(), findings_option(), project_option()},
          run};
}

}  // namespace dmc::cli
