// The way from texts to the checked model, in the order that each step needs the one before it.
#include "compiler/check/check.hpp"

#include <algorithm>

#include "compiler/ast/build.hpp"
#include "compiler/check/changes.hpp"
#include "compiler/check/database.hpp"
#include "compiler/check/declarations.hpp"
#include "compiler/check/policy.hpp"
#include "grammar/parse.hpp"

namespace dmc::check {

namespace {

void read_file(Context& context, const SourceText& file) {
  const auto id = context.sources.add(file.name, file.text);
  const std::size_t before = context.diagnostics.all().size();
  const grammar::Tree tree = grammar::parse(context.sources, id, context.diagnostics);
  context.syntax.files.push_back(ast::build(tree, context.sources, context.diagnostics));
  context.broken.learn(tree, context.diagnostics, before);
}

}  // namespace

model::Project check(const std::vector<SourceText>& files, grammar::Sources& sources,
                     const dialects::Dialects& dialects, grammar::Diagnostics& diagnostics) {
  Context context{sources, dialects, diagnostics, {}, {}};
  std::vector<const SourceText*> in_order;
  for (const SourceText& file : files) in_order.push_back(&file);
  std::ranges::stable_sort(in_order, {}, [](const SourceText* file) -> const std::string& { return file->name; });
  for (const SourceText* file : in_order) read_file(context, *file);

  Patterns patterns;
  Expander expander(context, patterns);
  const Declarations declarations = read_declarations(context, patterns, expander);

  model::Project result;
  if (const ast::Project* project = check_project(context, declarations.projects)) {
    result.name = project->name.text;
    result.origin.span = project->head;
  }
  result.databases = check_databases(context, expander, declarations.databases);
  result.changes =
      check_changes(context, expander, declarations.changes, statement_place(context, declarations.databases));
  result.policy = check_policies(context, declarations.policies);
  return result;
}

}  // namespace dmc::check
