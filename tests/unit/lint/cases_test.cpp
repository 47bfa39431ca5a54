// Every file of cases/ holds stories of one topic: a change, the hazards found on its steps, and what is reported of
// them. With DMC_ACCEPT=1 the files are written anew.
#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "compiler/lint/hazard_ids.hpp"
#include "compiler/lint/lint.hpp"
#include "tests/support/change_story.hpp"
#include "tests/support/fake_dialect.hpp"

namespace {

namespace fs = std::filesystem;
using namespace dmc;
using tests::ChangeStory;
using tests::StoryCase;

std::string outcome_of(const StoryCase& story) {
  ChangeStory told(story.before, story.after);
  if (told.diagnostics.has_errors()) return told.findings();
  auto lowering = planner::lower(told.base, {}, told.project.databases, told.changes(), told.project.policy,
                                 told.dialects, told.diagnostics);
  lint::lint(lowering, told.changes(), told.project, told.intent(), lint::Telling::what_is_asked, told.diagnostics);
  std::string text;
  for (const auto& lowered : lowering.changes)
    for (const auto& pair : lowered.pairs)
      for (const auto& hazard : pair.forward.hazards)
        text += hazard.id + " on " + hazard.object + ": " + hazard.evidence +
                (hazard.accepted ? "\n    accepted: " + *hazard.accepted : "") + "\n";
  const auto findings = told.findings();
  if (!text.empty() && !findings.empty()) text += "\n";
  text += findings;
  return text.empty() ? "nothing\n" : text;
}

}  // namespace

TEST_CASE("the hazards of every story") {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(DMC_SOURCE_DIR) / "tests/unit/lint/cases"))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  REQUIRE(files.size() >= 3);
  for (const auto& file : files)
    for (const auto& differing : tests::compare_stories(file.string(), outcome_of)) FAIL_CHECK(differing);
}

TEST_CASE("every hazard has its explanation, and every explanation says something") {
  std::set<std::string_view> explained;
  for (const auto& explanation : lint::explanations()) {
    CHECK(explained.insert(explanation.code).second);
    CHECK(explanation.title.size() > 5);
    CHECK(explanation.text.size() > 20);
    CHECK(explanation.title.find('\n') == std::string_view::npos);
  }
  for (const auto& hazard : lint::hazard_ids) CHECK_MESSAGE(explained.contains(hazard.id), hazard.id);
}

TEST_CASE("a rule covers its own hazard and those of its family") {
  CHECK(lint::covers("data", "data.drop_table"));
  CHECK(lint::covers("data.drop_table", "data.drop_table"));
  CHECK(!lint::covers("data.drop", "data.drop_table"));
  CHECK(!lint::covers("dat", "data.drop_table"));
  CHECK(lint::find_hazard("data.drop_table"));
  CHECK(!lint::find_hazard("data.drop"));
}
