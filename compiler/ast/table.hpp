// A table: its columns, constraints, indexes and the clauses of its engine, in the order written.
#pragma once

#include "compiler/ast/constraint.hpp"
#include "compiler/ast/pattern.hpp"

namespace dmc::ast {

struct NotNull {
  std::optional<Name> name;  ///< of the constraint, where one was written
  Span span;
  bool operator==(const NotNull&) const = default;
};
struct Nullable {
  Span span;
  bool operator==(const Nullable&) const = default;
};
struct Default {
  std::variant<Literal, Sql> value;
  Span span;
  bool operator==(const Default&) const = default;
};
struct ColumnPrimaryKey {
  std::optional<Name> name;
  Direction direction = Direction::unstated;
  Deferral deferral = Deferral::unstated;
  Span span;
  bool operator==(const ColumnPrimaryKey&) const = default;
};
struct ColumnUnique {
  std::optional<Name> name;
  bool nulls_not_distinct = false;
  Deferral deferral = Deferral::unstated;
  Span span;
  bool operator==(const ColumnUnique&) const = default;
};
struct ColumnReferences {
  std::optional<Name> name;
  References references;
  Span span;
  bool operator==(const ColumnReferences&) const = default;
};

enum class Storage : std::uint8_t { unstated, stored, virtual_ };

struct Generated {
  Sql expression;
  Storage storage = Storage::unstated;
  Span span;
  bool operator==(const Generated&) const = default;
};

enum class IdentityKind : std::uint8_t { by_default, always, serial };

struct Identity {
  IdentityKind kind = IdentityKind::by_default;
  std::optional<Sql> options;  ///< of the sequence behind it: `(start 100 increment 2)`
  Span span;
  bool operator==(const Identity&) const = default;
};
struct Collate {
  Path collation;
  Span span;
  bool operator==(const Collate&) const = default;
};
struct Codec {
  std::vector<Argument> codecs;
  Span span;
  bool operator==(const Codec&) const = default;
};
struct Ttl {
  Sql expression;
  Span span;
  bool operator==(const Ttl&) const = default;
};
/// An option that only one engine has, kept whole: `alias (…)`, `materialized (…)`, `storage external`.
struct EngineOption {
  Name word;
  std::optional<std::variant<Sql, Name, Literal>> value;
  Span span;
  bool operator==(const EngineOption&) const = default;
};

using ColumnOption = std::variant<NotNull, Nullable, Default, ColumnPrimaryKey, ColumnUnique, ColumnReferences, Check,
                                  Generated, Identity, Collate, Comment, Codec, Ttl, EngineOption>;

struct Column {
  Name name;
  Type type;
  std::vector<ColumnOption> options;  ///< as written; which ones exclude each other is the checker's to say
  Span span;
  bool operator==(const Column&) const = default;
};

struct Projection {
  Name name;
  Sql query;
  Span span;
  bool operator==(const Projection&) const = default;
};
/// `engine = ReplicatedMergeTree('/path', '{replica}')`.
struct Engine {
  Name name;
  std::vector<Argument> arguments;
  bool has_arguments = false;
  Span span;
  bool operator==(const Engine&) const = default;
};
struct Settings {
  std::vector<Setting> settings;
  Span span;
  bool operator==(const Settings&) const = default;
};
/// `with (…)`: storage parameters in the engine's own words.
struct StorageParameters {
  Sql parameters;
  Span span;
  bool operator==(const StorageParameters&) const = default;
};
struct OrderBy {
  Sql expressions;
  Span span;
  bool operator==(const OrderBy&) const = default;
};
struct SampleBy {
  Sql expressions;
  Span span;
  bool operator==(const SampleBy&) const = default;
};
/// `log_2026 (from ('2026-01-01') to ('2027-01-01'))`.
struct Partition {
  Name name;
  Sql bounds;
  Span span;
  bool operator==(const Partition&) const = default;
};
/// `partition by range (at) { … }`; ClickHouse has neither a method nor partitions of its own.
struct PartitionBy {
  std::optional<Name> method;
  Sql expressions;
  std::vector<Partition> partitions;
  Span span;
  bool operator==(const PartitionBy&) const = default;
};

using TableItem = std::variant<Column, PrimaryKey, Unique, ForeignKey, Check, Exclude, Index, Projection, Use, Comment,
                               Engine, Settings, StorageParameters, PartitionBy, OrderBy, SampleBy, Ttl>;

struct Table {
  Path name;
  std::optional<Text> on_cluster;  ///< ClickHouse's own cluster or macro
  std::vector<TableItem> items;
  Span span;  ///< the whole item
  Span head;  ///< `table users`, for carets
  bool operator==(const Table&) const = default;
};

}  // namespace dmc::ast
