// Texts that people read: every block of the reference parses, and so does every block of the design's page.
#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include "tests/unit/grammar/support.hpp"

namespace dmc::grammar {
namespace {

void check_blocks(const std::string& path, std::size_t at_least) {
  const std::vector<std::string> blocks = tests::blocks(tests::read_file(path));
  CHECK(blocks.size() >= at_least);
  for (const std::string& block : blocks) {
    tests::Parsed parsed;
    tests::parse_into(parsed, block);
    CAPTURE(block);
    CHECK(parsed.errors() == "");
  }
}

TEST_CASE("every example of the reference parses") {
  check_blocks(std::string(DMC_SOURCE_DIR) + "/grammar/reference.md", 40);
}

TEST_CASE("every block of the language page parses") {
  const std::string page = std::string(DMC_SOURCE_DIR) + "/../shared/design/language.md";
  if (!std::filesystem::exists(page)) {
    MESSAGE("skipped: the language page is not beside this repository");
    return;
  }
  check_blocks(page, 7);
}

}  // namespace
}  // namespace dmc::grammar
