// Completion scripts for shells, written from the commands' own words.
#pragma once

#include <string>
#include <vector>

#include "runtime/cli/command.hpp"

namespace dmc::cli {

std::string bash_completion(const std::vector<Command>& commands);
std::string zsh_completion(const std::vector<Command>& commands);
std::string fish_completion(const std::vector<Command>& commands);

}  // namespace dmc::cli
