// Writes what the fuzz targets begin with: fuzz_corpus FOLDER makes FOLDER/TARGET/… of the goldens, the cases of the
// unit tests, the examples and what the goldens compile to, and a dictionary FOLDER/TARGET.dict for each.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>

#include "compiler/plan/digest.hpp"
#include "tests/fuzz/approval_story.hpp"
#include "tests/support/golden_case.hpp"

using namespace dmc;
namespace fs = std::filesystem;

namespace {

using Corpus = std::map<std::string, std::set<std::string>>;  ///< inputs by target

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void add_source(Corpus& corpus, const std::string& text) {
  if (text.empty()) return;
  corpus["source"].insert(text);
  if (text.find("cluster ") != std::string::npos) corpus["inventory"].insert(text);
}

/// The sources of a `.cases` file: what stands between `=== name` and `---`, one text for each `>>> file`.
void add_cases(Corpus& corpus, const fs::path& path) {
  std::ifstream in(path);
  std::string text;
  bool in_source = false;
  for (std::string line; std::getline(in, line);) {
    const bool ends = line == "---" || line.starts_with("=== ") || line.starts_with(">>> ");
    if (in_source && !ends) text += line + "\n";
    if (!ends) continue;
    add_source(corpus, text);
    text.clear();
    in_source = line != "---";
  }
}

/// The fenced blocks of a page.
void add_blocks(Corpus& corpus, const std::string& page) {
  constexpr std::string_view fence = "```mig\n";
  for (std::size_t at = page.find(fence); at != std::string::npos; at = page.find(fence, at)) {
    at += fence.size();
    add_source(corpus, page.substr(at, page.find("```", at) - at));
  }
}

void add_tree(Corpus& corpus) {
  for (const char* top : {"tests", "examples", "stdlib", "grammar", "runtime/cli"})
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(DMC_SOURCE_DIR) / top)) {
      const auto extension = entry.path().extension();
      if (extension == ".mig") add_source(corpus, read_file(entry.path()));
      if (extension == ".cases") add_cases(corpus, entry.path());
      if (extension == ".md") add_blocks(corpus, read_file(entry.path()));
    }
}

void add_goldens(Corpus& corpus) {
  for (const auto& golden : tests::golden_cases()) {
    for (const auto& [file, text] : golden.files)
      if (file.starts_with("catalog/") && file.ends_with(".json")) corpus["catalog"].insert(text);
    const auto made = tests::plans_of(golden);
    for (const auto& plan : {made.base_plan, made.base_reverse, made.plan, made.reverse}) corpus["plan"].insert(plan);
    for (const auto& catalog : {made.base_catalog, made.catalog}) corpus["catalog"].insert(catalog);
  }
  for (auto& [target, inputs] : corpus) inputs.erase("");
}

void add_approvals(Corpus& corpus) {
  auto& inputs = corpus["approval"];
  trust::Proof all;
  all.plan = fuzz::story_plan().hash;
  for (const auto& envelope : fuzz::signed_statements()) {
    trust::Proof one{all.format, all.version, all.plan, {envelope}, {}, {}};
    inputs.insert(trust::write_proof(one));
    inputs.insert(plan::canonical(envelope));
    inputs.insert(trust::body_of(envelope, envelope.payload_type));
    inputs.insert(envelope.payload);
    (envelope.payload_type == trust::Approval::payload_type ? all.approvals : all.attestations).push_back(envelope);
  }
  inputs.insert(trust::write_proof(all));
  inputs.insert(plan::canonical(tests::approvers()));
  inputs.insert(tests::ann().public_key().text());
  inputs.insert(
      "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINAtgYnctav7WTzrUE9XH2V8KPT3QmOdRnTgWArYxZ5W\n"
      "-----END PRIVATE KEY-----\n");
  for (const char* time : {"2026-11-21T09:21:57Z", "2026-12-01", "7d", "24h", "30m", "2024-02-29T23:59:59Z"})
    inputs.insert(time);
}

