// A use becomes what its pattern says there.
#pragma once

#include <string_view>
#include <vector>

#include "compiler/check/patterns.hpp"
#include "grammar/parse.hpp"

namespace dmc::check {

/// Where a use stands: what its pattern must be for, and which engine decides between its variants.
struct UsePlace {
  ast::PatternScope scope = ast::PatternScope::database;
  const dialects::Description* engine = nullptr;  ///< none: the use has no database
  std::vector<std::string_view> databases;        ///< that a `database` argument may name; empty: any
};

/// A named argument of a use, for whoever knows what is declared.
struct UsedName {
  const ast::UseArgument* syntax = nullptr;
  ast::ParameterKind kind = ast::ParameterKind::table;
};

struct Expansion {
  grammar::FileId file = 0;
  std::vector<UsedName> names;  ///< tables and columns among the arguments
};

/// Uses in the texts that patterns expand to are uses as well, so an expansion is asked for until none is left.
class Expander {
 public:
  Expander(Context& context, Patterns& patterns) : context_(context), patterns_(patterns) {}

  /// The items that the use brings, or null after an error. `names`, when given, gets its named arguments.
  const ast::ExpandedTable* in_table(const ast::Use& use, const UsePlace& place, std::vector<UsedName>* names);
  const ast::ExpandedDatabase* in_database(const ast::Use& use, const UsePlace& place, std::vector<UsedName>* names);
  const ast::ExpandedChange* in_change(const ast::Use& use, const UsePlace& place);
  const ast::ExpandedProject* in_project(const ast::Use& use, const UsePlace& place);

 private:
  std::optional<Expansion> expand(const ast::Use& use, const UsePlace& place);
  const ast::Pattern* choose(const ast::Use& use, const UsePlace& place,
                             const std::vector<const ast::Pattern*>& variants);
  bool brings_too_many(const ast::Use& use);
  bool leads_to_itself(const ast::Use& use, std::string_view name) const;
  template <typename Build>
  auto* build(const ast::Use& use, const UsePlace& place, std::vector<UsedName>* names,
              grammar::Context grammar_context, Build make, auto& keep);

  Context& context_;
  Patterns& patterns_;
  std::size_t brought_ = 0;  ///< uses inside patterns since the last use that stands in a file
};

}  // namespace dmc::check
