// A column: a name, a type, and options in any order.
#pragma once

#include "compiler/ast/boxed.hpp"
#include "compiler/ast/constraint.hpp"

namespace dmc::ast {

struct NotNull {
  std::optional<Name> name;  ///< of the constraint, where one was written
  ConflictResolution on_conflict = ConflictResolution::unstated;
  Span span;
  bool operator==(const NotNull&) const = default;
};

/// `null`: may be null, said aloud.
struct Nullable {
  Span span;
  bool operator==(const Nullable&) const = default;
};

struct Default {
  std::variant<Literal, Sql, Environment> value;
  Span span;
  bool operator==(const Default&) const = default;
};

struct ColumnPrimaryKey {
  std::optional<Name> name;
  Direction direction = Direction::unstated;
  ConflictResolution on_conflict = ConflictResolution::unstated;
  Deferral deferral = Deferral::unstated;
  Span span;
  bool operator==(const ColumnPrimaryKey&) const = default;
};

struct ColumnUnique {
  std::optional<Name> name;
  bool nulls_not_distinct = false;
  ConflictResolution on_conflict = ConflictResolution::unstated;
  Deferral deferral = Deferral::unstated;
  Span span;
  bool operator==(const ColumnUnique&) const = default;
};

struct ColumnReferences {
  std::optional<Name> name;
  Boxed<References> references;
  Span span;
  bool operator==(const ColumnReferences&) const = default;
};

enum class GeneratedStorage : std::uint8_t { unstated, stored, computed };

/// `generated (…) stored` or `virtual`, which is `computed` here because C++ took the word.
struct Generated {
  Sql expression;
  GeneratedStorage storage = GeneratedStorage::unstated;
  Span span;
  bool operator==(const Generated&) const = default;
};

/// `start 10`, `no cycle`, `owned by users.id`.
struct SequenceOption {
  std::string_view words;  ///< one space between them
  std::variant<std::monostate, Integer, Path> value;
  Span span;
  bool operator==(const SequenceOption&) const = default;
};

enum class IdentityKind : std::uint8_t { by_default, always, serial };

struct Identity {
  IdentityKind kind = IdentityKind::by_default;
  std::vector<SequenceOption> options;
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

/// PostgreSQL: `storage external`.
struct ColumnStorage {
  Name method;
  Span span;
  bool operator==(const ColumnStorage&) const = default;
};

/// PostgreSQL: `compression lz4`.
struct Compression {
  Name method;
  Span span;
  bool operator==(const Compression&) const = default;
};

/// PostgreSQL: `statistics 500`; -1 is the server's own target. ClickHouse: `statistics (minmax, tdigest)`.
struct Statistics {
  Integer target;
  Span span;
  std::vector<Argument> kinds{};  ///< else the target counts
  bool operator==(const Statistics&) const = default;
};

/// ClickHouse: `materialized (…)`.
struct Materialized {
  Sql expression;
  Span span;
  bool operator==(const Materialized&) const = default;
};

/// ClickHouse: `alias (…)`.
struct Alias {
  Sql expression;
  Span span;
  bool operator==(const Alias&) const = default;
};

/// ClickHouse: `ephemeral` or `ephemeral (…)`.
struct Ephemeral {
  std::optional<Sql> expression;
  Span span;
  bool operator==(const Ephemeral&) const = default;
};

/// MySQL: `on update (current_timestamp)`.
struct OnUpdateValue {
  Sql expression;
  Span span;
  bool operator==(const OnUpdateValue&) const = default;
};

using ColumnOption = std::variant<NotNull, Nullable, Default, ColumnPrimaryKey, ColumnUnique, ColumnReferences, Check,
                                  Generated, Identity, Collate, Comment, Codec, Ttl, ColumnStorage, Compression,
                                  Statistics, Materialized, Alias, Ephemeral, OnUpdateValue>;

struct Column {
  Name name;
  Type type;
  std::vector<ColumnOption> options;  ///< as written; which ones exclude each other is the checker's to say
  Span span;
  bool operator==(const Column&) const = default;
};

}  // namespace dmc::ast
