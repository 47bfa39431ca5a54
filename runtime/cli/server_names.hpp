// Whether the servers at hand know every name that a declared database takes for granted.
#pragma once

#include <vector>

#include "compiler/model/project.hpp"
#include "grammar/diagnostic.hpp"
#include "runtime/cli/world.hpp"
#include "runtime/executor/executor.hpp"

namespace dmc::cli {

/// E0628 for each name that a server does not have, with the nearest that it has; a note for a list that it does not
/// show, an error for a server that cannot be asked. Only reads. A Refusal for one of another engine.
void ask_servers(const std::vector<executor::TargetAddress>& targets, const model::Project& project, World& world,
                 grammar::Diagnostics& diagnostics);

}  // namespace dmc::cli
