// dmc check: everything that can be said about the sources without a catalog.
#include <ostream>

#include <fmt/format.h>

#include "runtime/cli/commands.hpp"
#include "runtime/cli/findings.hpp"
#include "runtime/cli/project.hpp"
#include "runtime/cli/words.hpp"

namespace dmc::cli {
namespace {

std::string what_is_there(const model::Project& project) {
  std::size_t tables = 0;
  for (const auto& database : project.databases) tables += database.tables.size();
  return fmt::format("{}, {}, {}", counted(project.databases.size(), "database"), counted(tables, "table"),
                     counted(project.changes.size(), "change"));
}

Exit run(const Arguments& arguments, World& world) {
  const auto project = find_project(arguments, world);
  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  const auto checked = check::check(project.sources(), sources, world.dialects, diagnostics);
  const auto format = findings_format(arguments);
  world.out << findings(format, diagnostics, sources, world.terminal.paint);
  if (format == FindingsFormat::text) {
    const auto count = findings_count(diagnostics);
    world.out << (count.empty() ? fmt::format("no findings in {}\n", what_is_there(checked)) : count + "\n");
  }
  return diagnostics.has_errors() ? Exit::refused : Exit::done;
}

}  // namespace

Command check_command() {
  return {"check", "read the sources and say what is wrong with them", {}, {findings_option(), project_option()}, run};
}

}  // namespace dmc::cli
