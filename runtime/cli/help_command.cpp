// dmc help: the overview, the page of a command, or all pages for man.
#include <ostream>

#include <fmt/format.h>

#include "runtime/cli/commands.hpp"
#include "runtime/cli/files.hpp"
#include "runtime/cli/help.hpp"
#include "runtime/cli/version.hpp"

namespace dmc::cli {
namespace {

Exit write_manual(const std::filesystem::path& folder, World& world) {
  const auto commands = all_commands();
  const auto write = [&](const std::string& name, const std::string& text) {
    const auto file = fmt::format("{}.1", name);
    write_file(folder / file, text, file);
  };
  write("dmc", manual_overview(commands, version));
  for (const auto& command : commands) write(fmt::format("dmc-{}", command.name), manual_page(command, version));
  world.out << fmt::format("{} manual pages written to {}\n", commands.size() + 1, folder.lexically_normal().string());
  return Exit::done;
}

Exit run(const Arguments& arguments, World& world) {
  if (const auto folder = arguments.value("--man")) return write_manual(world.directory / *folder, world);
  const auto commands = all_commands();
  const auto wanted = arguments.operand();
  world.out << (wanted ? draw_help(find_command(*wanted, commands), world.terminal.width, world.terminal.paint)
                       : draw_overview(commands, world.terminal.width, world.terminal.paint));
  return Exit::done;
}

}  // namespace

Command help_command() {
  return {"help",
          "the list of commands, the page of one, or all pages for man",
          {{"COMMAND", false, false, Completes::command}},
          {{"--man", "FOLDER", "write every page there as a manual page", {}, false, Completes::directory}},
          run};
}

}  // namespace dmc::cli
