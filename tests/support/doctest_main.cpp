// The main of every test program: runs the cases and closes with the line that tests/run adds up.
#define DOCTEST_CONFIG_IMPLEMENT
#include <cstdio>

#include <doctest/doctest.h>

#include "tests/support/skip.hpp"

namespace {

struct Tally : doctest::IReporter {
  explicit Tally(const doctest::ContextOptions& options) : options(options) {}
  void report_query(const doctest::QueryData&) override {}
  void test_run_start() override {}
  void test_run_end(const doctest::TestRunStats& stats) override {
    if (options.count || options.list_test_cases) return;
    const long failed = static_cast<long>(stats.numTestCasesFailed);
    const long skipped = dmc::tests::skipped_cases();
    std::printf("%ld passed, %ld failed, %ld skipped\n",
                static_cast<long>(stats.numTestCasesPassingFilters) - failed - skipped, failed, skipped);
  }
  void test_case_start(const doctest::TestCaseData&) override {}
  void test_case_reenter(const doctest::TestCaseData&) override {}
  void test_case_end(const doctest::CurrentTestCaseStats&) override {}
  void test_case_exception(const doctest::TestCaseException&) override {}
  void subcase_start(const doctest::SubcaseSignature&) override {}
  void subcase_end() override {}
  void log_assert(const doctest::AssertData&) override {}
  void log_message(const doctest::MessageData&) override {}
  void test_case_skipped(const doctest::TestCaseData&) override {}
  const doctest::ContextOptions& options;
};

}  // namespace

REGISTER_LISTENER("tally", 1, Tally);

int main(int argc, char** argv) {
  doctest::Context context(argc, argv);
  context.setOption("no-intro", true);
  return context.run();
}
