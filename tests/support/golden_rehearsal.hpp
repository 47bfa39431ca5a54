// A golden case that runs, rehearsed with generated rows.
#pragma once

#include <string>

#include "tests/support/golden_case.hpp"

namespace dmc::tests {

/// Produces rehearsal.txt. Answers what is wrong: a rehearsal that fails, unless the case expects its text.
std::string rehearse_case(const GoldenCase& golden, Produced& produced);

}  // namespace dmc::tests
