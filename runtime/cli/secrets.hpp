// The values of the secrets that a plan names, out of the environment.
#pragma once

#include <string>
#include <vector>

#include "runtime/cli/command.hpp"
#include "runtime/cli/world.hpp"
#include "runtime/executor/executor.hpp"
#include "runtime/steps/secrets.hpp"

namespace dmc::cli {

/// A plan may not help itself to the environment of whoever runs it: `allowed` are the names that the cluster lists, or
/// that were given with `--secret`. A Refusal (exit 1) names what is not allowed (E0625) or not set (E0626).
steps::Secrets secrets_of(const plan::Plan& plan, const std::vector<std::string>& allowed, bool cluster,
                          const World& world);

/// `--secret NAME`, for runs without a cluster.
Option secret_option();

}  // namespace dmc::cli
