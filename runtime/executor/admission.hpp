// Whether this runner may carry out a plan at all, asked before any target is opened.
#pragma once

#include <string>
#include <vector>

#include "runtime/executor/executor.hpp"

namespace dmc::executor {

/// Empty: it may. Else the reason, for people.
std::string refusal(const PlanPair& plans, const std::vector<TargetAddress>& targets, const Environment& environment);

/// Empty, or why a gate or step that the user named is none that could be meant.
std::string unknown_word(const plan::Plan& plan, const Options& options);

/// Whether a word of `--lossy` means the step: "all", its id, or at least eight of its leading digits.
bool means_step(const std::string& word, const plan::Step& step);

/// The plan's words for one database; never null for a plan that was admitted with its targets.
const plan::DatabaseInput* input_of(const plan::Plan& plan, const std::string& database);

/// "change 7: one name per user"
std::string title_of(const plan::Plan& plan);

/// Whether an engine of version `server` ("3.40.1") is at least `oldest` ("3.35"), part by part as numbers.
bool at_least(const std::string& server, const std::string& oldest);

}  // namespace dmc::executor
