// Every command of this build. A command is one .cpp, one .md, a declaration here and a line in the list.
#pragma once

#include <vector>

#include "runtime/cli/command.hpp"

namespace dmc::cli {

Command new_command();
Command inspect_command();
Command adopt_command();
Command fmt_command();
Command check_command();
Command draft_command();
Command compile_command();
Command lint_command();
Command seal_command();
Command approve_command();
Command attest_command();
Command show_command();
Command hash_command();
Command rehearse_command();
Command preflight_command();
Command run_command();
Command status_command();
Command drift_command();
Command verify_command();
Command undo_command();
Command purge_command();
Command rebind_command();
Command settle_command();
Command calibrate_command();
Command lsp_command();
Command explain_command();
Command completion_command();
Command help_command();
Command version_command();

/// In the order in which a change meets them.
std::vector<Command> all_commands();

/// The command of that name, or a Refusal (usage) that offers the nearest ones.
const Command& find_command(std::string_view name, const std::vector<Command>& commands);

}  // namespace dmc::cli
