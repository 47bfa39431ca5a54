// From a use to the items it brings: choose the variant, match the arguments, write the text, read it like any other.
#include "compiler/check/expand.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/ast/build.hpp"
#include "compiler/check/literals.hpp"
#include "compiler/check/secrets.hpp"
#include "compiler/check/splice.hpp"
#include "grammar/parse.hpp"

namespace dmc::check {

namespace {

/// Patterns that use each other twice grow without end long before they nest deep.
constexpr std::size_t most_brought = 1000;

std::string engines_of(const std::vector<const ast::Pattern*>& variants) {
  std::vector<std::string> names;
  for (const ast::Pattern* variant : variants)
    if (variant->engine) names.emplace_back(variant->engine->text);
  std::ranges::sort(names);
  return alternatives(names);
}

}  // namespace

bool Expander::leads_to_itself(const ast::Use& use, std::string_view name) const {
  std::vector<std::string> chain;
  for (grammar::FileId file = use.span.file; context_.sources.file(file).expansion;) {
    const grammar::Expansion& expansion = *context_.sources.file(file).expansion;
    chain.push_back(expansion.pattern);
    if (expansion.pattern == name) {
      std::string way;
      for (auto link = chain.rbegin(); link != chain.rend(); ++link) way += *link + " → ";
      context_.error("E0277", use.span, fmt::format("pattern '{}' uses itself", name), fmt::format("{}{}", way, name));
      return true;
    }
    file = expansion.use.file;
  }
  return false;
}

bool Expander::brings_too_many(const ast::Use& use) {
  grammar::Span root = use.span;
  while (context_.sources.file(root.file).expansion) root = context_.sources.file(root.file).expansion->use;
  brought_ = root == use.span ? 0 : brought_ + 1;
  if (brought_ == most_brought + 1) {
    context_.error("E0284", root, fmt::format("this use brings more than {} others", most_brought),
                   "patterns that use each other several times grow with every step");
  }
  return brought_ > most_brought;
}

const ast::Pattern* Expander::choose(const ast::Use& use, const UsePlace& place,
                                     const std::vector<const ast::Pattern*>& variants) {
  if (!place.engine) {
    const auto neutral = std::ranges::find_if(variants, [](const ast::Pattern* variant) { return !variant->engine; });
    if (neutral != variants.end()) return *neutral;
    context_.error("E0279", use.span, fmt::format("nothing says which engine '{}' is for here", text_of(use.pattern)),
                   fmt::format("it has variants for {} only", engines_of(variants)));
    return nullptr;
  }
  const ast::Pattern* neutral = nullptr;
  for (const ast::Pattern* variant : variants) {
    if (!variant->engine) neutral = variant;
    if (variant->engine && variant->engine->text == place.engine->name) return variant;
  }
  if (neutral) return neutral;
  auto& diagnostic = context_.error(
      "E0279", use.span, fmt::format("pattern '{}' is not for {}", text_of(use.pattern), place.engine->label),
      fmt::format("it has variants for {} only", engines_of(variants)));
  diagnostic.notes.push_back({variants.front()->head, "declared here"});
  return nullptr;
}

std::optional<Expansion> Expander::expand(const ast::Use& use, const UsePlace& place) {
  const std::string name = text_of(use.pattern);
  const auto* variants = patterns_.find(context_, use.pattern);
  if (!variants || leads_to_itself(use, name) || brings_too_many(use)) return std::nullopt;
  const ast::Pattern* pattern = choose(use, place, *variants);
  if (!pattern) return std::nullopt;
  if (pattern->scope != place.scope) {
    auto& diagnostic =
        context_.error("E0272", use.span, fmt::format("pattern '{}' is for use in a {}", name, word_of(pattern->scope)),
                       fmt::format("this stands in a {}", word_of(place.scope)));
    diagnostic.notes.push_back({pattern->head, "declared here"});
    return std::nullopt;
  }
  const auto arguments = read_arguments(context_, use, *pattern, name);
  // What is wrong in the pattern has been said there.
  if (!arguments || context_.broken.within(pattern->span)) return std::nullopt;
  Expansion result;
  for (const Argument& argument : *arguments) {
    if (argument.kind == ast::ParameterKind::table || argument.kind == ast::ParameterKind::column)
      result.names.push_back({argument.syntax, argument.kind});
    if (argument.kind != ast::ParameterKind::database || place.databases.empty()) continue;
    const std::string_view database = argument.parts.front().text;
    if (std::ranges::count(place.databases, database) > 0) continue;
    auto& diagnostic =
        context_.error("E0245", argument.syntax->span, fmt::format("there is no database '{}'", database),
                       "expected a database of the project");
    offer(diagnostic, database, place.databases);
    return std::nullopt;
  }
  auto spliced = splice(context_, *pattern, *arguments);
  if (!spliced) return std::nullopt;
  result.file = context_.sources.add_expansion(fmt::format("expansion of {}", name), std::move(spliced->text),
                                               {use.span, name, std::move(spliced->pieces)});
  return result;
}

template <typename Build>
auto* Expander::build(const ast::Use& use, const UsePlace& place, std::vector<UsedName>* names,
                      grammar::Context grammar_context, Build make, auto& keep) {
  using Kept = std::remove_reference_t<decltype(keep.front())>;
  const Kept* none = nullptr;
  const auto expansion = expand(use, place);
  if (!expansion) {
    context_.broken.learn(use.span);
    return none;
  }
  if (names) *names = expansion->names;
  const std::size_t before = context_.diagnostics.all().size();
  const grammar::Tree tree =
      grammar::parse_items(context_.sources, expansion->file, grammar_context, context_.diagnostics);
  keep.push_back(make(tree, context_.sources, context_.diagnostics));
  check_secrets(context_, keep.back());
  context_.broken.learn(tree, context_.diagnostics, before);
  // The use is broken with what it brought, because that is not known in full.
  if (context_.diagnostics.all().size() > before) context_.broken.learn(use.span);
  const Kept* kept = &keep.back();
  return kept;
}

const ast::ExpandedTable* Expander::in_table(const ast::Use& use, const UsePlace& place, std::vector<UsedName>* names) {
  return build(use, place, names, grammar::Context::in_table, ast::build_table, context_.syntax.tables);
}

const ast::ExpandedDatabase* Expander::in_database(const ast::Use& use, const UsePlace& place,
                                                   std::vector<UsedName>* names) {
  return build(use, place, names, grammar::Context::database, ast::build_database, context_.syntax.databases);
}

const ast::ExpandedChange* Expander::in_change(const ast::Use& use, const UsePlace& place) {
  return build(use, place, nullptr, grammar::Context::change, ast::build_change, context_.syntax.changes);
}

const ast::ExpandedProject* Expander::in_project(const ast::Use& use, const UsePlace& place) {
  return build(use, place, nullptr, grammar::Context::project, ast::build_project, context_.syntax.projects);
}

}  // namespace dmc::check
