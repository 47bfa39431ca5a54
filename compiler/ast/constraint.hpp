// Constraints, indexes and the lists they are made of.
#pragma once

#include "compiler/ast/literal.hpp"

namespace dmc::ast {

struct Comment {
  Text text;
  Span span;
  bool operator==(const Comment&) const = default;
};

enum class ForeignKeyAction : std::uint8_t { no_action, restrict, cascade, set_null, set_default };

/// `on delete cascade`, `on delete set null (a, b)`.
struct ReferentialAction {
  ForeignKeyAction action = ForeignKeyAction::no_action;
  std::vector<Name> columns;
  bool operator==(const ReferentialAction&) const = default;
};

enum class Deferral : std::uint8_t { unstated, not_deferrable, deferrable, initially_immediate, initially_deferred };

/// `references users (id) on delete cascade`; no columns: the primary key of the table.
struct References {
  Path table;
  std::vector<Name> columns;
  std::optional<Name> match;  ///< `match full`
  std::optional<ReferentialAction> on_delete;
  std::optional<ReferentialAction> on_update;
  Deferral deferral = Deferral::unstated;
  Span span;
  bool operator==(const References&) const = default;
};

/// The list after `primary key`. Names in most engines; ClickHouse has expressions there: then `names` is empty.
struct KeyList {
  std::vector<Name> names;
  Sql text;
  bool operator==(const KeyList&) const = default;
};

struct PrimaryKey {
  std::optional<Name> name;
  KeyList columns;
  std::vector<Name> include;
  Deferral deferral = Deferral::unstated;
  Span span;
  bool operator==(const PrimaryKey&) const = default;
};

struct Unique {
  std::optional<Name> name;
  std::vector<Name> columns;
  std::vector<Name> include;
  bool nulls_not_distinct = false;
  Deferral deferral = Deferral::unstated;
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
  bool operator==(const Check&) const = default;
};

enum class Direction : std::uint8_t { unstated, ascending, descending };
enum class NullsOrder : std::uint8_t { unstated, first, last };

/// One entry of an index or an exclusion: a column, a call or an expression, and how it is ordered.
struct Element {
  std::variant<Name, Sql> key;  ///< a call is SQL too, whole: `lower(email)`
  std::optional<Path> collation;
  std::optional<Path> operator_class;
  std::vector<Argument> operator_class_arguments;
  Direction direction = Direction::unstated;
  NullsOrder nulls = NullsOrder::unstated;
  std::optional<Argument> with_operator;  ///< of an exclusion: `with &&`
  Span span;
  bool operator==(const Element&) const = default;
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

struct Index {
  std::optional<Name> name;
  bool unique = false;
  std::optional<Name> method;  ///< after `using`
  std::vector<Element> elements;
  std::vector<Name> include;
  bool nulls_not_distinct = false;
  std::optional<Sql> where;
  std::vector<Setting> settings;
  std::optional<Type> skip_type;     ///< ClickHouse: `type bloom_filter(0.01)`
  std::optional<Count> granularity;  ///< ClickHouse
  std::optional<Comment> comment;
  Span span;
  bool operator==(const Index&) const = default;
};

}  // namespace dmc::ast
