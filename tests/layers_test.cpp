// Who may include whom: the table, and the lines that read the includes. Also what may stand in one place only.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace {

namespace fs = std::filesystem;
using Folders = std::set<std::string>;

/// Each folder and the folders whose headers it may include besides its own.
const std::map<std::string, Folders> allowed = {
    {"grammar", {}},
    {"compiler/plan", {}},
    {"compiler/ast", {"grammar"}},
    {"compiler/model", {"grammar", "compiler/plan"}},
    {"compiler/change", {"grammar", "compiler/plan", "compiler/model"}},
    {"compiler/catalog", {"grammar", "compiler/plan", "compiler/model"}},
    {"compiler/explain", {"grammar", "compiler/plan", "compiler/model", "compiler/catalog"}},
    {"compiler/dialects", {"grammar", "compiler/plan", "compiler/model", "compiler/change"}},
    {"compiler/check",
     {"grammar", "compiler/ast", "compiler/plan", "compiler/model", "compiler/dialects", "compiler/lint"}},
    {"compiler/diff", {"grammar", "compiler/plan", "compiler/model", "compiler/change", "compiler/dialects"}},
    {"compiler/planner",
     {"grammar", "compiler/plan", "compiler/model", "compiler/change", "compiler/dialects", "compiler/diff"}},
    {"compiler/lint",
     {"grammar", "compiler/plan", "compiler/model", "compiler/change", "compiler/dialects", "compiler/planner"}},
    {"compiler",
     {"grammar", "compiler/ast", "compiler/plan", "compiler/model", "compiler/change", "compiler/catalog",
      "compiler/dialects", "compiler/check", "compiler/diff", "compiler/planner", "compiler/lint"}},
    {"editors/lsp",
     {"grammar", "compiler", "compiler/ast", "compiler/plan", "compiler/model", "compiler/catalog", "compiler/dialects",
      "compiler/check", "compiler/diff", "compiler/explain", "compiler/lint"}},
    {"runtime/session", {}},
    {"runtime/journal", {"grammar", "compiler/plan"}},
    {"runtime/ledger", {"compiler/plan", "compiler/model", "runtime/session"}},
    {"runtime/trust", {"grammar", "compiler/plan"}},
    {"runtime/inventory",
     {"grammar", "compiler/ast", "compiler/plan", "compiler/check", "runtime/session", "runtime/trust"}},
    {"runtime/steps", {"compiler/plan", "compiler/model", "runtime/session", "runtime/ledger", "runtime/journal"}},
    {"runtime/executor",
     {"grammar", "compiler/plan", "compiler/model", "compiler/dialects", "runtime/session", "runtime/ledger",
      "runtime/journal", "runtime/steps"}},
    {"runtime/rehearse",
     {"grammar", "compiler/plan", "compiler/model", "compiler/change", "compiler/dialects", "compiler/diff",
      "compiler/planner", "runtime/session", "runtime/ledger", "runtime/journal", "runtime/steps", "runtime/executor",
      "runtime/trust"}},
    {"runtime/calibrate", {"grammar", "compiler/plan", "compiler/model", "compiler/dialects", "runtime/session"}},
    {"runtime/report",
     {"grammar", "compiler/plan", "compiler/model", "runtime/session", "runtime/ledger", "runtime/journal",
      "runtime/steps", "runtime/executor", "runtime/trust", "runtime/rehearse", "runtime/calibrate"}},
};

/// A system or library header and the only files (by prefix) that may include it.
const std::vector<std::pair<std::string, std::vector<std::string>>> quarantined = {
    {"tao/pegtl", {"grammar/"}},
    {"nlohmann/", {"compiler/plan/json.cpp"}},
    {"sqlite3.h", {"runtime/session/"}},
    {"libpq-fe.h", {"runtime/session/postgres_connection.cpp"}},
    {"curl/", {"runtime/session/clickhouse_http.cpp"}},
    {"zlib.h", {"runtime/session/clickhouse_http.cpp"}},
    {"openssl/", {"compiler/plan/digest.cpp", "runtime/trust/key.cpp", "runtime/trust/base64.cpp"}},
    {"re2/", {"compiler/check/", "compiler/lint/"}},
    {"pg_query", {"compiler/dialects/postgres/sql/parser.cpp"}},
    {"CLI/", {"runtime/cli/"}},
};

