// Every file of cases/ holds cases of one topic: sources, and what a person reads about them. With DMC_ACCEPT=1 the
// files are written anew.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "compiler/model/print.hpp"
#include "tests/unit/check/checked.hpp"
#include "tests/unit/check/described.hpp"

namespace {

namespace fs = std::filesystem;

constexpr std::string_view title_mark = "=== ";
constexpr std::string_view file_mark = ">>> ";
constexpr std::string_view expected_mark = "---";

struct Case {
  std::string title;
  std::string source;  ///< with its marks, as it stands in the file
  std::string expected;
};

std::vector<std::string> lines_of(const fs::path& path) {
  std::ifstream in(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<Case> read_cases(const fs::path& path) {
  std::vector<Case> cases;
  bool in_expected = false;
  for (const std::string& line : lines_of(path)) {
    if (line.starts_with(title_mark)) {
      cases.push_back({line.substr(title_mark.size()), {}, {}});
      in_expected = false;
    } else if (line == expected_mark) {
      in_expected = true;
    } else if (!cases.empty()) {
      (in_expected ? cases.back().expected : cases.back().source) += line + "\n";
    }
  }
  for (Case& one : cases)
    while (one.expected.ends_with("\n\n")) one.expected.pop_back();
  return cases;
}

std::vector<dmc::check::SourceText> files_of(const Case& one) {
  std::vector<dmc::check::SourceText> files;
  std::istringstream in(one.source);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(file_mark)) {
      files.push_back({line.substr(file_mark.size()), {}});
      continue;
    }
    if (files.empty()) files.push_back({"schema/shop.mig", {}});
    files.back().text += line + "\n";
  }
  return files;
}

/// What the check says; without findings, what it made of the sources.
std::string outcome_of(const Case& one, const fs::path& path) {
  const bool pretends = path.stem() == "pretended";
  const auto result = pretends ? dmc::tests::checked(files_of(one), dmc::tests::pretended_dialects())
                               : dmc::tests::checked(files_of(one));
  if (!result.findings.empty()) return result.findings;
  return dmc::tests::described(result.project);
}

}  // namespace

TEST_CASE("what a person reads") {
  const char* accept = std::getenv("DMC_ACCEPT");
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(fs::path(DMC_SOURCE_DIR) / "tests/unit/check/cases"))
    if (entry.path().extension() == ".cases") paths.push_back(entry.path());
  std::ranges::sort(paths);
  std::size_t count = 0;
  for (const fs::path& path : paths) {
    std::string written;
    for (const Case& one : read_cases(path)) {
      ++count;
      const std::string actual = outcome_of(one, path);
      if (!accept) {
        INFO(path.filename().string() << ": " << one.title);
        CHECK(actual == one.expected);
      }
      written += (written.empty() ? "" : "\n") + std::string(title_mark) + one.title + "\n" + one.source +
                 std::string(expected_mark) + "\n" + actual;
    }
    if (accept) std::ofstream(path) << written;
  }
  CHECK(count >= 100);
}
