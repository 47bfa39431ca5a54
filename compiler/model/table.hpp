// A table of the checked model: what it is, not how it was written.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/model/origin.hpp"
#include "compiler/model/sql_text.hpp"
#include "compiler/plan/canonical.hpp"

namespace dmc::model {

enum class Identity { always, by_default, serial };

struct Generated {
  Sql expression;
  bool stored = false;
  static void fields(auto& self, auto&& visit) {
    visit("expression", self.expression);
    visit("stored", self.stored);
  }
  bool operator==(const Generated&) const = default;
};

/// Of a column that goes on beside another one under its old name or with its old type (`keeping both`): the two are
/// kept equal, whichever is written. No part of the state, because no inspection shows it.
struct KeptEqual {
  std::string id;            ///< what the names are derived from of what is made for it
  std::string with;          ///< the other column of the table
  std::optional<Sql> value;  ///< of this column, over the other one; none: the same
  std::optional<Sql> back;   ///< of the other column, over this one
  bool lossy = false;        ///< `value` may be another one than what this column held before
  static void fields(auto& self, auto&& visit) {
    visit("id", self.id);
    visit("with", self.with);
    visit("value", self.value);
    visit("back", self.back);
    visit("lossy", self.lossy);
  }
  bool operator==(const KeptEqual&) const = default;
};

struct Column {
  std::string name;
  std::string type;  ///< native, in the dialect's canonical spelling; may be empty on SQLite
  bool not_null = false;
  std::optional<Sql> default_value;
  std::optional<Generated> generated;
  std::optional<Identity> identity;
  std::optional<std::string> collation;
  std::optional<std::string> comment;
  std::optional<std::string> not_null_conflict;  ///< SQLite: on conflict rollback|abort|fail|ignore|replace
  Origin origin;
  std::string identity_options{};            ///< "start 10 increment 5": those that are not the engine's own
  std::optional<std::string> storage{};      ///< PostgreSQL: external, main, …; none: the type's own
  std::optional<std::string> compression{};  ///< PostgreSQL: pglz, lz4; none: the server's own
  std::optional<std::int64_t> statistics{};  ///< PostgreSQL: the target; none: the server's own
  bool not_null_unproven = false;            ///< read from a server: rows may still break it
  std::optional<KeptEqual> kept{};
  std::string codec{};             ///< ClickHouse: "Delta(8), ZSTD(1)"; empty: the server's own
  std::optional<Sql> ttl{};        ///< ClickHouse: when its values go
  std::optional<Sql> ephemeral{};  ///< ClickHouse: never stored, read by others' defaults; the text may be empty
  std::string sketches{};          ///< ClickHouse: statistics kept of it, "minmax, tdigest"

