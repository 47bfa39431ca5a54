// Every action that is offered for an error of tests/golden/errors, carried out: the error must be gone, and nothing
// that was syntax before may be broken. And every column of tests/golden/run, renamed: the project must still compile.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "editors/lsp/features.hpp"
#include "editors/lsp/server.hpp"

using namespace dmc;

namespace {

namespace fs = std::filesystem;

const std::string root = "/project";

struct Project {
  std::map<std::string, std::string> files;
  CompileInput committed;

  CompileInput input() const {
    auto input = committed;
    input.compiler_version = "test";
    for (const auto& [name, text] : files) input.sources.push_back({name, text});
    return input;
  }
};

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Project project_in(const fs::path& folder, const dialects::Dialects& dialects) {
  Project project;
  const std::string begin = "project golden { edition 1; }\n";
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const auto name = fs::relative(entry.path(), folder).generic_string();
    const bool expected = name == "before.mig" || name == "fmt.mig" || name == "draft.mig" || name == "inspect.mig";
    if (!expected && entry.path().extension() == ".mig") project.files[name] = read(entry.path());
    if (name == "catalog/index.json") project.committed.index = read(entry.path());
    if (name.size() == std::string("catalog/0001.json").size() && name.starts_with("catalog/0"))
      project.committed.catalogs.emplace_back(std::stol(name.substr(8)), read(entry.path()));
  }
  if (!project.files.contains("project.mig") && !project.files["input.mig"].starts_with("project "))
    project.files["project.mig"] = begin;
  std::ranges::sort(project.committed.catalogs);
  if (!fs::exists(folder / "before.mig")) return project;
  Project before;
  before.files = {{"project.mig", begin},
                  {"schema/before.mig", read(folder / "before.mig")},
                  {"changes/0001_before.mig", "change 1 'before';\n"}};
  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  project.committed.catalogs.emplace_back(1, compile(before.input(), dialects, sources, diagnostics).catalog_bytes);
  return project;
}

class ProjectDisk final : public lsp::Disk {
 public:
  explicit ProjectDisk(const Project& project) : project_(project) {}
  std::optional<std::string> root_of(const std::string&) override { return root; }
  bool is_source(const std::string&) override { return true; }
  lsp::Loaded load(const std::string&) override {
    lsp::Loaded loaded;
    loaded.input = project_.input();
    return loaded;
  }

 private:
  const Project& project_;
};

/// The project with the edits of one document carried out.
void carry_out(Project& project, const std::string& uri, lsp::JsonArray edits) {
  auto& text = project.files[uri.substr(lsp::uri_of_path(root + "/").size())];
  const lsp::Lines lines(text);
  const auto place = [&](const lsp::Json& edit, const char* key) {
    return lines.offset(text, lsp::place_of(*lsp::find(edit, std::string("range.") + key)));
  };
  std::ranges::sort(edits, std::greater(), [&](const auto& edit) { return place(edit, "start"); });
  std::string changed = text;
  for (const auto& edit : edits) {
    const auto begin = place(edit, "start");
    changed.replace(begin, place(edit, "end") - begin, lsp::text_at(edit, "newText"));
  }
  // The reason is for a person to write.
  for (const std::string_view dots = "because '…'"; changed.find(dots) != std::string::npos;)
    changed.replace(changed.find(dots), dots.size(), "because 'a test'");
  text = changed;
}

Project with(Project project, const lsp::Json& edit) {
  if (const auto* changes = lsp::find(edit, "changes"))
    for (const auto& [uri, edits] : std::get<lsp::JsonObject>(changes->value))
      carry_out(project, uri, std::get<lsp::JsonArray>(edits.value));
  for (const auto& change : lsp::list_at(edit, "documentChanges"))
    if (lsp::find(change, "edits"))
      carry_out(project, lsp::text_at(change, "textDocument.uri"), lsp::list_at(change, "edits"));
  return project;
}

std::vector<lsp::Finding> findings_of(const Project& project, const dialects::Dialects& dialects) {
  lsp::CheckInput input{root, 1, project.input()};
  return lsp::check(input, dialects).findings;
}

std::ptrdiff_t broken_in(const std::vector<lsp::Finding>& findings) {
  return std::ranges::count_if(findings, [](const auto& finding) { return finding.what.code.starts_with("E01"); });
}

class Conversation {
 public:
  Conversation(const Project& project, const dialects::Dialects& dialects)
      : disk_(project),
        server_(disk_, dialects, "test", [this](const lsp::Json& message) { said_.push_back(message); }) {
    const auto creates =
        lsp::json_object({{"documentChanges", lsp::json_bool(true)},
                          {"resourceOperations", lsp::json_array({lsp::json(std::string_view("create"))})}});
    const auto capabilities = lsp::json_object({{"workspace", lsp::json_object({{"workspaceEdit", creates}})}});
    ask("initialize",
        lsp::json_object({{"rootUri", lsp::json(lsp::uri_of_path(root))}, {"capabilities", capabilities}}));
    while (const auto input = server_.next_check()) server_.take(lsp::check(*input, dialects));
  }

