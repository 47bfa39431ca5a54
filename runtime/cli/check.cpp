// dmc check: everything that can be said about the sources alone; a catalog only tells which texts are new.
#include <ostream>

#include <fmt/format.h>

#include "compiler/compile.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/findings.hpp"
#include "runtime/cli/project.hpp"
#include "runtime/cli/words.hpp"
#include "runtime/session/scratch.hpp"

namespace dmc::cli {
namespace {

std::string what_is_there(const model::Project& project) {
  std::size_t tables = 0;
  for (const auto& database : project.databases) tables += database.tables.size();
  return fmt::format("{}, {}, {}", counted(project.databases.size(), "database"), counted(tables, "table"),
                     counted(project.changes.size(), "change"));
}

/// What the catalog before the newest change holds: its texts were accepted then. Nothing when there is none to read.
std::vector<model::Database> models_before(const model::Project& checked, const Project& project) {
  const std::string* newest = nullptr;
  std::int64_t number = 0;
  const auto catalogs = project.catalogs();
  for (const auto& [its_number, bytes] : catalogs) {
    if (its_number < number || checked.changes.empty() || its_number >= checked.changes.back().number) continue;
    number = its_number;
    newest = &bytes;
  }
  plan::JsonError ignored;  // a catalog that cannot be read is for `compile` to tell
  const auto catalog = newest ? catalog::parse_catalog(*newest, ignored) : std::nullopt;
  return catalog ? catalog->models() : std::vector<model::Database>();
}

Exit run(const Arguments& arguments, World& world) {
  const auto project = find_project(arguments, world);
  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  const auto checked = check::check(project.sources(), sources, world.dialects, diagnostics);
  try_out(checked, models_before(checked, project), session::try_in_scratch, world.dialects, diagnostics);
  const auto format = findings_format(arguments);
  world.out << findings(format, diagnostics, sources, world.terminal.paint,
                        format == FindingsFormat::text ? project.from(world.directory) : project.in_repository());
  const auto count = findings_count(diagnostics);
  const auto none = fmt::format("o findings in {}", what_is_there(checked));
  if (format == FindingsFormat::text) world.out << (count.empty() ? "n" + none : count) << "\n";
  if (format == FindingsFormat::markdown && count.empty()) world.out << "N" << none << ".\n";
  return diagnostics.has_errors() ? Exit::refused : Exit::done;
}

}  // namespace

Command check_command() {
  return {"check", "read the sources and say what is wrong with them", {}, {findings_option(), project_option()}, run};
}

}  // namespace dmc::cli
