// Data that moves between databases: replicas, reconciliation, copies, cutovers.
#pragma once

#include "compiler/ast/literal.hpp"

namespace dmc::ast {

/// `front.hits`, or `trading (trades, positions)`: several tables of equal names on both sides.
struct Endpoint {
  Path path;
  std::vector<Name> tables;  ///< none: `path` is the table itself
  Span span;
  bool operator==(const Endpoint&) const = default;
};

/// `columns (a, b)` or `columns except (c)`.
struct ColumnChoice {
  bool except = false;
  std::vector<Name> names;
  Span span;
  bool operator==(const ColumnChoice&) const = default;
};

/// `name = (trim(display_name))`, in the SQL of the source.
struct Assignment {
  Name column;
  std::variant<Sql, Literal> value;
  Span span;
  bool operator==(const Assignment&) const = default;
};

struct Reject {
  Text name;
  Sql condition;
  Span span;
  bool operator==(const Reject&) const = default;
};

using Tolerance = std::variant<Count, Percent>;

enum class Sync : std::uint8_t { strong, eventual, best_effort };
enum class Conflict : std::uint8_t { upsert, skip, fail };

struct HistoryAll {
  bool operator==(const HistoryAll&) const = default;
};
struct HistoryNone {
  bool operator==(const HistoryNone&) const = default;
};
using History = std::variant<HistoryAll, HistoryNone, Sql>;

/// `cursor (ts) late 10m`, where the source has no change capture.
struct Cursor {
  std::vector<Name> columns;
  std::optional<Duration> late;
  Span span;
  bool operator==(const Cursor&) const = default;
};

/// Which rows and columns go across, and what happens to those that do not fit; shared by all that move data.
struct FlowClauses {
  std::vector<Name> key;
  std::optional<ColumnChoice> columns;
  std::vector<Assignment> map;
  std::optional<Sql> where;
  std::vector<Reject> rejects;
  std::optional<Tolerance> rejects_at_most;
  std::optional<Conflict> on_conflict;
  std::optional<Duration> lag_under;
  std::optional<Cursor> cursor;
  Pace pace;
  bool operator==(const FlowClauses&) const = default;
};

struct SourceWins {
  bool operator==(const SourceWins&) const = default;
};
struct TargetWins {
  bool operator==(const TargetWins&) const = default;
};
struct LatestBy {
  Name column;
  bool operator==(const LatestBy&) const = default;
};
using Mismatch = std::variant<SourceWins, TargetWins, LatestBy>;

/// Desired state: the target follows the source.
struct Replica {
  Endpoint target;
  Endpoint source;
  FlowClauses clauses;
  std::optional<Sync> sync;
  std::optional<History> history;
  std::optional<Duration> every;
  std::optional<Mismatch> on_mismatch;
  Span span;
  Span head;
  bool operator==(const Replica&) const = default;
};

/// Desired state: both sides are compared again and again.
struct Reconcile {
  Endpoint target;
  Endpoint source;
  FlowClauses clauses;
  std::optional<Duration> every;
  std::optional<Mismatch> on_mismatch;
  std::optional<Tolerance> repair_at_most;
  Span span;
  Span head;
  bool operator==(const Reconcile&) const = default;
};

struct Invariant {
  Text name;
  Name database;
  Expectation expectation;
  Span span;
  Span head;
  bool operator==(const Invariant&) const = default;
};

/// Runs once, in a change.
struct Copy {
  Endpoint target;
  Endpoint source;
  FlowClauses clauses;
  Span span;
  Span head;
  bool operator==(const Copy&) const = default;
};

/// `10% for 1h`; the last share has no duration.
struct ReadShare {
  Percent share;
  std::optional<Duration> duration;
  bool operator==(const ReadShare&) const = default;
};

/// The target becomes its own master.
struct Cutover {
  Endpoint target;
  std::optional<Tolerance> require_mismatches_under;
  std::optional<Duration> require_lag_under;
  std::vector<ReadShare> reads;
  bool writes_fenced = false;
  std::optional<Duration> hold;
  bool revert_on_breach = false;
  Span span;
  Span head;
  bool operator==(const Cutover&) const = default;
};

}  // namespace dmc::ast
