// The list of commands.
#include "runtime/cli/commands.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "grammar/diagnostic.hpp"

namespace dmc::cli {

std::vector<Command> all_commands() {
  return {new_command(),     inspect_command(),    adopt_command(),   fmt_command(),       check_command(),
          draft_command(),   compile_command(),    lint_command(),    show_command(),      hash_command(),
          seal_command(),    attest_command(),     approve_command(), rehearse_command(),  preflight_command(),
          run_command(),     status_command(),     drift_command(),   verify_command(),    undo_command(),
          settle_command(),  purge_command(),      rebind_command(),  calibrate_command(), lsp_command(),
          explain_command(), completion_command(), help_command(),    version_command()};
}

const Command& find_command(std::string_view name, const std::vector<Command>& commands) {
  const auto found =
      std::find_if(commands.begin(), commands.end(), [&](const Command& candidate) { return candidate.name == name; });
  if (found != commands.end()) return *found;
  std::vector<std::string_view> names;
  for (const auto& command : commands) names.push_back(command.name);
  std::vector<std::string> next;
  if (const auto near = grammar::nearest(name, names); !near.empty())
    next.push_back(fmt::format("did you mean  dmc {} ?", fmt::join(near, "  or  dmc ")));
  next.push_back("dmc help    lists every command");
  if (name.starts_with('-'))
    throw Refusal(Exit::usage, fmt::format("'{}' is no command; options stand behind one", grammar::escaped(name)),
                  std::move(next));
  throw Refusal(Exit::usage, fmt::format("there is no command '{}'", grammar::escaped(name)), std::move(next));
}

}  // namespace dmc::cli
