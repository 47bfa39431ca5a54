// What must not be forgotten when something new comes: a golden for every step kind, pattern and code, a page for every
// command.
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>
#include <variant>

#include <doctest/doctest.h>

#include "compiler/dialects/dialect.hpp"
#include "compiler/plan/step.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/explanations.hpp"
#include "tests/support/fake_world.hpp"
#include "tests/support/golden_case.hpp"

namespace {

namespace fs = std::filesystem;
const fs::path root = DMC_SOURCE_DIR;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

template <class Visit>
void every_file(const char* folder, std::string_view extension, Visit visit) {
  for (const auto& entry : fs::recursive_directory_iterator(root / folder))
    if (entry.path().extension() == extension) visit(entry.path());
}

template <std::size_t... I>
std::set<std::string> kinds(std::index_sequence<I...>) {
  return {std::string(std::variant_alternative_t<I, dmc::plan::Action>::kind)...};
}

}  // namespace

TEST_CASE("every step kind has a golden, or a plan of the fault tests, that runs") {
  std::set<std::string> missing = kinds(std::make_index_sequence<std::variant_size_v<dmc::plan::Action>>{});
  for (const auto& golden : dmc::tests::golden_cases()) {
    if (!golden.has("rows.sql")) continue;
    const auto plan = dmc::tests::plans_of(golden).plan;
    std::erase_if(missing,
                  [&](const auto& kind) { return plan.find("\"kind\":\"" + kind + "\"") != std::string::npos; });
  }
  // An engine without transactions: its plans run in the fault tests, on a server of their own, and not on a file.
  for (const auto& plan : {dmc::tests::fake::row_by_row(), dmc::tests::fake::provable()})
    for (const auto& step : plan.forward.plan.steps)
      missing.erase(std::visit([](const auto& action) { return std::string(action.kind); }, step.action));
  for (const auto& kind : missing) CHECK_MESSAGE(false, "no golden runs a step of the kind " << kind);
}

TEST_CASE("every dialect folder is in the list") {
  const dmc::dialects::Dialects dialects;
  std::size_t folders = 0;
  for (const auto& entry : fs::directory_iterator(root / "compiler/dialects")) {
    if (!entry.is_directory()) continue;
    ++folders;
    CHECK_MESSAGE(dialects.find(entry.path().filename().string()), entry.path().filename().string());
  }
  CHECK(folders == dialects.all().size());
}

TEST_CASE("every pattern of the standard library has a golden that runs") {
  std::set<std::string> missing;
  every_file("stdlib", ".mig", [&](const fs::path& path) { missing.insert(path.stem().string()); });
  CHECK(missing.size() >= 6);
  for (const auto& golden : dmc::tests::golden_cases())
    if (golden.has("rows.sql"))
      std::erase_if(missing, [&](const auto& name) {
        return golden.text("input.mig").find("use std." + name) != std::string::npos;
      });
  for (const auto& name : missing) CHECK_MESSAGE(false, "no golden runs std." << name);
}

TEST_CASE("every command has its page") {
  for (const auto& command : dmc::cli::all_commands())
    CHECK_MESSAGE(fs::exists(root / "runtime/cli" / (std::string(command.name) + ".md")), command.name);
}

TEST_CASE(
    "every code in the sources is explained, every explained error code stands in a golden or in a test of the command "
    "line") {
  std::set<std::string> explained, used, shown;
  for (const auto& explanation : dmc::cli::all_explanations()) explained.insert(std::string(explanation.code));
  static const std::regex code("\"(E0[0-9]{3})\"");
  for (const char* top : {"grammar", "compiler", "runtime"})
    every_file(top, ".cpp", [&](const fs::path& path) {
      const auto text = read(path);
      for (std::sregex_iterator match(text.begin(), text.end(), code), end; match != end; ++match)
        used.insert((*match)[1]);
    });
  CHECK(used.size() >= 80);
  for (const auto& one : used) CHECK_MESSAGE(explained.contains(one), one << " is used and not explained");
  static const std::regex headline("\\[(E0[0-9]{3})\\]");
  auto collect = [&](const fs::path& path) {
    const auto text = read(path);
    for (std::sregex_iterator match(text.begin(), text.end(), headline), end; match != end; ++match)
      shown.insert((*match)[1]);
  };
  every_file("tests/golden", ".txt", collect);
  every_file("tests/e2e", ".txt", collect);
  every_file("tests/unit", ".txt", collect);
  every_file("tests/unit", ".cases", collect);
  // E0299 says that dmc itself is wrong; the dialect's own guards E0402, E0405, E0408 and E0416 stand behind checks
  // that speak first (E0210, E0260, E0220). None of them has a source to show.
  const std::set<std::string> without = {"E0299", "E0402", "E0405", "E0408", "E0416"};
  for (const auto& one : explained)
    if (one.starts_with("E0") && !without.contains(one)) CHECK_MESSAGE(shown.contains(one), one << " has no golden");
}
