// Every folder of tests/golden: what it gives is compiled, what it expects is compared; a folder with `rows.sql` is
// also rehearsed, run for real on SQLite, undone, and run again with a fault at every session event.
#include <cstdio>
#include <string>

#include "tests/support/golden_case.hpp"
#include "tests/support/golden_rehearsal.hpp"
#include "tests/support/golden_run.hpp"

using namespace dmc::tests;

int main(int argc, char** argv) {
  const std::string only = argc > 1 ? argv[1] : "";
  const bool rehearse_only = argc > 2;  // shows the rehearsals, and does not run the cases otherwise
  long passed = 0, failed = 0;
  for (const auto& golden : golden_cases()) {
    if (golden.name.find(only) == std::string::npos) continue;
    auto produced = compile_case(golden);
    std::string trouble;
    if (!golden.has("errors.txt")) trouble = produced.at("errors.txt");
    if (trouble.empty() && golden.has("rows.sql") && !golden.has("fails.txt"))
      trouble = rehearse_case(golden, produced);
    if (rehearse_only) std::printf("== %s\n%s\n", golden.name.c_str(), produced["rehearsal.txt"].c_str());
    if (trouble.empty() && golden.has("rows.sql") && !rehearse_only) trouble = run_case(golden, produced);
    for (const auto& [file, text] : produced)
      if (const auto difference = differs(golden, file, text)) trouble += *difference;
    if (trouble.empty()) {
      ++passed;
      continue;
    }
    ++failed;
    std::printf("FAILED %s\n%s\n", golden.name.c_str(), trouble.c_str());
  }
  std::printf("%ld passed, %ld failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}
