#include "tests/support/change_story.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "compiler/catalog/catalog.hpp"
#include "compiler/check/check.hpp"
#include "tests/support/fake_dialect.hpp"

namespace dmc::tests {

namespace {

constexpr std::string_view project_line = "project shop { edition 1; }\n";

std::vector<check::SourceText> files_of(std::string_view text) {
  constexpr std::string_view mark = ">>> ";
  std::vector<check::SourceText> files{{"project.mig", std::string(project_line)}};
  std::istringstream in{std::string(text)};
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(mark)) {
      files.push_back({line.substr(mark.size()), {}});
      continue;
    }
    if (files.size() == 1) files.push_back({"schema/shop.mig", {}});
    files.back().text += line + "\n";
  }
  return files;
}

/// As a catalog holds it: with no place in any source.
model::Database from_catalog(const model::Database& database) {
  catalog::Catalog catalog;
  catalog.project = "shop";
  catalog.number = 1;
  catalog.databases.push_back({model::state_hash(database), database});
  plan::JsonError error;
  return catalog::read_catalog(catalog::write_catalog(catalog), error).value().catalog.databases.front().model;
}

std::string rendered(const grammar::Diagnostics& diagnostics, const grammar::Sources& sources) {
  std::string text;
  for (const auto& diagnostic : diagnostics.sorted())
    text += (text.empty() ? "" : "\n") + grammar::render(diagnostic, sources);
  return text;
}

}  // namespace

ChangeStory::ChangeStory(std::string_view before, std::string_view after) : dialects(fake_dialects()) {
  grammar::Sources base_sources;
  base = check::check(files_of(before), base_sources, dialects, diagnostics).databases;
  if (diagnostics.has_errors())
    throw std::runtime_error("the base does not check:\n" + rendered(diagnostics, base_sources));
  for (auto& database : base) database = from_catalog(database);
  project = check::check(files_of(after), sources, dialects, diagnostics);
  if (!diagnostics.has_errors() && !project.changes.empty())
    difference = diff::diff(base, project.databases, intent(), dialects, sources, diagnostics);
}

std::string ChangeStory::findings() const { return rendered(diagnostics, sources); }

std::vector<StoryCase> read_stories(const std::string& path) {
  std::ifstream in(path);
  std::vector<StoryCase> cases;
  std::string* part = nullptr;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("=== ")) {
      cases.push_back({line.substr(4), {}, {}, {}});
      part = &cases.back().before;
    } else if (line == "+++" && part) {
      part = &cases.back().after;
    } else if (line == "---" && part) {
      part = &cases.back().expected;
    } else if (part) {
      *part += line + "\n";
    }
  }
  for (auto& one : cases)
    while (one.expected.ends_with("\n\n") || one.expected == "\n") one.expected.pop_back();
  return cases;
}

std::vector<std::string> compare_stories(const std::string& path, std::string (*outcome)(const StoryCase&)) {
  const auto cases = read_stories(path);
  std::vector<std::string> differing;
  std::string anew;
  for (const auto& one : cases) {
    const std::string actual = outcome(one);
    if (actual != one.expected)
      differing.push_back(path + ": " + one.title + "\nexpected:\n" + one.expected + "\nactual:\n" + actual);
    anew += "=== " + one.title + "\n" + one.before + "+++\n" + one.after + "---\n" + actual + "\n";
  }
  if (!std::getenv("DMC_ACCEPT")) return differing;
  std::ofstream(path) << anew;
  return {};
}

}  // namespace dmc::tests
