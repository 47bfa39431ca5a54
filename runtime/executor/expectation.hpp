// What a dry run saw, as one digest: a run that was told to expect it does nothing else.
#pragma once

#include <string>

#include "runtime/executor/executor.hpp"

namespace dmc::executor {

/// Of the plan, the direction, and the standing of every target, in any order; empty when one could not be looked at.
std::string dry_run_digest(const RunResult& result);

/// Why this is not what was expected, with E0515; empty when it is, or when nothing was. Needs `result.digest`.
std::string unexpected(const RunResult& result, const Options& options);

/// Whether somebody who typed `word` meant this hash: whole, without its "sha256:", or at least 12 digits of it.
bool means_digest(const std::string& word, const std::string& digest);

}  // namespace dmc::executor
