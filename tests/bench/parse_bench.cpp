// Text to our own tree: megabytes a second, beside what this machine needs to look at the same bytes.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <numeric>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "grammar/parse.hpp"
#include "tests/bench/made_up_table.hpp"

namespace {

using namespace dmc::grammar;

constexpr double bar = 100.0;
constexpr int rounds = 8;

std::string tables(std::size_t bytes) {
  std::string text = "database shop on postgres 14 {\n";
  for (int number = 0; text.size() < bytes; ++number) text += dmc::bench::made_up_table(number);
  return text + "}\n";
}

/// The best of some rounds, by the clock on the wall and by the processor's own, which others on the machine disturb
/// less.
struct Seconds {
  double wall = 1e9;
  double processor = 1e9;
};

Seconds seconds_of(auto&& work) {
  Seconds best;
  for (int round = 0; round < rounds; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    const std::clock_t ticks = std::clock();
    work();
    best.processor = std::min(best.processor, static_cast<double>(std::clock() - ticks) / CLOCKS_PER_SEC);
    best.wall = std::min(best.wall, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  return best;
}

}  // namespace

int main() {
  Sources sources;
  const FileId file = sources.add("generated.mig", tables(20'000'000));
  const std::string& text = sources.file(file).text;
  const double megabytes = static_cast<double>(text.size()) / 1e6;

  std::uint64_t sum = 0;
  const Seconds scanning = seconds_of([&] {
    sum += std::accumulate(text.begin(), text.end(), std::uint64_t{0},
                           [](std::uint64_t hash, char c) { return hash * 31 + static_cast<unsigned char>(c); });
  });
  std::string copy(text.size(), ' ');
  const Seconds copying = seconds_of([&] { std::ranges::copy(text, copy.begin()); });

  std::size_t nodes = 0;
  std::size_t mistakes = 0;
  const Seconds parsing = seconds_of([&] {
    Diagnostics diagnostics;
    const Tree tree = parse(sources, file, diagnostics);
    nodes = tree.records.size();
    mistakes = diagnostics.all().size();
  });

  const auto line = [&](std::string_view what, const Seconds& seconds, std::string_view remark) {
    fmt::print("{:<16} {:8.1f} MB/s  {:8.1f} MB/s of processor time   {}\n", what, megabytes / seconds.wall,
               megabytes / seconds.processor, remark);
  };
  const double rate = megabytes / parsing.processor;
  line("text to tree", parsing,
       fmt::format("{:.1f} MB, {} nodes, bar {:.0f} MB/s: {}", megabytes, nodes, bar, rate >= bar ? "met" : "MISSED"));
  line("machine: bytes", scanning, fmt::format("one hash step a byte (checksum {:x})", sum & 0xFFFFU));
  line("machine: memcpy", copying, "");
  if (mistakes != 0) fmt::print("the generated text has {} mistakes\n", mistakes);
  return mistakes == 0 ? 0 : 1;
}
