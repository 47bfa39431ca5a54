// Clauses that many statements share: expectations, pace, uses.
#include "compiler/ast/builder.hpp"

namespace dmc::ast {

using grammar::Kind;

namespace {

Comparison comparison_of(std::string_view sign) {
  if (sign == "<>") return Comparison::not_equal;
  if (sign == "<") return Comparison::less;
  if (sign == "<=") return Comparison::less_or_equal;
  if (sign == ">") return Comparison::greater;
  if (sign == ">=") return Comparison::greater_or_equal;
  return Comparison::equal;
}

}  // namespace

bool is_first(const Builder& builder, Node parent, Node node) {
  const Node earlier = parent.child(node.kind()).value();
  if (earlier.id() == node.id()) return true;
  auto& diagnostic =
      builder.diagnostics.error("E0153", node.span(), "this clause may stand only once", "the second one");
  diagnostic.notes.push_back({earlier.span(), "the first one is here"});
  return false;
}

void report_repeated(const Builder& builder, Node parent) {
  for (const Node child : parent.children()) {
    is_first(builder, parent, child);
  }
}

Expectation build_expectation(const Builder& builder, Node parent) {
  const Node query = parent.child(Kind::sql).value();
  const Node comparison = parent.child(Kind::comparison).value();
  Expectation expectation{build_sql(builder, query), IsEmpty{}, query.span()};
  expectation.span.end = comparison.span().end;
  Compared compared;
  bool has_literal = false;
  for (const Node child : comparison.children()) {
    if (child.is(Kind::not_empty)) {
      expectation.answer = IsNotEmpty{};
    } else if (child.is(Kind::operator_sign)) {
      compared.comparison = comparison_of(builder.text(child));
    } else if (!child.is(Kind::empty)) {
      compared.literal = build_literal(builder, child);
      has_literal = true;
    }
  }
  if (has_literal) expectation.answer = compared;
  return expectation;
}

UseArgument build_use_argument(const Builder& builder, Node node) {
  const Node value = node.first().value();
  UseArgument argument{Null{}, builder.text(node), node.span()};
  switch (value.kind()) {
    case Kind::path:
      argument.value = build_path(builder, value);
      break;
    case Kind::sql:
      argument.value = build_sql(builder, value);
      break;
    case Kind::duration:
      argument.value = build_duration(builder, value);
      break;
    case Kind::size:
      argument.value = build_size(builder, value);
      break;
    case Kind::percent:
      argument.value = build_percent(builder, value);
      break;
    default:
      std::visit([&](auto literal) { argument.value = literal; }, build_literal(builder, value));
  }
  return argument;
}

Use build_use(const Builder& builder, Node node) {
  Use use;
  use.span = node.span();
  for (const Node child : node.children()) {
    if (child.is(Kind::path)) use.pattern = build_path(builder, child);
    if (child.is(Kind::use_argument)) use.arguments.push_back(build_use_argument(builder, child));
  }
  return use;
}

bool build_pace_clause(const Builder& builder, Node parent, Node node, Pace& pace) {
  const bool is_pace = node.is(Kind::batch) || node.is(Kind::parallel) || node.is(Kind::rate) || node.is(Kind::pause);
  if (!is_pace) return false;
  if (!is_first(builder, parent, node)) return true;
  const Node value = node.first().value();
  if (node.is(Kind::batch) && value.is(Kind::size)) {
    pace.batch = build_size(builder, value);
  } else if (node.is(Kind::batch)) {
    pace.batch = build_count(builder, value);
  } else if (node.is(Kind::parallel)) {
    pace.parallel = build_count(builder, value);
  } else if (node.is(Kind::rate)) {
    pace.rate = build_count(builder, value);
  } else {
    pace.pause = build_duration(builder, value);
  }
  return true;
}

Pace build_pace(const Builder& builder, Node parent) {
  Pace pace;
  for (const Node child : parent.children()) build_pace_clause(builder, parent, child, pace);
  return pace;
}

}  // namespace dmc::ast
