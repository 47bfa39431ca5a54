// Text to typed syntax, and text to canonical layout: megabytes a second, beside what this machine needs for the same
// bytes.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>

#include <fmt/format.h>

#include "compiler/ast/build.hpp"
#include "compiler/ast/format.hpp"
#include "grammar/parse.hpp"
#include "tests/bench/made_up_table.hpp"

namespace {

using namespace dmc;

constexpr int rounds = 5;
constexpr std::size_t bytes = 20'000'000;

std::string schema() {
  std::string text = "database shop on postgres 15 {\n  table users {\n    id  bigint  primary key  identity;\n  }\n";
  for (int number = 0; text.size() < bytes; ++number) text += bench::made_up_table(number);
  return text + "}\n";
}

/// Seconds of the best round, by the clock on the wall and by the processor's own, which others do not disturb.
struct Seconds {
  double wall = 1e9;
  double processor = 1e9;
};

Seconds best(auto&& work) {
  Seconds seconds;
  for (int round = 0; round < rounds; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    const std::clock_t ticks = std::clock();
    work();
    seconds.processor = std::min(seconds.processor, static_cast<double>(std::clock() - ticks) / CLOCKS_PER_SEC);
    seconds.wall =
        std::min(seconds.wall, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  return seconds;
}

void print(const char* what, double megabytes, Seconds seconds) {
  std::printf("%-16s %8.1f MB/s  %8.1f MB/s of processor time  %5.1f ns a byte\n", what, megabytes / seconds.wall,
              megabytes / seconds.processor, seconds.processor * 1e3 / megabytes);
}

}  // namespace

int main() {
  grammar::Sources sources;
  const auto file = sources.add("generated.mig", schema());
  const std::string& text = sources.file(file).text;
  const double megabytes = static_cast<double>(text.size()) / 1e6;
  std::string copy(text.size(), ' ');
  print("machine: copy", megabytes, best([&] { std::ranges::copy(text, copy.begin()); }));

  grammar::Diagnostics diagnostics;
  const auto tree = grammar::parse(sources, file, diagnostics);
  std::size_t items = 0;
  print("text to tree", megabytes, best([&] { items += grammar::parse(sources, file, diagnostics).records.size(); }));
  print("tree to syntax", megabytes, best([&] { items += ast::build(tree, sources, diagnostics).items.size(); }));
  print("text to syntax", megabytes, best([&] {
          const auto parsed = grammar::parse(sources, file, diagnostics);
          items += ast::build(parsed, sources, diagnostics).items.size();
        }));
  print("tree to layout", megabytes, best([&] { items += ast::format(sources, file, tree).size(); }));
  std::printf("%.1f MB, %zu nodes, %zu diagnostics (%zu)\n", megabytes, tree.records.size(), diagnostics.all().size(),
              items);
  return diagnostics.empty() ? 0 : 1;
}
