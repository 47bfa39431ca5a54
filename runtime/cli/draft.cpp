// dmc draft: writes the change that the difference needs, for its author to read and to mean.
#include <ostream>

#include <fmt/format.h>

#include "compiler/compile.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/findings.hpp"
#include "runtime/cli/project.hpp"

namespace dmc::cli {
namespace {

Exit run(const Arguments& arguments, World& world) {
  const auto project = find_project(arguments, world);
  const bool accept_all = arguments.given("--accept-all");
  const auto input = project.compile_input();
  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  const auto text = dmc::draft(input, world.dialects, accept_all, sources, diagnostics);
  world.err << findings_text(diagnostics, sources, {}, project.from(world.directory));
  if (diagnostics.has_errors()) {
    world.err << findings_count(diagnostics) << "; nothing was written\n";
    return Exit::refused;
  }
  if (text.empty()) {
    world.out << "the sources say what the newest catalog says: there is nothing to draft\n";
    return Exit::done;
  }
  const auto number = input.catalogs.empty() ? 1 : input.catalogs.back().first + 1;
  const auto name = change_name(number, "draft");
  if (project.file_if_there(name))
    throw Refusal(Exit::refused, fmt::format("{} is there already, and what a person edited is not overwritten", name),
                  {"move or delete it and draft again; nothing was written"});
  project.write(name, text);
  const bool commented = !accept_all && text.find("\n  --") != std::string::npos;
  world.out << text << "\n"
            << fmt::format("wrote {}\n", name)
            << (commented    ? "  what destroys something is commented out: take away the dashes where you mean it\n"
                : accept_all ? "  every statement is active: read each before you compile\n"
                             : "  nothing in it destroys anything; give it a title and a name\n")
            << "next:  dmc compile\n";
  return Exit::done;
}

}  // namespace

Command draft_command() {
  return {"draft",
          "write the change that the difference between sources and catalog needs",
          {},
          {{"--accept-all", "", "leave destructive statements active"}, project_option()},
          run};
}

}  // namespace dmc::cli
