// dmc completion: prints what a shell needs to complete dmc's words.
#include "runtime/cli/completion.hpp"

#include <ostream>

#include "runtime/cli/commands.hpp"

namespace dmc::cli {
namespace {

Exit run(const Arguments& arguments, World& world) {
  const auto shell = *arguments.operand();
  const auto commands = all_commands();
  world.out << (shell == "bash"  ? bash_completion(commands)
                : shell == "zsh" ? zsh_completion(commands)
                                 : fish_completion(commands));
  return Exit::done;
}

}  // namespace

Command completion_command() {
  return {"completion",
          "print the completion script of a shell",
          {{"SHELL", true, false, Completes::nothing, {"bash", "zsh", "fish"}}},
          {},
          run};
}

}  // namespace dmc::cli
