// A table: its columns, constraints, indexes and the clauses of its engine.
#pragma once

#include "compiler/ast/column.hpp"
#include "compiler/ast/pattern.hpp"

namespace dmc::ast {

struct Projection {
  Name name;
  Sql query;
  Span span;
  bool operator==(const Projection&) const = default;
};

/// `engine = ReplicatedMergeTree(…)`.
struct TableEngine {
  Engine engine;
  Span span;
  bool operator==(const TableEngine&) const = default;
};

struct Settings {
  std::vector<Setting> settings;
  Span span;
  bool operator==(const Settings&) const = default;
};

/// `with (…)`: storage parameters in the engine's own words.
struct WithParameters {
  Sql parameters;
  Span span;
  bool operator==(const WithParameters&) const = default;
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

struct WithoutRowid {
  Span span;
  bool operator==(const WithoutRowid&) const = default;
};

struct Strict {
  Span span;
  bool operator==(const Strict&) const = default;
};

enum class PartitionMethod : std::uint8_t { unstated, range, list, hash };

struct Partition;

/// `partition by range (at) { … }`; ClickHouse has neither a method nor partitions of its own.
struct PartitionBy {
  PartitionMethod method = PartitionMethod::unstated;
  Sql expressions;
  std::vector<Partition> partitions;
  Span span;
  bool operator==(const PartitionBy&) const;
};

/// `log_2026 (from ('2026-01-01') to ('2027-01-01'))`, itself partitioned perhaps: at most one entry in `by`.
struct Partition {
  Path name;
  Sql bounds;
  std::vector<PartitionBy> by;
  Span span;
  bool operator==(const Partition&) const = default;
};

inline bool PartitionBy::operator==(const PartitionBy&) const = default;

using TableClause =
    std::variant<PrimaryKey, Unique, Boxed<ForeignKey>, Check, Boxed<Exclude>, Boxed<Index>, Projection, Comment,
                 TableEngine, Settings, WithParameters, PartitionBy, OrderBy, SampleBy, Ttl, WithoutRowid, Strict>;

/// A use between the columns: what it brings stands before the column number `position`, counted from 0.
struct TableUse {
  Use use;
  std::uint32_t position = 0;
  bool operator==(const TableUse&) const = default;
};

/// What stands between the braces of a table, or what a pattern `in table` expanded to.
struct TableBody {
  std::vector<Column> columns;
  std::vector<TableClause> clauses;
  std::vector<TableUse> uses;
  bool operator==(const TableBody&) const = default;
};

struct Table {
  Path name;
  std::optional<Text> on_cluster;  ///< ClickHouse's own cluster or macro
  TableBody body;
  Span span;  ///< the whole item
  Span head;  ///< `table users`, for carets
  bool operator==(const Table&) const = default;
};

}  // namespace dmc::ast
