// The command line without a process around it: words in, exit code out. The door of the folder.
#pragma once

#include <string>
#include <vector>

#include "runtime/cli/world.hpp"

namespace dmc::cli {

/// Runs `words` (without the program's name). Never throws: what went wrong is said on `world.err`, in sentences.
int run(const std::vector<std::string>& words, World& world);

}  // namespace dmc::cli