  lsp::JsonArray actions_at(const lsp::Finding& finding, const std::string& text) {
    const lsp::Lines lines(text);
    const auto uri = lsp::json(lsp::uri_of_path(root + "/" + finding.file));
    said_.clear();
    ask("textDocument/codeAction", lsp::json_object({{"textDocument", lsp::json_object({{"uri", uri}})},
                                                     {"range", lsp::range(text, lines, finding.begin, finding.end)}}));
    return said_.empty() ? lsp::JsonArray() : lsp::list_at(said_.back(), "result");
  }

  /// The edit; nothing where the server refuses, or says that something is left to the author.
  std::optional<lsp::Json> renamed(const std::string& file, const std::string& text, std::uint32_t at,
                                   std::string_view to) {
    const lsp::Lines lines(text);
    const auto uri = lsp::json(lsp::uri_of_path(root + "/" + file));
    said_.clear();
    ask("textDocument/rename", lsp::json_object({{"textDocument", lsp::json_object({{"uri", uri}})},
                                                 {"position", lsp::json(lines.place(text, at))},
                                                 {"newName", lsp::json(to)}}));
    const auto* result = said_.size() == 1 ? lsp::find(said_.front(), "result") : nullptr;
    return result ? std::optional(*result) : std::nullopt;
  }

 private:
  void ask(std::string_view method, lsp::Json params) {
    server_.receive({lsp::write(lsp::json_object({{"jsonrpc", lsp::json(std::string_view("2.0"))},
                                                  {"id", lsp::json(std::int64_t{1})},
                                                  {"method", lsp::json(method)},
                                                  {"params", std::move(params)}}))});
  }

  ProjectDisk disk_;
  std::vector<lsp::Json> said_;
  lsp::Server server_;
};

}  // namespace

TEST_CASE("an action that is offered for an error mends it") {
  const dialects::Dialects dialects;
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(DMC_SOURCE_DIR) / "tests/golden/errors")) {
    const auto project = project_in(entry.path(), dialects);
    const auto before = findings_of(project, dialects);
    Conversation conversation(project, dialects);
    for (const auto& finding : before) {
      if (!project.files.contains(finding.file)) continue;
      for (const auto& action : conversation.actions_at(finding, project.files.at(finding.file))) {
        const auto* of = &lsp::list_at(action, "diagnostics");
        if (of->empty() || lsp::text_at(of->front(), "code") != finding.what.code ||
            !lsp::text_at(of->front(), "message").starts_with(finding.what.message))
          continue;
        ++count;
        const auto after = findings_of(with(project, *lsp::find(action, "edit")), dialects);
        const auto& title = lsp::text_at(action, "title");
        const auto name = entry.path().filename().string();
        const auto is_it = [&](const lsp::Finding& other) {
          return other.what.code == finding.what.code && other.what.message == finding.what.message;
        };
        // Where several things are in the way, each has an action of its own; a single one is gone then.
        const bool several = finding.what.notes.size() > 1;
        const auto weight = [&](const std::vector<lsp::Finding>& all) {
          std::size_t sum = 0;
          for (const auto& one : all) sum += !is_it(one) ? 0 : several ? one.what.notes.size() : 1;
          return sum;
        };
        CHECK_MESSAGE(weight(after) < weight(before),
                      name << ": " << finding.what.code << " is still there after: " << title);
        CHECK_MESSAGE(broken_in(after) <= broken_in(before), name << ": " << finding.what.code << " breaks: " << title);
      }
    }
  }
  CHECK(count >= 60);
  MESSAGE(count << " actions");
}

TEST_CASE("a column that the editor renames leaves a project that compiles") {
  const dialects::Dialects dialects;
  std::size_t count = 0;
  std::vector<fs::path> folders;
  for (const char* top : {"tests/golden/run", "examples"})
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(DMC_SOURCE_DIR) / top))
      if (entry.path().filename() == "input.mig" || entry.path().filename() == "project.mig")
        folders.push_back(entry.path().parent_path());
  for (const auto& folder : folders) {
    const auto project = project_in(folder, dialects);
    const auto errors_in = [&](const Project& of) {
      std::string all;
      for (const auto& finding : findings_of(of, dialects))
        if (finding.what.severity == grammar::Severity::error)
          all += fmt::format("{} {} ", finding.what.code, finding.what.message);
      return all;
    };
    if (!errors_in(project).empty()) continue;
    Conversation conversation(project, dialects);
    for (const auto& [file, text] : project.files) {
      const lsp::Document document(file, text);
      for (const auto& mention : document.mentions().names) {
        if (!mention.declares || mention.meaning != lsp::Meaning::column) continue;
        const auto edit = conversation.renamed(file, text, mention.begin, "another_name");
        if (!edit) continue;
        ++count;
        const auto errors = errors_in(with(project, *edit));
        CHECK_MESSAGE(errors.empty(), folder.string()
                                          << ": " << mention.owner << "." << mention.name << " renamed: " << errors);
      }
    }
  }
  CHECK(count >= 50);
  MESSAGE(count << " columns");
}
