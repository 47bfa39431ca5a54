// What a person reads for each mistake, whole and with its caret: errors/*.txt. DMC_ACCEPT=1 rewrites them.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "grammar/explanations.hpp"
#include "tests/unit/grammar/support.hpp"

namespace dmc::grammar {
namespace {

const std::string folder = std::string(DMC_SOURCE_DIR) + "/tests/unit/grammar/errors";

struct Mistake {
  std::string title;
  std::string text;
  std::string expected;
};

std::vector<Mistake> mistakes(const std::string& content) {
  std::vector<Mistake> found;
  std::string* part = nullptr;
  std::size_t at = 0;
  while (at < content.size()) {
    const std::size_t end = std::min(content.find('\n', at), content.size());
    const std::string line = content.substr(at, end - at);
    at = end + 1;
    if (line.starts_with("=== ")) {
      found.push_back({line.substr(4), {}, {}});
      part = &found.back().text;
    } else if (line == "---") {
      part = &found.back().expected;
    } else if (part != nullptr) {
      *part += line + "\n";
    }
  }
  return found;
}

/// In bytes.txt `\\xNN` stands for a byte, and `<N c>` for c written N times.
std::string spelled_out(const std::string& text) {
  static const std::regex mark(R"(\\x([0-9A-F]{2})|<([0-9]+) (.)>)");
  std::string out;
  auto rest = text.begin();
  for (std::sregex_iterator found(text.begin(), text.end(), mark), end; found != end; ++found) {
    const std::smatch& match = *found;
    out.append(rest, match[0].first);
    if (match[1].matched)
      out += static_cast<char>(std::stoi(match[1], nullptr, 16));
    else
      out.append(std::stoul(match[2]), match[3].str()[0]);
    rest = match[0].second;
  }
  return out.append(rest, text.end());
}

TEST_CASE("every mistake is told as its golden says") {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::vector<Mistake> all = mistakes(tests::read_file(entry.path()));
    for (Mistake& mistake : all) {
      CAPTURE(entry.path().filename().string());
      CAPTURE(mistake.title);
      tests::Parsed parsed;
      const bool bytes = entry.path().filename() == "bytes.txt";
      tests::parse_into(parsed, bytes ? spelled_out(mistake.text) : mistake.text);
      const std::string actual = parsed.errors();
      if (std::getenv("DMC_ACCEPT") != nullptr) mistake.expected = actual;
      CHECK(actual == mistake.expected);
      CHECK(!actual.empty());
      ++count;
    }
    if (std::getenv("DMC_ACCEPT") == nullptr) continue;
    std::ofstream out(entry.path(), std::ios::binary);
    for (const Mistake& mistake : all)
      out << "=== " << mistake.title << "\n" << mistake.text << "---\n" << mistake.expected;
  }
  CHECK(count >= 60);
}

TEST_CASE("no word of the parser's own reaches a person") {
  const std::regex jargon("pegtl|dmc::|rules|seq<|sor<|kw<|token|internal|parse error|exception", std::regex::icase);
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    for (const Mistake& mistake : mistakes(tests::read_file(entry.path()))) {
      CAPTURE(mistake.title);
      CHECK_FALSE(std::regex_search(mistake.expected, jargon));
    }
  }
}

TEST_CASE("every code of this layer is listed, explained and has a golden") {
  static const std::regex listed_code("^// (E01[0-4][0-9])  ");
  static const std::regex shown_code("\\[(E01[0-4][0-9])\\]");
  std::set<std::string> listed;
  std::set<std::string> explained;
  std::set<std::string> shown;
  std::ifstream header(std::string(DMC_SOURCE_DIR) + "/grammar/expected.hpp");
  for (std::string line; std::getline(header, line);) {
    std::smatch match;
    if (std::regex_search(line, match, listed_code)) listed.insert(match[1]);
  }
  for (const Explanation& each : explanations()) explained.emplace(each.code);
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string text = tests::read_file(entry.path());
    for (std::sregex_iterator match(text.begin(), text.end(), shown_code), end; match != end; ++match) {
      shown.insert((*match)[1]);
    }
  }
  CHECK(listed == explained);
  CHECK(listed == shown);
}

}  // namespace
}  // namespace dmc::grammar
