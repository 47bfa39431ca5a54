// A golden case: a folder of text. Files that lead are given, files that are expected are compared when they exist.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/model/database.hpp"

namespace dmc::tests {

struct GoldenCase {
  std::filesystem::path folder;
  std::string name;                          ///< path below tests/golden
  std::map<std::string, std::string> files;  ///< every file by its path inside the folder

  bool has(const std::string& file) const { return files.contains(file); }
  const std::string& text(const std::string& file) const { return files.at(file); }
};

/// Every folder below tests/golden that holds an `input.mig` or a `project.mig`, by name.
std::vector<GoldenCase> golden_cases();

/// Compares with the file of the case when it is there; with DMC_ACCEPT=1 writes it instead. Answers what differs, for
/// people.
std::optional<std::string> differs(const GoldenCase& golden, const std::string& file, const std::string& actual);

/// What happened to a case, stage by stage: file name and text for each expected file that the case holds.
using Produced = std::map<std::string, std::string>;

/// Compiles the case; produces errors.txt, fmt.mig, changes.txt, plan.json, explain.txt, undo.txt, review.md,
/// catalog.txt, draft.mig and draft.txt (why nothing was drafted).
Produced compile_case(const GoldenCase& golden);

/// A plan, its reverse and its catalog, for the run cases and the fuzz corpus. Empty texts when the case does not
/// compile.
struct CompiledCase {
  std::string base_plan;  ///< from nothing to `before.mig`
  std::string base_reverse;
  std::string base_catalog;
  std::string plan;
  std::string reverse;
  std::string catalog;
  std::vector<model::Database> base_models;
  std::vector<model::Database> models;
};
CompiledCase plans_of(const GoldenCase& golden);

}  // namespace dmc::tests
