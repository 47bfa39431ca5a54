// `--on NAME=URL`: which database of a plan lies where, and what of the world a run on it needs.
#pragma once

#include <string>
#include <vector>

#include "runtime/cli/command.hpp"
#include "runtime/executor/executor.hpp"

namespace dmc::cli {

Option on_option();

/// The targets that were typed, in the order of their names. `databases` are the names that make sense, empty when any
/// does; a URL alone stands for the only one. A Refusal (usage) for a name that is none of them, for one without a
/// target, or for none at all. `engine`: of the first of them, for what a person is told to type.
std::vector<executor::TargetAddress> read_targets(const Command& command, const Arguments& arguments,
                                                  const std::vector<std::string>& databases,
                                                  const std::string& engine = "sqlite");

/// Of sources that declare `databases`: not every one needs a target.
std::vector<executor::TargetAddress> read_some_targets(const Command& command, const Arguments& arguments,
                                                       const std::vector<std::string>& databases,
                                                       const std::string& engine);

/// The same without a plan that would say which names make sense: a URL alone is called what its ledger says, or what
/// the only database of the project is called.
std::vector<executor::TargetAddress> read_targets(const Command& command, const Arguments& arguments, World& world);

/// Refuses (usage) a target of a database that is none of `databases`, and a database without a target.
void check_targets(const std::vector<executor::TargetAddress>& targets, const std::vector<std::string>& databases);

session::Url read_url(const std::string& text);

session::Holder this_runner(const World& world);
executor::Environment environment(World& world, journal::Sink& sink);

}  // namespace dmc::cli
