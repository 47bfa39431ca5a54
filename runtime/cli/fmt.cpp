// dmc fmt: the canonical layout, in place.
#include <istream>
#include <iterator>
#include <ostream>

#include <fmt/format.h>

#include "compiler/ast/format.hpp"
#include "grammar/parse.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/files.hpp"
#include "runtime/cli/findings.hpp"
#include "runtime/cli/project.hpp"

namespace dmc::cli {
namespace {

struct Text {
  std::string shown;
  std::filesystem::path path;  ///< empty: standard input
  std::string bytes;
};

std::vector<Text> texts_of(const Arguments& arguments, const World& world) {
  std::vector<Text> texts;
  for (const auto& file : arguments.operands) {
    if (file == "-") {
      texts.push_back({"standard input", {}, {std::istreambuf_iterator<char>(world.in), {}}});
      continue;
    }
    auto bytes = read_file_if_there(world.directory / file, file);
    if (!bytes) throw Refusal(Exit::usage, fmt::format("there is no file {}", grammar::escaped(file)));
    texts.push_back({file, world.directory / file, std::move(*bytes)});
  }
  if (!texts.empty()) return texts;
  const auto project = find_project(arguments, world);
  for (auto& source : project.sources())
    texts.push_back({source.name, project.at(source.name), std::move(source.text)});
  return texts;
}

/// None when the text does not parse; then `diagnostics` says why.
std::optional<std::string> formatted(const Text& text, grammar::Sources& sources, grammar::Diagnostics& diagnostics) {
  grammar::Diagnostics own;
  const auto file = sources.add(text.shown, text.bytes);
  const auto tree = grammar::parse(sources, file, own);
  for (const auto& diagnostic : own.all()) diagnostics.add(diagnostic);
  if (own.has_errors()) return std::nullopt;
  return ast::format(sources, file, tree);
}

Exit run(const Arguments& arguments, World& world) {
  const bool only_check = arguments.given("--check");
  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  std::size_t different = 0;
  for (const auto& text : texts_of(arguments, world)) {
    const auto layout = formatted(text, sources, diagnostics);
    if (!layout) continue;
    const bool same = *layout == text.bytes;
    if (!same) ++different;
    if (only_check) {
      if (!same) world.out << fmt::format("{} is not in the canonical layout\n", grammar::escaped(text.shown));
    } else if (text.path.empty()) {
      world.out << *layout;
    } else if (!same) {
      write_file(text.path, *layout, text.shown);
      world.out << fmt::format("laid out {}\n", grammar::escaped(text.shown));
    }
  }
  if (diagnostics.has_errors()) {
    world.err << findings_text(diagnostics, sources, {}) << findings_count(diagnostics)
              << "; what does not parse is left as it stands\n";
    return Exit::refused;
  }
  if (only_check && different > 0) world.out << "dmc fmt    lays them out\n";
  return only_check && different > 0 ? Exit::refused : Exit::done;
}

}  // namespace

Command fmt_command() {
  return {"fmt",
          "lay out .mig files in the one canonical way",
          {{"FILE", false, true, Completes::file}},
          {{"--check", "", "write nothing; fail when a file is laid out otherwise"}, project_option()},
          run};
}

}  // namespace dmc::cli
