// Texts that are wrong in many ways: building what is left of them neither throws nor reads past its input.
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "built.hpp"
#include "compiler/ast/format.hpp"

namespace dmc::ast::test {

namespace {

/// A few random edits: a byte dropped, changed or doubled, a stretch cut out or copied elsewhere.
std::string mutated(std::string text, std::mt19937& random) {
  const std::string bytes = "(){}[];,.'\"$-/*=<>%: \n0_aE\\\x80";
  const auto below = [&](std::size_t count) { return count == 0 ? 0 : random() % count; };
  for (std::size_t edit = 0, edits = 1 + below(4); edit < edits && !text.empty(); ++edit) {
    const std::size_t at = below(text.size());
    const std::size_t length = 1 + below(40);
    switch (below(5)) {
      case 0:
        text.erase(at, 1);
        break;
      case 1:
        text[at] = bytes[below(bytes.size())];
        break;
      case 2:
        text.insert(at, 1, bytes[below(bytes.size())]);
        break;
      case 3:
        text.erase(at, length);
        break;
      default:
        text.insert(below(text.size()), text.substr(at, length));
    }
  }
  return text;
}

}  // namespace

TEST_CASE("whatever is wrong with a text, what remains of it is built, and formatting keeps it") {
  std::mt19937 random(20260202);
  std::size_t intact = 0;
  for (const char* name : {"tables.mig", "comments.mig", "everything.mig"}) {
    std::ifstream in(std::filesystem::path(DMC_SOURCE_DIR) / "tests/unit/ast/samples" / name, std::ios::binary);
    std::ostringstream original;
    original << in.rdbuf();
    REQUIRE_FALSE(original.str().empty());
    for (int round = 0; round < 1000; ++round) {
      const std::string text = mutated(original.str(), random);
      CAPTURE(text);
      grammar::Sources sources;
      grammar::Diagnostics diagnostics;
      const auto id = sources.add(name, text);
      const auto tree = grammar::parse(sources, id, diagnostics);
      const bool parsed = !diagnostics.has_errors();
      REQUIRE_NOTHROW(build(tree, sources, diagnostics));
      if (!parsed) continue;
      ++intact;
      const std::string layout = format(sources, id, tree);
      grammar::Diagnostics again;
      const auto layout_id = sources.add("formatted", layout);
      const auto layout_tree = grammar::parse(sources, layout_id, again);
      REQUIRE_FALSE(again.has_errors());
      REQUIRE(format(sources, layout_id, layout_tree) == layout);
    }
  }
  // Some edits change nothing but names and SQL; if none did, the second half would be untested.
  CHECK(intact > 100);
}

}  // namespace dmc::ast::test
