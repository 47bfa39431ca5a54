// Every code has its long form and a case that shows it.
#include "compiler/check/explanations.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include <doctest/doctest.h>

namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The first group of every match in the files of a folder.
std::set<std::string> found_in(const fs::path& folder, const std::string& extension, const std::regex& expression) {
  std::set<std::string> found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != extension || entry.path().stem() == "explanations") continue;
    const std::string text = read(entry.path());
    for (std::sregex_iterator match(text.begin(), text.end(), expression), end; match != end; ++match)
      found.insert((*match)[1]);
  }
  return found;
}

}  // namespace

TEST_CASE("every code is explained, once, in order, and shown") {
  const auto table = dmc::check::explanations();
  CHECK(std::ranges::is_sorted(table, {}, &dmc::grammar::Explanation::code));
  std::set<std::string> explained;
  for (const auto& entry : table) {
    CHECK_MESSAGE(explained.insert(std::string(entry.code)).second, entry.code << " is explained twice");
    CHECK_MESSAGE(!entry.title.empty(), entry.code);
    CHECK_MESSAGE(entry.text.size() > 20, entry.code);
  }
  const fs::path source = fs::path(DMC_SOURCE_DIR);
  const auto used = found_in(source / "compiler/check", ".cpp", std::regex("\"(E0[0-9]{3})\""));
  const auto shown = found_in(source / "tests/unit/check/cases", ".cases", std::regex("\\[(E0[0-9]{3})\\]"));
  CHECK(used.size() >= 60);
  CHECK(used == explained);
  for (const auto& code : explained) CHECK_MESSAGE(shown.contains(code), code << " has no case");
}
