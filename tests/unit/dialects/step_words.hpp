// Steps as a text that a person reads, kept beside the tests.
#pragma once

#include <string>
#include <vector>

#include "compiler/dialects/dialect.hpp"

namespace dmc::tests {

/// The text of the steps; with the questions of those that only ask.
std::string shown(const std::vector<dialects::StepPair>& pairs, bool questions = false);
/// Whether the file holds that text; with DMC_ACCEPT it does from then on.
void is_golden(const std::string& path, const std::string& text);

}  // namespace dmc::tests
