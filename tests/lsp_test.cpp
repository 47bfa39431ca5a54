// Whole sessions with the language server: each tests/golden/lsp/NAME.txt is a story of what an editor sends, and
// behind each line what it is answered. DMC_ACCEPT=1 writes the answers anew.
//
//   file NAME, then `| text`       a file of the project, on disk
//   catalog N, then `| text`       what stands in catalog N
//   unlisted [WHY]                 from now on the disk cannot be listed; without WHY, it can again
//   commit                         compiles the project, and commits its catalog; `seal`: and seals it
//   initialize [plain]             plain: the client cannot create files
//   open NAME [| text]             change NAME L:C-L:C [| text]      close NAME      save NAME
//   settle                         nobody types for a moment: the check runs
//   hover|definition|references|signature|prepare NAME L:C           completion NAME L:C [PREFIX]
//   rename NAME L:C NEW            symbols|format|fold|tokens NAME   actions NAME L:C-L:C   find QUERY
//   raw TEXT                       a message as it stands; `batch`, raw lines, `end`: several at once
// Lines and columns count from 1, columns in UTF-16.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "compiler/plan/digest.hpp"
#include "editors/lsp/features.hpp"
#include "editors/lsp/server.hpp"
#include "tests/support/lsp_drawing.hpp"

using namespace dmc;

namespace {

namespace fs = std::filesystem;

const std::string root = "/project";

class MemoryDisk final : public lsp::Disk {
 public:
  std::map<std::string, std::string> files;
  CompileInput committed;
  std::string problem;  ///< why nothing of it can be listed

  std::optional<std::string> root_of(const std::string& path) override {
    for (auto folder = fs::path(path); folder.string().starts_with(root); folder = folder.parent_path())
      if (files.contains((folder / "project.mig").lexically_relative(root).string())) return folder.string();
    return std::nullopt;
  }
  bool is_source(const std::string&) override { return true; }
  lsp::Loaded load(const std::string& of) override {
    lsp::Loaded loaded;
    loaded.problem = problem;
    loaded.is_known = problem.empty();
    if (!loaded.is_known) return loaded;
    if (of == root) loaded.input = committed;
    loaded.input.compiler_version = "test";
    for (const auto& [name, text] : files)
      if (const auto path = root + "/" + name; path.starts_with(of + "/") && root_of(path).value_or(of) == of)
        loaded.input.sources.push_back({path.substr(of.size() + 1), text});
    return loaded;
  }
  void commit(bool and_seal) {
    auto input = load(root).input;
    grammar::Sources sources;
    grammar::Diagnostics diagnostics;
    const auto compiled = compile(input, dialects::Dialects(), sources, diagnostics);
    for (const auto& diagnostic : diagnostics.all()) FAIL_CHECK(render(diagnostic, sources));
    committed.catalogs.emplace_back(compiled.catalog.number, compiled.catalog_bytes);
    if (!and_seal) return;
    catalog::Index index;
    index.sequence = compiled.catalog.number;
    for (const auto& [number, bytes] : committed.catalogs)
      index.sealed.push_back({number, plan::digest(bytes), {}, {}, compiled.catalog.change_digest, {}});
    committed.index = catalog::write_index(index);
  }
};

class Session {
 public:
  Session() : server_(disk_, dialects_, "test", [this](const lsp::Json& message) { answer(message); }) {}

