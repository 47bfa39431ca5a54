// Sources with pieces taken out, doubled and swapped: whatever an author writes, the answer is findings and nothing
// else.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/check/checked.hpp"

namespace {

namespace fs = std::filesystem;

/// A fixed sequence, so that a failure can be seen again.
struct Sequence {
  std::uint64_t state = 20260101;
  std::size_t below(std::size_t limit) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::size_t>((state >> 33U) % limit);
  }
};

/// The sources of every case, each as one text.
std::vector<std::string> sources() {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(fs::path(DMC_SOURCE_DIR) / "tests/unit/check/cases"))
    if (entry.path().extension() == ".cases") paths.push_back(entry.path());
  std::ranges::sort(paths);
  std::vector<std::string> texts;
  for (const fs::path& path : paths) {
    std::ifstream in(path);
    bool in_source = false;
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with("=== ")) {
        texts.emplace_back();
        in_source = true;
      } else if (line == "---") {
        in_source = false;
      } else if (in_source && !line.starts_with(">>> ")) {
        texts.back() += line + "\n";
      }
    }
  }
  return texts;
}

std::string mutated(std::string text, Sequence& sequence) {
  const std::size_t changes = 1 + sequence.below(3);
  for (std::size_t change = 0; change < changes && !text.empty(); ++change) {
    const std::size_t at = sequence.below(text.size());
    const std::size_t length = std::min(1 + sequence.below(12), text.size() - at);
    switch (sequence.below(4)) {
      case 0:
        text.erase(at, length);
        break;
      case 1:
        text.insert(at, text.substr(at, length));
        break;
      case 2:
        text.insert(at, text.substr(sequence.below(text.size()), length));
        break;
      default:
        text[at] = "(){};,'\"$ =."[sequence.below(12)];
        break;
    }
  }
  return text;
}

}  // namespace

TEST_CASE("whatever is written, the answer is findings") {
  constexpr int rounds = 12;
  Sequence sequence;
  std::size_t with_findings = 0;
  std::size_t count = 0;
  for (const std::string& text : sources()) {
    if (text.size() > 4000) continue;
    for (int round = 0; round < rounds; ++round) {
      const std::string source = mutated(text, sequence);
      INFO(source);
      dmc::tests::Checked result;
      CHECK_NOTHROW(result = dmc::tests::checked(source));
      ++count;
      with_findings += result.findings.empty() ? 0 : 1;
      CHECK(result.findings.find("internal") == std::string::npos);
      CHECK(result.findings.find("pegtl") == std::string::npos);
    }
  }
  CHECK(count > 1000);
  CHECK(with_findings > count / 2);
}
