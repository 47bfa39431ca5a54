// Every file of cases/ holds stories of one topic: two desired states, the change between them, and what the diff makes
// of it, as the fake dialect tells it. With DMC_ACCEPT=1 the files are written anew.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/change_story.hpp"
#include "tests/support/fake_dialect.hpp"

namespace {

namespace fs = std::filesystem;
using dmc::tests::ChangeStory;
using dmc::tests::StoryCase;

/// The changes in their order, each with the words it came from; or the findings.
std::string outcome_of(const StoryCase& story) {
  const ChangeStory told(story.before, story.after);
  std::string text = told.findings();
  if (told.diagnostics.has_errors()) return text;
  if (!text.empty()) text += "\n";
  for (const auto& change : told.changes()) {
    text +=
        (told.project.databases.size() > 1 ? change.database + ": " : "") + dmc::tests::described(change.kind) + "\n";
    text += "    " + change.source + (change.declared ? " (declared)" : "") + "\n";
  }
  return text.empty() ? "nothing\n" : text;
}

}  // namespace

TEST_CASE("the diff of every story") {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(DMC_SOURCE_DIR) / "tests/unit/diff/cases"))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  REQUIRE(files.size() >= 6);
  for (const auto& file : files)
    for (const auto& differing : dmc::tests::compare_stories(file.string(), outcome_of)) FAIL_CHECK(differing);
}
