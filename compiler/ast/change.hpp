// One version's declared intent: the statements of a change, which run as they stand.
#pragma once

#include "compiler/ast/flow.hpp"
#include "compiler/ast/objects.hpp"

namespace dmc::ast {

/// `column users.first`, `function tax(numeric)`, `invariant 'no debt'`, `replica trading (trades, positions)`.
struct Subject {
  ObjectKind kind = ObjectKind::table;
  std::variant<Path, Text, Endpoint> name;
  Span span;  ///< kind and name
  bool operator==(const Subject&) const = default;
};

enum class Backup : std::uint8_t { unstated, with, without };

struct Rename {
  Subject subject;
  Path to;
  bool keeping_both = false;
  Span span;
  bool operator==(const Rename&) const = default;
};

/// `drop grant select on orders to app;` names what it takes away whole.
struct Drop {
  std::variant<Subject, Grant> subject;
  Backup backup = Backup::unstated;
  Span span;
  bool operator==(const Drop&) const = default;
};

struct DropRows {
  Path table;
  Sql where;
  Backup backup = Backup::unstated;
  Pace pace;
  Span span;
  bool operator==(const DropRows&) const = default;
};

struct Retype {
  Path column;
  std::optional<Sql> using_;
  std::optional<Sql> undo;
  bool keeping_both = false;
  Pace pace;
  Span span;
  bool operator==(const Retype&) const = default;
};

struct Rebuild {
  Path table;
  Pace pace;
  Span span;
  bool operator==(const Rebuild&) const = default;
};

/// Of a table when `set` is not empty; else of a materialized view or replica, by its own query.
struct Backfill {
  Path target;
  std::vector<Assignment> set;
  std::optional<Sql> where;
  bool follow = false;
  Backup backup = Backup::unstated;
  Pace pace;
  Span span;
  bool operator==(const Backfill&) const = default;
};

struct Verify {
  Text name;
  Name database;
  Expectation expectation;
  Span span;
  bool operator==(const Verify&) const = default;
};

/// A query that opens a gate; with `duration`, only after it held that long.
struct GateCondition {
  Name database;
  Expectation expectation;
  std::optional<Duration> duration;
  bool operator==(const GateCondition&) const = default;
};

struct Gate {
  Text name;
  std::optional<GateCondition> condition;  ///< none: a person says so
  std::optional<Duration> validity;        ///< `valid for`: what opened it counts for so long
  Span span;
  bool operator==(const Gate&) const = default;
};

struct UndoUnstated {
  bool operator==(const UndoUnstated&) const = default;
};
struct UndoNothing {
  bool operator==(const UndoNothing&) const = default;
};
/// Statements in the order written, or the author's word that nothing is to be undone.
using RunUndo = std::variant<UndoUnstated, UndoNothing, std::vector<Sql>>;

/// The escape hatch: one SQL statement per `do`.
struct Run {
  Text name;
  Name database;
  std::optional<Subject> subject;  ///< `for`: the compiler lowers nothing for it
  std::vector<Sql> actions;
  std::vector<Expectation> verify;
  RunUndo undo;
  bool outside_transaction = false;
  Span span;
  Span head;
  bool operator==(const Run&) const = default;
};

/// The deltas of the subject happen here.
struct Apply {
  Subject subject;
  Span span;
  bool operator==(const Apply&) const = default;
};

struct Accept {
  Hazard hazard;
  Path subject;
  Text because;
  Span span;
  bool operator==(const Accept&) const = default;
};

/// Of one object, or of a whole database.
struct Adopt {
  std::variant<Name, Subject> subject;
  Span span;
  bool operator==(const Adopt&) const = default;
};

struct Forget {
  Subject subject;
  Span span;
  bool operator==(const Forget&) const = default;
};

using Statement = std::variant<Rename, Drop, DropRows, Retype, Rebuild, Backfill, Copy, Cutover, Verify, Gate, Run,
                               Apply, Accept, Adopt, Forget, Use>;

/// `change 7 'one name per user' { … }`.
struct Change {
  Count number;
  Text title;
  std::vector<Statement> statements;
  Span span;
  Span head;
  bool operator==(const Change&) const = default;
};

}  // namespace dmc::ast
