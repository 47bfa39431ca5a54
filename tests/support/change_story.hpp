// Two desired states in memory, and the change between them: what the tests of diff, planner and lint begin with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/diff/diff.hpp"
#include "compiler/model/project.hpp"

namespace dmc::tests {

/// A text of sources: `before` is change 1, `after` (files marked by `>>> NAME`, else schema/shop.mig) holds change 2.
/// Everything is kept, because diagnostics point into the sources.
struct ChangeStory {
  ChangeStory(std::string_view before, std::string_view after);

  dialects::Dialects dialects;
  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  std::vector<model::Database> base;
  model::Project project;
  diff::Difference difference;

  const model::Intent& intent() const { return project.changes.back(); }
  const std::vector<change::Change>& changes() const { return difference.changes; }
  /// Every diagnostic as a person reads it, a blank line between two.
  std::string findings() const;
};

/// One case of a file of cases: `=== title`, `before`, a line `+++`, `after`, a line `---`, what is expected.
struct StoryCase {
  std::string title;
  std::string before;
  std::string after;
  std::string expected;
};
std::vector<StoryCase> read_stories(const std::string& path);
/// Compares every case with what `outcome` says of it; with DMC_ACCEPT=1 writes the file anew. Answers what differs,
/// for people.
std::vector<std::string> compare_stories(const std::string& path, std::string (*outcome)(const StoryCase&));

}  // namespace dmc::tests
