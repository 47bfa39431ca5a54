// Plans and catalogs read from where a person says they are.
#pragma once

#include <string>

#include "compiler/catalog/catalog.hpp"
#include "runtime/cli/exit.hpp"
#include "runtime/cli/world.hpp"
#include "runtime/executor/executor.hpp"

namespace dmc::cli {

/// A plan and the reverse that lies beside it, both whole and belonging together; else a Refusal. `typed` is a path
/// from where dmc was started.
executor::PlanPair read_plan_pair(const std::string& typed, const World& world);

/// The names of the databases that a plan touches.
std::vector<std::string> databases_of(const plan::Plan& plan);
/// Of the first of them.
std::string first_engine_of(const plan::Plan& plan);

/// "change 7: one name per user"
std::string title_of(const plan::Plan& plan);

/// The bytes of a plan or a catalog; a Refusal (usage) when there is no such file, or when it is a source.
std::string read_compiled(const std::string& typed, const World& world);

/// The file is not what it should be: code, place and reason as one line, and `dmc explain`.
Refusal not_ours(const std::string& shown, const plan::JsonError& error);

}  // namespace dmc::cli
