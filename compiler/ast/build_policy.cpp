// Policies.
#include "compiler/ast/builder.hpp"

namespace dmc::ast {

using grammar::Kind;

namespace {

LockTimeout build_lock_timeout(const Builder& builder, Node node) {
  LockTimeout rule;
  rule.span = node.span();
  rule.timeout = build_duration(builder, node.child(Kind::duration).value());
  if (const auto retries = node.child(Kind::number)) rule.retries = build_count(builder, *retries);
  if (const auto backoff = node.child(Kind::backoff)) {
    rule.backoff_from = build_duration(builder, backoff->at(0).value());
    if (const auto to = backoff->at(1)) rule.backoff_to = build_duration(builder, *to);
  }
  return rule;
}

NameRule build_name_rule(const Builder& builder, Node node) {
  return {build_object_kind(builder, node.child(Kind::kind).value()),
          build_text(builder, node.child(Kind::text).value()), node.span()};
}

}  // namespace

RequireApproval build_require_approval(const Builder& builder, Node node) {
  return {build_count(builder, node.child(Kind::number).value()), build_hazards(builder, node), node.span()};
}

Policy build_policy(const Builder& builder, Node node) {
  Policy policy;
  policy.span = node.span();
  policy.head = head_of(node);
  const Node block = node.child(Kind::block).value();
  policy.rules.reserve(block.count());
  for (const Node child : block.children()) {
    switch (child.kind()) {
      case Kind::deny:
        policy.rules.emplace_back(Deny{build_hazards(builder, child), child.span()});
        break;
      case Kind::warn:
        policy.rules.emplace_back(Warn{build_hazards(builder, child), child.span()});
        break;
      case Kind::require_approval:
        policy.rules.emplace_back(build_require_approval(builder, child));
        break;
      case Kind::name_rule:
        policy.rules.emplace_back(build_name_rule(builder, child));
        break;
      case Kind::lock_timeout:
        policy.rules.emplace_back(build_lock_timeout(builder, child));
        break;
      case Kind::statement_timeout:
        policy.rules.emplace_back(StatementTimeout{build_duration(builder, child.first().value()), child.span()});
        break;
      default:
        break;
    }
  }
  return policy;
}

}  // namespace dmc::ast
