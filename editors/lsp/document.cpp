#include "editors/lsp/document.hpp"

#include "grammar/parse.hpp"

namespace dmc::lsp {

namespace {

grammar::Tree tree_of(grammar::Sources& sources, const std::string& name, std::string text,
                      grammar::Diagnostics& diagnostics) {
  const auto file = sources.add(name, std::move(text));
  if (sources.file(file).text.size() <= parse_limit) return grammar::parse(sources, file, diagnostics);
  grammar::Tree tree;
  tree.text = sources.file(file).text;
  tree.records = {{0, static_cast<std::uint32_t>(tree.text.size()), 1, grammar::Kind::file}};
  diagnostics.note("lsp.large_file", grammar::Span{file, 0, 0},
                   "this file is too large to be looked at while you type; dmc check reads it");
  return tree;
}

}  // namespace

Document::Document(std::string name, std::string text)
    : name_(std::move(name)),
      tree_(tree_of(sources_, name_, std::move(text), syntax_)),
      lines_(sources_.file(0).text),
      mentions_(mentions_of(tree_)) {}

}  // namespace dmc::lsp