void add_inventories(Corpus& corpus) {
  const std::string whole = R"(cluster prod {
  approvers file './approvers.json';
  require approval 2 for data;
  require attestation ci;
  secrets PGPASSWORD;
  database shop {
    shard eu1 at env SHOP_EU1_URL tags (canary, eu);
    shard us1 at 'sqlite:../us1.db' gate review;
    shard us2 at file './us2.url' gate blocked;
    shards from json './more.json';
    shards from registry (select name, url from shards);
  }
  wave canary where tag canary;
  wave rest parallel 8 require approval 1 halt at 3 failed;
}
)";
  auto& inputs = corpus["inventory"];
  inputs.insert(whole);
  for (const char* line : {"shard a at 'sqlite:a.db';", "shard a at env A_URL tags (x);", "shard a at file './a.url';",
                           "shards from json './a.json';", "shard a at 'postgres://app:tiger@host/shop';"})
    for (const char* behind :
         {"", "\n>>>\nsqlite:a.db", "\n>>>\n[{\"name\": \"a\", \"at\": \"sqlite:a.db\", \"tags\": [\"x\"]}]"})
      inputs.insert("cluster c { disposable; database shop { " + std::string(line) + " } }" + behind);
  inputs.insert("cluster c { approvers file './a'; }\n>>>\n" + plan::canonical(tests::approvers()));
  inputs.insert(whole +
                "\n>>>\n[{\"name\": \"us3\", \"at\": \"sqlite:../us3.db\", \"tags\": [], \"gate\": \"ready\"}]");
}

/// What the stories with the language server send as it stands, and a conversation on the wire.
void add_messages(Corpus& corpus) {
  auto& inputs = corpus["messages"];
  std::string wire;
  std::string lines;
  const auto add = [&](const std::string& body) {
    inputs.insert(body);
    lines += body + "\n";
    wire += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  };
  add(R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"rootUri":"file:///p"}})");
  add(R"({"method":"textDocument/didOpen","params":{"textDocument":{"uri":"a","text":"database d { table t { id int; } }"}}})");
  add(R"({"method":"textDocument/didChange","params":{"textDocument":{"uri":"a"},"contentChanges":[{"range":{"start":{"line":0,"character":3},"end":{"line":0,"character":9}},"text":"x"}]}})");
  for (const char* method :
       {"completion", "hover", "signatureHelp", "definition", "references", "prepareRename", "rename", "documentSymbol",
        "formatting", "foldingRange", "semanticTokens/full", "codeAction"})
    add(std::string(R"({"id":2,"method":"textDocument/)") + method +
        R"(","params":{"textDocument":{"uri":"a"},"position":{"line":0,"character":20},"newName":"n","range":{"start":{"line":0,"character":0},"end":{"line":9,"character":0}}}})");
  for (const auto& entry : fs::directory_iterator(fs::path(DMC_SOURCE_DIR) / "tests/golden/lsp")) {
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line);)
      if (line.starts_with("raw ")) add(line.substr(4));
  }
  inputs.insert(wire);
  inputs.insert(lines);
  inputs.insert("Content-Length: x\r\n\r\n" + wire);
}

/// Words in double quotes that `pattern` finds in a text; each becomes a line of the dictionary.
void collect(std::set<std::string>& words, const std::string& text, const std::regex& pattern) {
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) words.insert((*at)[1]);
}

std::set<std::string> keywords() {
  static const std::regex quoted(R"re("([a-z_]+)")re");
  std::set<std::string> words{"$$", "/*", "*/", "--", "${", "std.", "''", "\\\"\\\""};
  for (const auto& entry : fs::directory_iterator(fs::path(DMC_SOURCE_DIR) / "grammar"))
    if (entry.path().filename().string().starts_with("rules_")) collect(words, read_file(entry.path()), quoted);
  return words;
}

std::set<std::string> keys_of(const std::set<std::string>& inputs) {
  static const std::regex key(R"re("([a-zA-Z_]+)":)re");
  std::set<std::string> words{"null", "true", "false", "sha256:", "\\\\u0000", "\\\\\\\"", "9007199254740991"};
  for (const auto& input : inputs)
    if (input.size() < 100'000) collect(words, input, key);
  return words;
}

void write(const fs::path& folder, const Corpus& corpus) {
  for (const auto& [target, inputs] : corpus) {
    fs::remove_all(folder / target);
    fs::create_directories(folder / target);
    for (const auto& input : inputs)
      std::ofstream(folder / target / plan::short_digest(plan::digest(input)), std::ios::binary) << input;
    auto words = target == "plan" || target == "catalog" || target == "approval" || target == "messages"
                     ? keys_of(inputs)
                     : keywords();
    if (target == "inventory") words.insert(">>>");
    std::ofstream dictionary(folder / (target + ".dict"));
    for (const auto& word : words) dictionary << '"' << word << "\"\n";
    std::printf("%-10s %5zu inputs, %zu words\n", target.c_str(), inputs.size(), words.size());
  }
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) {
    std::fprintf(stderr, "fuzz_corpus FOLDER\n");
    return 2;
  }
  Corpus corpus;
  add_tree(corpus);
  add_goldens(corpus);
  add_approvals(corpus);
  add_inventories(corpus);
  add_messages(corpus);
  write(words[1], corpus);
}