  static void fields(auto& self, auto&& visit) {
    visit("name", self.name);
    visit("type", self.type);
    visit("not_null", self.not_null);
    visit("default", self.default_value);
    visit("generated", self.generated);
    visit("identity", self.identity);
    visit("collation", self.collation);
    visit("comment", self.comment);
    visit("not_null_conflict", self.not_null_conflict);
    visit(plan::rare("identity_options"), self.identity_options);
    visit(plan::rare("storage"), self.storage);
    visit(plan::rare("compression"), self.compression);
    visit(plan::rare("statistics"), self.statistics);
    visit(plan::rare("not_null_unproven"), self.not_null_unproven);
    visit(plan::rare("kept"), self.kept);
    visit(plan::rare("codec"), self.codec);
    visit(plan::rare("ttl"), self.ttl);
    visit(plan::rare("ephemeral"), self.ephemeral);
    visit(plan::rare("sketches"), self.sketches);
  }
  bool operator==(const Column&) const = default;
};

/// A column of a key or an index, or an expression (exactly one of the two is set).
struct Element {
  std::optional<std::string> column;
  std::optional<Sql> expression;
  std::optional<std::string> collation;
  std::optional<std::string> operator_class;
  bool descending = false;
  std::optional<bool> nulls_first;
  std::string class_arguments{};  ///< of the operator class, as the engine prints them: "siglen=32"
  std::string with_operator{};    ///< of an exclusion: "&&"
  static void fields(auto& self, auto&& visit) {
    visit("column", self.column);
    visit("expression", self.expression);
    visit("collation", self.collation);
    visit("operator_class", self.operator_class);
    visit("descending", self.descending);
    visit("nulls_first", self.nulls_first);
    visit(plan::rare("class_arguments"), self.class_arguments);
    visit(plan::rare("with_operator"), self.with_operator);
  }
  bool operator==(const Element&) const = default;
};

/// Constraints always have a name in the model. One that its author left unnamed gets a name that follows from what it
/// is
/// (`derived_name`), so that inspection and source agree on it; DDL names only those whose name differs from the
/// derived one.
struct Key {  ///< primary key or unique
  std::string name;
  std::vector<Element> elements;
  std::optional<std::string> conflict;
  Origin origin;
  std::vector<std::string> include{};
  bool nulls_not_distinct = false;
  bool deferrable = false;
  bool initially_deferred = false;
  static void fields(auto& self, auto&& visit) {
    visit("name", self.name);
    visit("elements", self.elements);
    visit("conflict", self.conflict);
    visit(plan::rare("include"), self.include);
    visit(plan::rare("nulls_not_distinct"), self.nulls_not_distinct);
    visit(plan::rare("deferrable"), self.deferrable);
    visit(plan::rare("initially_deferred"), self.initially_deferred);
  }
  bool operator==(const Key&) const = default;
};

struct Check {
  std::string name;
  Sql expression;
  Origin origin;
  bool no_inherit = false;
  bool unproven = false;  ///< read from a server: NOT VALID, rows may still break it
  bool assumed = false;   ///< ClickHouse: never asked of rows, believed by the optimizer
  static void fields(auto& self, auto&& visit) {
    visit("name", self.name);
    visit("expression", self.expression);
    visit(plan::rare("no_inherit"), self.no_inherit);
    visit(plan::rare("unproven"), self.unproven);
    visit(plan::rare("assumed"), self.assumed);
  }
  bool operator==(const Check&) const = default;
};

struct ForeignKey {
  std::string name;
  std::vector<std::string> columns;
  std::string table;                    ///< path of the referenced table
  std::vector<std::string> referenced;  ///< empty: its primary key
  std::string on_delete = "no action";  ///< no action | restrict | cascade | set null | set default
  std::string on_update = "no action";
  bool deferrable = false;
  bool initially_deferred = false;
  Origin origin;
  std::string match{};                     ///< "full"; empty: simple
  std::vector<std::string> set_columns{};  ///< of `on delete set null (…)`; empty: all
  bool unproven = false;                   ///< read from a server: NOT VALID, rows may still break it
  static void fields(auto& self, auto&& visit) {
    visit("name", self.name);
    visit("columns", self.columns);
    visit("table", self.table);
    visit("referenced", self.referenced);
    visit("on_delete", self.on_delete);
    visit("on_update", self.on_update);
    visit("deferrable", self.deferrable);
    visit("initially_deferred", self.initially_deferred);
    visit(plan::rare("match"), self.match);
    visit(plan::rare("set_columns"), self.set_columns);
    visit(plan::rare("unproven"), self.unproven);
  }
  bool operator==(const ForeignKey&) const = default;
};

/// PostgreSQL: no two rows for which every operator holds.
struct Exclusion {
  std::string name;
  std::string method;             ///< empty: the engine's own
  std::vector<Element> elements;  ///< each with its operator
  std::vector<std::string> include;
  std::optional<Sql> where;
  bool deferrable = false;
  bool initially_deferred = false;
  Origin origin;
  static void fields(auto& self, auto&& visit) {
    visit("name", self.name);
    visit("method", self.method);
    visit("elements", self.elements);
    visit("include", self.include);
    visit("where", self.where);
    visit("deferrable", self.deferrable);
    visit("initially_deferred", self.initially_deferred);
  }
  bool operator==(const Exclusion&) const = default;
};

/// `settings NAME = value` and engine-specific table options ("strict", "without rowid"; value "true").
struct Setting {
  std::string name;
  std::string value;
  static void fields(auto& self, auto&& visit) {
    visit("name", self.name);
    visit("value", self.value);
  }
  bool operator==(const Setting&) const = default;
};

struct Index {
  std::string name;
  bool unique = false;
  std::optional<std::string> method;
  std::vector<Element> elements;
  std::vector<std::string> include;
  std::optional<Sql> where;
  std::optional<std::string> comment;
  Origin origin;
  bool nulls_not_distinct = false;
  std::vector<Setting> settings{};            ///< by name
  bool unusable = false;                      ///< read from a server: not valid or not ready
  std::optional<std::int64_t> granularity{};  ///< ClickHouse: granules that one entry of a skip index is about
  static void fields(auto& self, auto&& visit) {
    visit("name", self.name);
    visit("unique", self.unique);
    visit("method", self.method);
    visit("elements", self.elements);
    visit("include", self.include);
    visit("where", self.where);
    visit("comment", self.comment);
    visit(plan::rare("nulls_not_distinct"), self.nulls_not_distinct);
    visit(plan::rare("settings"), self.settings);
    visit(plan::rare("unusable"), self.unusable);
    visit(plan::rare("granularity"), self.granularity);
  }
  bool operator==(const Index&) const = default;
};

struct Partition;

/// `partition by range (at)`, and the partitions there are.
struct Partitioning {
  std::string method;  ///< range | list | hash
  Sql by;
  std::vector<Partition> partitions;
  static void fields(auto& self, auto&& visit) {
    visit("method", self.method);
    visit("by", self.by);
    visit("partitions", self.partitions);
  }
  bool operator==(const Partitioning& other) const;
};

struct Partition {
  std::string schema;
  std::string name;
  Sql bounds;                    ///< "from ('2026-01-01') to ('2027-01-01')", "in (1, 2)", "default"
  std::vector<Partitioning> by;  ///< at most one: it is partitioned itself
  static void fields(auto& self, auto&& visit) {
    visit("schema", self.schema);
    visit("name", self.name);
    visit("bounds", self.bounds);
    visit("by", self.by);
  }
  bool operator==(const Partition&) const = default;
  std::string path() const { return schema.empty() ? name : schema + "." + name; }
};

inline bool Partitioning::operator==(const Partitioning& other) const = default;

/// ClickHouse: which engine keeps the rows, and in which order. A clause that is not there is empty.
struct Storage {
  std::string engine;  ///< canonical: "ReplicatedMergeTree('/clickhouse/hits', '{replica}')"
  Sql order_by{};      ///< expressions in a list, without the parentheses: "tenant, toDate(ts)"
  Sql partition_by{};
  Sql primary_key{};  ///< empty: the sorting key
  Sql sample_by{};
  Sql ttl{};
  static void fields(auto& self, auto&& visit) {
    visit("engine", self.engine);
    visit(plan::rare("order_by"), self.order_by);
    visit(plan::rare("partition_by"), self.partition_by);
    visit(plan::rare("primary_key"), self.primary_key);
    visit(plan::rare("sample_by"), self.sample_by);
    visit(plan::rare("ttl"), self.ttl);
  }
  bool operator==(const Storage&) const = default;
};

/// ClickHouse: the table's rows once more, in another order or added up.
struct Projection {
  std::string name;
  Sql query;
  Origin origin;
  static void fields(auto& self, auto&& visit) {
    visit("name", self.name);
    visit("query", self.query);
  }
  bool operator==(const Projection&) const = default;
};

struct Table {
  std::string schema;  ///< empty: the engine's default namespace
  std::string name;
  std::vector<Column> columns;  ///< in the order of creation; the order is no part of the state
  std::optional<Key> primary_key;
  std::vector<Key> uniques;  ///< this and the following: by name
  std::vector<Check> checks;
  std::vector<ForeignKey> foreign_keys;
  std::vector<Index> indexes;
  std::vector<Setting> settings;
  std::optional<std::string> comment;
  Origin origin;
  std::vector<Exclusion> exclusions{};        ///< by name
  std::optional<Partitioning> partitioned{};  ///< with its partitions, by path
  std::optional<Storage> storage{};           ///< where the engine has several ways to keep a table
  std::vector<Projection> projections{};      ///< by name
  std::string cluster{};                      ///< ClickHouse's own cluster or macro that it lies on; empty: one server

