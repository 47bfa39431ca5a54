// A keystroke in a large project: how long until the language server has answered it, with all that an editor asks
// then.
//   bench_lsp [TABLES] [FILES]     10000 in 200 without them
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "editors/lsp/features.hpp"
#include "editors/lsp/server.hpp"
#include "tests/bench/made_up_table.hpp"

namespace {

using namespace dmc;
using lsp::json;
using lsp::json_object;

constexpr double bar = 50.0;

std::string file_text(int file, int tables) {
  std::string text = file == 0 ? "database shop on postgres 14 {\n" : "database shop {\n";
  if (file == 0) text += "  table users { id bigint primary key identity; }\n";
  for (int number = file * tables; number < (file + 1) * tables; ++number) text += bench::made_up_table(number);
  return text + "}\n";
}

class MadeUp final : public lsp::Disk {
 public:
  MadeUp(int tables, int files) {
    loaded_.input.sources.push_back({"project.mig", "project shop { edition 1; }\n"});
    loaded_.input.sources.push_back({"changes/0001_all.mig", "change 1 'all';\n"});
    for (int file = 0; file < files; ++file)
      loaded_.input.sources.push_back({fmt::format("schema/part_{:03}.mig", file), file_text(file, tables / files)});
  }
  std::optional<std::string> root_of(const std::string&) override { return "/p"; }
  bool is_source(const std::string&) override { return true; }
  lsp::Loaded load(const std::string&) override { return loaded_; }
  const std::string& text_of(std::size_t file) const { return loaded_.input.sources[file + 2].text; }

 private:
  lsp::Loaded loaded_;
};

/// Of the processor, all of it in this one thread: what an idle machine takes, also where others are at work.
double milliseconds(auto&& work) {
  const auto begin = std::clock();
  work();
  return 1000.0 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

std::string message(std::string_view method, lsp::Json params, bool request) {
  return lsp::write(json_object({{"id", request ? json(std::int64_t{1}) : lsp::absent()},
                                 {"method", json(method)},
                                 {"params", std::move(params)}}));
}

std::string resident() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) return line.substr(6);
  return "unknown";
}

void report(const char* what, std::vector<double> times) {
  std::ranges::sort(times);
  fmt::print("{:34} {:7.1f} ms in the middle, {:7.1f} ms at most\n", what, times[times.size() / 2], times.back());
}

}  // namespace

int main(int argc, char** argv) {
  const int tables = argc > 1 ? std::atoi(argv[1]) : 10000;
  const int files = argc > 2 ? std::atoi(argv[2]) : 200;
  MadeUp disk(tables, files);
  const dialects::Dialects dialects;
  std::size_t answered = 0;
  lsp::Server server(disk, dialects, "bench", [&](const lsp::Json& answer) { answered += lsp::write(answer).size(); });
  const auto document = json_object({{"uri", json(fmt::format("file:///p/schema/part_{:03}.mig", files / 2))}});
  const auto send = [&](std::string_view method, lsp::Json params, bool request) {
    server.receive({message(method, std::move(params), request)});
  };

  fmt::print("{} tables in {} files; the bar is {:.0f} ms a keystroke, of processor time\n", tables, files, bar);
  report("the project is opened", {milliseconds([&] {
           send("initialize", json_object({{"rootUri", json("file:///p")}}), true);
         })});
  send(
      "textDocument/didOpen",
      json_object({{"textDocument", json_object({{"uri", *lsp::find(document, "uri")},
                                                 {"text", json(disk.text_of(static_cast<std::size_t>(files) / 2))}})}}),
      false);
  report("all of it is compiled, beside", {milliseconds([&] {
           // In a thread of its own, as the server has it: what it leaves to its allocator is no other thread's.
           while (const auto input = server.next_check()) {
             lsp::CheckResult checked;
             std::thread([&] { checked = lsp::check(*input, dialects); }).join();
             server.take(std::move(checked));
           }
         })});

  std::vector<double> typed, keystroke, completed, hovered, found, snapshot;
  for (int round = 0; round < 200; ++round) {
    const lsp::Place at{6, 4};
    const auto position = json(at);
    const auto asked = json_object({{"textDocument", document}, {"position", position}});
    const auto change = json_object(
        {{"range", json_object({{"start", position}, {"end", position}})}, {"text", json(round % 2 == 0 ? "x" : ",")}});
    const double edit = milliseconds([&] {
      send("textDocument/didChange",
           json_object({{"textDocument", document}, {"contentChanges", lsp::json_array({change})}}), false);
    });
    const double complete = milliseconds([&] { send("textDocument/completion", asked, true); });
    const double tokens = milliseconds([&] { send("textDocument/semanticTokens/full", asked, true); });
    typed.push_back(edit);
    completed.push_back(complete);
    keystroke.push_back(edit + complete + tokens);
    hovered.push_back(milliseconds([&] { send("textDocument/hover", asked, true); }));
    found.push_back(milliseconds([&] { send("textDocument/references", asked, true); }));
    snapshot.push_back(milliseconds([&] { (void)server.next_check(); }));
  }
  report("an edit, with its diagnostics", typed);
  report("completion", completed);
  report("both, and the tokens: a keystroke", keystroke);
  report("hover", hovered);
  report("references in all files", found);
  report("texts handed to the check", snapshot);
  fmt::print("memory {}; {} bytes answered\n", resident(), answered);
}
