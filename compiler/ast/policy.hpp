// What a project forbids and demands of every plan.
#pragma once

#include "compiler/ast/change.hpp"

namespace dmc::ast {

struct Deny {
  std::vector<Hazard> hazards;
  Span span;
  bool operator==(const Deny&) const = default;
};

struct Warn {
  std::vector<Hazard> hazards;
  Span span;
  bool operator==(const Warn&) const = default;
};

/// `require approval 2 for data`; no hazards: for every plan.
struct RequireApproval {
  Count people;
  std::vector<Hazard> hazards;
  Span span;
  bool operator==(const RequireApproval&) const = default;
};

/// Names of that kind match the RE2 expression, whole.
struct NameRule {
  ObjectKind kind = ObjectKind::table;
  Text expression;
  Span span;
  bool operator==(const NameRule&) const = default;
};

/// `lock timeout 2s retry 30 backoff 200ms to 10s`, of brief steps.
struct LockTimeout {
  Duration timeout;
  std::optional<Count> retries;
  std::optional<Duration> backoff_from;
  std::optional<Duration> backoff_to;
  Span span;
  bool operator==(const LockTimeout&) const = default;
};

struct StatementTimeout {
  Duration timeout;
  Span span;
  bool operator==(const StatementTimeout&) const = default;
};

using PolicyRule = std::variant<Deny, Warn, RequireApproval, NameRule, LockTimeout, StatementTimeout>;

struct Policy {
  std::vector<PolicyRule> rules;
  Span span;
  Span head;
  bool operator==(const Policy&) const = default;
};

}  // namespace dmc::ast