/// What `compiler` and `grammar` must not use, because they are pure.
const std::vector<std::string> impure = {"<chrono>",     "<random>",   "<thread>", "<fstream>",
                                         "<filesystem>", "<iostream>", "<locale>"};

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  std::string folder = slash == std::string::npos ? "" : path.substr(0, slash);
  while (!folder.empty() && !allowed.contains(folder) && folder != "runtime/cli") {
    const auto up = folder.rfind('/');
    if (up == std::string::npos) return folder;
    folder.resize(up);
  }
  return folder;
}

struct Include {
  std::string file, target;
};

std::vector<Include> includes() {
  static const std::regex line(R"(^\s*#\s*include\s*(["<][^">]+[">]))");
  std::vector<Include> found;
  for (const char* top : {"grammar", "compiler", "editors/lsp", "runtime"})
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(DMC_SOURCE_DIR) / top)) {
      const auto extension = entry.path().extension();
      if (extension != ".cpp" && extension != ".hpp") continue;
      std::ifstream in(entry.path());
      const auto name = fs::relative(entry.path(), DMC_SOURCE_DIR).generic_string();
      for (std::string text; std::getline(in, text);)
        if (std::smatch match; std::regex_search(text, match, line)) found.push_back({name, match[1]});
    }
  return found;
}

}  // namespace

TEST_CASE("includes point left") {
  std::size_t looked_at = 0;
  for (const auto& [file, target] : includes()) {
    if (target.front() != '"') continue;
    const auto from = folder_of(file), to = folder_of(target.substr(1, target.size() - 2));
    ++looked_at;
    if (from == to || from == "runtime/cli") continue;
    CHECK_MESSAGE(allowed.contains(from), file << ": its folder is not in the table");
    if (allowed.contains(from)) CHECK_MESSAGE(allowed.at(from).contains(to), file << " includes " << target);
  }
  CHECK(looked_at > 100);
}

TEST_CASE("the compiler is pure and libraries stay where they belong") {
  for (const auto& [file, target] : includes()) {
    if (file.starts_with("grammar/") || file.starts_with("compiler/"))
      for (const auto& header : impure) CHECK_MESSAGE(target != header, file << " includes " << target);
    for (const auto& [header, homes] : quarantined) {
      if (target.find(header) != 1) continue;
      const bool home =
          std::any_of(homes.begin(), homes.end(), [&, f = file](const auto& prefix) { return f.starts_with(prefix); });
      CHECK_MESSAGE(home, file << " includes " << target);
    }
  }
}

TEST_CASE("PEGTL is instantiated in one file, no safety decision reads a clock, only main reads the environment") {
  for (const char* top : {"grammar", "compiler", "editors/lsp", "runtime"})
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(DMC_SOURCE_DIR) / top)) {
      if (entry.path().extension() != ".cpp" && entry.path().extension() != ".hpp") continue;
      const auto name = fs::relative(entry.path(), DMC_SOURCE_DIR).generic_string();
      std::ifstream in(entry.path());
      const std::string text{std::istreambuf_iterator<char>(in), {}};
      if (text.find("pegtl::parse<") != std::string::npos) CHECK_MESSAGE(name == "grammar/parse.cpp", name);
      if (text.find("getenv") != std::string::npos) CHECK_MESSAGE(name == "runtime/cli/main.cpp", name);
      if (name.starts_with("runtime/ledger/")) CHECK_MESSAGE(text.find("Clock") == std::string::npos, name);
    }
}

TEST_CASE("no file passes 500 lines") {
  for (const char* top : {"grammar", "compiler", "editors/lsp", "runtime", "tests"})
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(DMC_SOURCE_DIR) / top)) {
      if (entry.path().extension() != ".cpp" && entry.path().extension() != ".hpp") continue;
      std::ifstream in(entry.path());
      const auto lines = std::count(std::istreambuf_iterator<char>(in), {}, '\n');
      CHECK_MESSAGE(lines <= 500, fs::relative(entry.path(), DMC_SOURCE_DIR).generic_string()
                                      << " has " << lines << " lines");
    }
}
