// Runs a golden case for real on a SQLite file: forward, back, forward again, and with a fault at every session event.
#pragma once

#include <string>

#include "tests/support/golden_case.hpp"

namespace dmc::tests {

/// Adds report.txt, after.txt, undo_report.txt and undone.txt to `produced`. Answers what went wrong, empty when all is
/// well: undo must lead back to the database it began with (or to the case's `undone.txt`), every interrupted run must
/// end the same.
std::string run_case(const GoldenCase& golden, Produced& produced);

}  // namespace dmc::tests
