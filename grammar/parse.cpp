// The only place that instantiates the parser generator.
#include "grammar/parse.hpp"

#include <algorithm>

#include "grammar/encoding.hpp"
#include "grammar/probe.hpp"
#include "grammar/rules_project.hpp"

namespace dmc::grammar {

namespace {

namespace pegtl = tao::pegtl;

Tree empty_tree(const Sources& sources, FileId file) {
  Tree tree;
  tree.file = file;
  tree.text = sources.file(file).text;
  return tree;
}

/// One pass over the file. Answers whether its braces match each other.
template <Items List>
bool read(Tree& tree, Diagnostics& diagnostics, bool by_indentation) {
  tree.records.reserve(tree.text.size() / 8 + 16);
  Reading reading(tree, diagnostics, by_indentation);
  const std::size_t root = reading.open(Kind::file, tree.text.data());
  pegtl::memory_input<pegtl::tracking_mode::lazy> input(reading.begin(), reading.limit(), "");
  (void)pegtl::parse<rules::items<List>, pegtl::nothing, rules::control>(input, reading);
  reading.close(root, reading.limit());
  return !reading.braces_mismatched;
}

/// Mistakes that one brace too many or too few brings about.
std::ptrdiff_t structural(const Diagnostics& diagnostics) {
  return std::ranges::count_if(diagnostics.all(), [](const Diagnostic& diagnostic) {
    return diagnostic.code == "E0108" || diagnostic.code == "E0109" || diagnostic.code == "E0102";
  });
}

/// Where braces do not match, the file is read again with lines that stand too far left closing blocks, because then
/// the mistake is found where it is, and not at the end of the file.
template <Items List>
Tree parse_list(const Sources& sources, FileId file, Diagnostics& diagnostics) {
  Tree tree = empty_tree(sources, file);
  if (!check_encoding(file, tree.text, diagnostics)) {
    const auto size = static_cast<std::uint32_t>(std::min<std::size_t>(tree.text.size(), 0xFFFFFFFF));
    tree.records = {{0, size, 2, Kind::file}, {0, size, 2, Kind::unknown}};
    return tree;
  }
  Diagnostics found;
  if (!read<List>(tree, found, false)) {
    Tree again = empty_tree(sources, file);
    Diagnostics indented;
    read<List>(again, indented, true);
    if (indented.has_errors() && structural(indented) <= structural(found) + 2) {
      found = std::move(indented);
      tree = std::move(again);
    }
  }
  for (const Diagnostic& diagnostic : found.all()) diagnostics.add(diagnostic);
  return tree;
}

}  // namespace

Tree parse(const Sources& sources, FileId file, Diagnostics& diagnostics) {
  return parse_list<Items::project>(sources, file, diagnostics);
}

Expectations expectations_at(std::string_view text, std::uint32_t offset) {
  constexpr std::string_view mark = "\\";  // no token begins with it
  std::size_t end = offset;
  while (end < text.size() && is_name_part(text[end])) ++end;
  Sources sources;
  const auto file = sources.add("", std::string(text.substr(0, offset)).append(mark).append(text.substr(end)));
  Tree tree = empty_tree(sources, file);
  Diagnostics ignored;
  Expectations found;
  if (!check_encoding(file, tree.text, ignored)) return found;
  Reading reading(tree, ignored, false);
  reading.probe = &found;
  reading.probe_at = offset;
  reading.open(Kind::file, tree.text.data());
  pegtl::memory_input<pegtl::tracking_mode::lazy> input(reading.begin(), reading.limit(), "");
  (void)pegtl::parse<rules::items<Items::project>, pegtl::nothing, rules::control>(input, reading);
  return found;
}

Tree parse_items(const Sources& sources, FileId file, Context context, Diagnostics& diagnostics) {
  switch (context) {
    case Context::project:
      return parse_list<Items::project>(sources, file, diagnostics);
    case Context::database:
      return parse_list<Items::database>(sources, file, diagnostics);
    case Context::in_table:
      return parse_list<Items::table>(sources, file, diagnostics);
    case Context::change:
      return parse_list<Items::change>(sources, file, diagnostics);
  }
  return empty_tree(sources, file);
}

}  // namespace dmc::grammar
