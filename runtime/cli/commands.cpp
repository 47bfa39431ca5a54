// The list of commands.
#include "runtime/cli/commands.hpp"

namespace dmc::cli {

std::vector<Command> all_commands() {
  return {new_command(),   inspect_command(), adopt_command(),   fmt_command(),        check_command(),
          draft_command(), compile_command(), show_command(),    hash_command(),       seal_command(),
          run_command(),   status_command(),  drift_command(),   verify_command(),     undo_command(),
          explain_command(), completion_command(), help_command(), version_command()};
}

}  // namespace dmc::cli
