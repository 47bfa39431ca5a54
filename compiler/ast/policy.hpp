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
  Kind kind = Kind::table;
  Text expression;
  Span span;
  bool operator==(const NameRule&) const = default;
};

struct LockRule {
  std::optional<Duration> timeout;
  std::optional<Count> retry;
  std::optional<Duration> backoff_from;
  std::optional<Duration> backoff_to;
  Span span;
  bool operator==(const LockRule&) const = default;
};

struct StatementTimeout {
  Duration timeout;
  Span span;
  bool operator==(const StatementTimeout&) const = default;
};

using PolicyRule = std::variant<Deny, Warn, RequireApproval, NameRule, LockRule, StatementTimeout>;

struct Policy {
  std::vector<PolicyRule> rules;
  Span span;
  Span head;
  bool operator==(const Policy&) const = default;
};

}  // namespace dmc::ast