  /// The story with the answers that the server gives.
  std::string play(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);)
      if (!line.starts_with("< ") && line != "<") lines.push_back(line);
    for (std::size_t at = 0; at < lines.size();) {
      const std::string command = lines[at++];
      story_ += command + "\n";
      std::string body;
      bool has_body = false;
      for (; at < lines.size() && (lines[at].starts_with("| ") || lines[at] == "|"); ++at, has_body = true) {
        story_ += lines[at] + "\n";
        if (has_body) body += "\n";
        body += lines[at].size() > 2 ? lines[at].substr(2) : "";
      }
      carry_out(command, unescaped(body));
    }
    return story_;
  }

 private:
  /// `\r`, `\t`, `\uFEFF` and `\xNN` say what a line of a text file cannot.
  static std::string unescaped(std::string text) {
    const auto replace = [&](std::string_view from, std::string_view to) {
      for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    };
    replace("\\r", "\r");
    replace("\\t", "\t");
    replace("\\uFEFF", "\xEF\xBB\xBF");
    replace("\\xFF", "\xFF");
    return text;
  }

  void answer(const lsp::Json& message) { story_ += tests::drawn(message, asked_, root); }

  void send(const std::string& body) {
    if (batching_)
      batch_.push_back(body);
    else
      server_.receive({body});
  }
  void request(const std::string& method, lsp::Json params) {
    send(lsp::write(lsp::json_object({{"jsonrpc", lsp::json("2.0")},
                                      {"id", lsp::json(std::int64_t{++id_})},
                                      {"method", lsp::json(method)},
                                      {"params", std::move(params)}})));
  }
  void notify(const std::string& method, lsp::Json params) {
    send(lsp::write(lsp::json_object(
        {{"jsonrpc", lsp::json("2.0")}, {"method", lsp::json(method)}, {"params", std::move(params)}})));
  }

  static lsp::Json place(const std::string& text) {
    const auto colon = text.find(':');
    return lsp::json(lsp::Place{std::stol(text.substr(0, colon)) - 1, std::stol(text.substr(colon + 1)) - 1});
  }
  static lsp::Json range(const std::string& text) {
    const auto dash = text.find('-');
    return lsp::json_object({{"start", place(text.substr(0, dash))}, {"end", place(text.substr(dash + 1))}});
  }
  static std::string uri(const std::string& name) {
    return name.find(':') == std::string::npos ? lsp::uri_of_path(name.starts_with('/') ? name : root + "/" + name)
                                               : name;
  }
  static lsp::Json creates_files() {
    const auto edits = lsp::json_object(
        {{"documentChanges", lsp::json_bool(true)}, {"resourceOperations", lsp::json_array({lsp::json("create")})}});
    return lsp::json_object({{"workspace", lsp::json_object({{"workspaceEdit", edits}})}});
  }
  static lsp::Json document(const std::string& name) { return lsp::json_object({{"uri", lsp::json(uri(name))}}); }

  void carry_out(const std::string& line, const std::string& body) {
    std::istringstream words(line);
    std::string command, name, where, more;
    words >> command >> name >> where >> more;
    asked_ = {command, more};
    if (command == "file") disk_.files[name] = body + (body.ends_with('\n') ? "" : "\n");
    if (command == "delete") disk_.files.erase(name);
    if (command == "unlisted") disk_.problem = line.substr(std::min(line.size(), command.size() + 1));
    if (command == "commit" || command == "seal") disk_.commit(command == "seal");
    if (command == "raw") send(line.substr(4));
    if (command == "problem") server_.receive_problem(line.substr(8));
    if (command == "batch") batching_ = true;
    if (command == "end") {
      batching_ = false;
      server_.receive(std::exchange(batch_, {}));
    }
    if (command == "catalog") disk_.committed.catalogs.emplace_back(std::stol(name), body);
    if (command == "initialize" || command == "capabilities") {
      request("initialize", lsp::json_object({{"rootUri", lsp::json(lsp::uri_of_path(root))},
                                              {"capabilities", name == "plain" ? lsp::absent() : creates_files()}}));
      notify("initialized", lsp::json_object());
    }
    if (command == "settle")
      while (const auto input = server_.next_check()) server_.take(lsp::check(*input, dialects_));
    if (command == "open") open(name, body);
    if (command == "change")
      notify(
          "textDocument/didChange",
          lsp::json_object({{"textDocument", document(name)},
                            {"contentChanges",
                             lsp::json_array({lsp::json_object({{"range", where.empty() ? lsp::absent() : range(where)},
                                                                {"text", lsp::json(body)}})})}}));
    if (command == "close") notify("textDocument/didClose", lsp::json_object({{"textDocument", document(name)}}));
    if (command == "save") notify("textDocument/didSave", lsp::json_object({{"textDocument", document(name)}}));
    if (command == "find") request("workspace/symbol", lsp::json_object({{"query", lsp::json(name)}}));
    if (command == "shutdown") request("shutdown", lsp::json_object());
    if (command == "exit") {
      notify("exit", lsp::json_object());
      story_ += fmt::format("< exit code {}\n", server_.exit_code());
    }
    ask(command, name, where, more);
  }

  void open(const std::string& name, const std::string& body) {
    const auto& text = body.empty() && disk_.files.contains(name) ? disk_.files[name] : body;
    const auto item = lsp::json_object({{"uri", lsp::json(uri(name))},
                                        {"languageId", lsp::json("mig")},
                                        {"version", lsp::json(std::int64_t{1})},
                                        {"text", lsp::json(text)}});
    notify("textDocument/didOpen", lsp::json_object({{"textDocument", item}}));
  }

  void ask(const std::string& command, const std::string& name, const std::string& where, const std::string& more) {
    static const std::map<std::string, std::string> methods = {{"hover", "textDocument/hover"},
                                                               {"definition", "textDocument/definition"},
                                                               {"references", "textDocument/references"},
                                                               {"signature", "textDocument/signatureHelp"},
                                                               {"prepare", "textDocument/prepareRename"},
                                                               {"completion", "textDocument/completion"},
                                                               {"rename", "textDocument/rename"},
                                                               {"symbols", "textDocument/documentSymbol"},
                                                               {"format", "textDocument/formatting"},
                                                               {"fold", "textDocument/foldingRange"},
                                                               {"tokens", "textDocument/semanticTokens/full"},
                                                               {"actions", "textDocument/codeAction"}};
    const auto method = methods.find(command);
    if (method == methods.end()) return;
    const bool whole = where.empty();
    const bool is_range = where.find('-') != std::string::npos;
    request(method->second,
            lsp::json_object({{"textDocument", document(name)},
                              {"position", whole || is_range ? lsp::absent() : place(where)},
                              {"range", is_range ? range(where) : lsp::absent()},
                              {"newName", command == "rename" ? lsp::json(more) : lsp::absent()},
                              {"context", lsp::json_object({{"includeDeclaration", lsp::json_bool(true)}})}}));
  }

  MemoryDisk disk_;
  dialects::Dialects dialects_;
  std::string story_;
  tests::AskedFor asked_;
  lsp::Server server_;
  std::int64_t id_ = 0;
  bool batching_ = false;
  std::vector<std::string> batch_;
};

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("sessions with the language server") {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(DMC_SOURCE_DIR) / "tests/golden/lsp")) {
    if (entry.path().extension() != ".txt") continue;
    ++count;
    const auto expected = read(entry.path());
    const auto found = Session().play(expected);
    if (std::getenv("DMC_ACCEPT") != nullptr) {
      std::ofstream(entry.path(), std::ios::binary) << found;
      continue;
    }
    CHECK_MESSAGE(found == expected, entry.path().filename().string() << " is otherwise:\n" << found);
  }
  CHECK(count >= 8);
}
