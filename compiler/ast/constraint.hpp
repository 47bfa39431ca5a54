// Constraints, indexes and the lists they are made of.
#pragma once

#include "compiler/ast/boxed.hpp"
#include "compiler/ast/literal.hpp"

namespace dmc::ast {

struct Comment {
  Text text;
  Span span;
  bool operator==(const Comment&) const = default;
};

enum class ForeignKeyAction : std::uint8_t { unstated, no_action, restrict, cascade, set_null, set_default };

/// `on delete cascade`, `on delete set null (a, b)`.
struct ReferentialAction {
  ForeignKeyAction action = ForeignKeyAction::unstated;
  std::vector<Name> columns;
  bool operator==(const ReferentialAction&) const = default;
};

enum class Deferral : std::uint8_t { unstated, not_deferrable, deferrable, initially_immediate, initially_deferred };
enum class Match : std::uint8_t { unstated, full, partial, simple };

/// SQLite's `on conflict …` of a constraint.
enum class ConflictResolution : std::uint8_t { unstated, rollback, abort, fail, ignore, replace };

/// `references users (id) on delete cascade`; no columns: the primary key of the table.
struct References {
  Path table;
  std::vector<Name> columns;
  Match match = Match::unstated;
  Deferral deferral = Deferral::unstated;
  ReferentialAction on_delete;
  ReferentialAction on_update;
  Span span;
  bool operator==(const References&) const = default;
};

enum class Direction : std::uint8_t { unstated, ascending, descending };
enum class NullsOrder : std::uint8_t { unstated, first, last };

/// One entry of a key, an index or an exclusion: a column, a call or an expression, and how it is ordered.
struct Element {
  std::variant<Name, Sql> key;  ///< a call is SQL too, whole: `lower(email)`, with the form SqlForm::bare
  Rare<Path> collation;
  Rare<Path> operator_class;
  std::vector<Argument> operator_class_arguments;
  Direction direction = Direction::unstated;
  NullsOrder nulls = NullsOrder::unstated;
  Rare<Argument> with_operator;  ///< of an exclusion: `with &&`
  Span span;
  bool operator==(const Element&) const = default;
};

/// A table's key; `expressions` where it cannot be read as elements, as in ClickHouse's `primary key (toDate(ts), id)`.
struct PrimaryKey {
  std::optional<Name> name;
  std::vector<Element> elements;
  std::optional<Sql> expressions;
  std::vector<Name> include;
  Deferral deferral = Deferral::unstated;
  ConflictResolution on_conflict = ConflictResolution::unstated;
  Span span;
  bool operator==(const PrimaryKey&) const = default;
};

struct Unique {
  std::optional<Name> name;
  std::vector<Element> elements;
  std::vector<Name> include;
  bool nulls_not_distinct = false;
  Deferral deferral = Deferral::unstated;
  ConflictResolution on_conflict = ConflictResolution::unstated;
  Span span;
  bool operator==(const Unique&) const = default;
};

struct ForeignKey {
  std::optional<Name> name;
  std::vector<Name> columns;
  References references;
  Span span;
  bool operator==(const ForeignKey&) const = default;
};

struct Check {
  std::optional<Name> name;
  Sql condition;
  bool no_inherit = false;
  Span span;
  bool assumed = false;  ///< ClickHouse: `assume (…)`
  bool operator==(const Check&) const = default;
};

struct Exclude {
  std::optional<Name> name;
  std::optional<Name> method;
  std::vector<Element> elements;
  std::vector<Name> include;
  std::optional<Sql> where;
  Deferral deferral = Deferral::unstated;
  Span span;
  bool operator==(const Exclude&) const = default;
};

/// A name with arguments of the engine's own: `ReplicatedMergeTree('/path', '{replica}')`.
struct Engine {
  Name name;
  std::vector<Argument> arguments;
  bool has_arguments = false;
  Span span;
  bool operator==(const Engine&) const = default;
};

struct Index {
  std::optional<Name> name;
  bool unique = false;
  std::optional<Name> method;  ///< after `using`
  std::vector<Element> elements;
  std::vector<Name> include;
  bool nulls_not_distinct = false;
  std::optional<Sql> where;
  std::vector<Setting> settings;
  std::optional<Engine> skip_type;   ///< ClickHouse: `type bloom_filter(0.01)`
  std::optional<Count> granularity;  ///< ClickHouse
  std::optional<Comment> comment;
  Span span;
  bool operator==(const Index&) const = default;
};

}  // namespace dmc::ast