  static void fields(auto& self, auto&& visit) {
    visit("schema", self.schema);
    visit("name", self.name);
    visit("columns", self.columns);
    visit("primary_key", self.primary_key);
    visit("uniques", self.uniques);
    visit("checks", self.checks);
    visit("foreign_keys", self.foreign_keys);
    visit("indexes", self.indexes);
    visit("settings", self.settings);
    visit("comment", self.comment);
    visit(plan::rare("exclusions"), self.exclusions);
    visit(plan::rare("partitioned"), self.partitioned);
    visit(plan::rare("storage"), self.storage);
    visit(plan::rare("projections"), self.projections);
    visit(plan::rare("cluster"), self.cluster);
  }
  bool operator==(const Table&) const = default;

  std::string path() const { return schema.empty() ? name : schema + "." + name; }
  const Column* column(std::string_view wanted) const {
    for (const auto& candidate : columns)
      if (candidate.name == wanted) return &candidate;
    return nullptr;
  }
  bool has_setting(std::string_view wanted) const {
    for (const auto& setting : settings)
      if (setting.name == wanted) return true;
    return false;
  }
};

}  // namespace dmc::model

namespace dmc::plan {
template <>
struct EnumNames<model::Identity> {
  static constexpr std::array values{std::pair{model::Identity::always, std::string_view{"always"}},
                                     std::pair{model::Identity::by_default, std::string_view{"by default"}},
                                     std::pair{model::Identity::serial, std::string_view{"serial"}}};
};
}  // namespace dmc::plan
