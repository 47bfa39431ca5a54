// Patterns: their heads are built, their bodies stay text until they are used.
#include <algorithm>

#include "compiler/ast/builder.hpp"

namespace dmc::ast {

using grammar::Kind;

namespace {

ParameterKind parameter_kind_of(std::string_view word) {
  if (word == "table") return ParameterKind::table;
  if (word == "column") return ParameterKind::column;
  if (word == "sql") return ParameterKind::sql;
  if (word == "number") return ParameterKind::number;
  if (word == "duration") return ParameterKind::duration;
  return word == "database" ? ParameterKind::database : ParameterKind::text;
}

PatternScope scope_of(std::string_view word) {
  if (word == "table") return PatternScope::table;
  if (word == "change") return PatternScope::change;
  return word == "project" ? PatternScope::project : PatternScope::database;
}

Parameter build_parameter(const Builder& builder, Node node) {
  const Node name = node.child(Kind::name).value();
  const Node word = node.child(Kind::word).value();
  return {build_name(builder, name), parameter_kind_of(builder.text(word)), node.span()};
}

std::vector<grammar::Splice> splices_within(const grammar::Tree& tree, Span span) {
  const auto first = std::lower_bound(tree.splices.begin(), tree.splices.end(), span.begin,
                                      [](const auto& splice, auto begin) { return splice.span.begin < begin; });
  const auto last = std::lower_bound(first, tree.splices.end(), span.end,
                                     [](const auto& splice, auto end) { return splice.span.begin < end; });
  return {first, last};
}

}  // namespace

Pattern build_pattern(const Builder& builder, Node node) {
  Pattern pattern;
  pattern.span = node.span();
  pattern.head = head_of(node);
  for (const Node child : node.children()) {
    switch (child.kind()) {
      case Kind::name:
        pattern.name = build_name(builder, child);
        break;
      case Kind::parameter:
        pattern.parameters.push_back(build_parameter(builder, child));
        break;
      case Kind::pattern_context:
        pattern.scope = scope_of(builder.text(child.first().value()));
        break;
      case Kind::engine:
        pattern.engine = build_name(builder, child.child(Kind::name).value());
        break;
      case Kind::block:
        pattern.body_span = {child.span().file, child.span().begin + 1, child.span().end - 1};
        break;
      default:
        break;
    }
  }
  pattern.body = builder.text(pattern.body_span);
  pattern.splices = splices_within(builder.tree, pattern.body_span);
  return pattern;
}

}  // namespace dmc::ast
