// What a database holds besides tables, and the database block itself.
#pragma once

#include "compiler/ast/flow.hpp"
#include "compiler/ast/routine.hpp"
#include "compiler/ast/table.hpp"

namespace dmc::ast {

enum class CheckOption : std::uint8_t { unstated, unspecified, local, cascaded };

struct View {
  Path name;
  std::vector<Name> columns;  ///< written after the name; mostly none
  std::vector<Setting> settings;
  Sql query;
  CheckOption check_option = CheckOption::unstated;  ///< `unspecified`: written without `local` or `cascaded`
  std::vector<Path> after;
  std::optional<Comment> comment;
  Span span;
  Span head;
  bool operator==(const View&) const = default;
};

struct MaterializedView {
  Path name;
  std::vector<Name> columns;
  std::optional<Text> on_cluster;
  std::optional<Path> to;  ///< ClickHouse: the table it writes into
  std::optional<TableEngine> engine;
  std::optional<Sql> primary_key;
  std::optional<Sql> order_by;
  std::optional<Sql> partition_by;
  std::optional<Ttl> ttl;
  std::vector<Setting> settings;
  Sql query;
  std::vector<Index> indexes;
  std::vector<Path> after;
  std::optional<Comment> comment;
  Span span;
  Span head;
  bool operator==(const MaterializedView&) const = default;
};

struct Sequence {
  Path name;
  std::optional<Type> type;
  std::vector<SequenceOption> options;
  Span span;
  Span head;
  bool operator==(const Sequence&) const = default;
};

/// Values in the order that the type sorts them by; `'in progress'` is a quoted name here.
struct Enum {
  Path name;
  std::vector<Name> values;
  Span span;
  Span head;
  bool operator==(const Enum&) const = default;
};

struct Domain {
  Path name;
  Type type;
  std::vector<ColumnOption> options;
  Span span;
  Span head;
  bool operator==(const Domain&) const = default;
};

struct Extension {
  Name name;
  std::optional<Text> version;
  std::optional<Name> schema;
  Span span;
  Span head;
  bool operator==(const Extension&) const = default;
};

enum class RowCommand : std::uint8_t { unstated, all, select, insert, update, remove };
enum class RowPolicyKind : std::uint8_t { unstated, permissive, restrictive };

struct RowPolicy {
  Name name;
  Path table;
  RowPolicyKind kind = RowPolicyKind::unstated;
  RowCommand command = RowCommand::unstated;
  std::vector<Name> roles;
  std::optional<Sql> using_expression;
  std::optional<Sql> with_check;
  Span span;
  Span head;
  bool operator==(const RowPolicy&) const = default;
};

/// What a declaration or a statement is about, by the word that names it.
enum class ObjectKind : std::uint8_t {
  table,
  view,
  materialized_view,
  sequence,
  enumeration,
  domain,
  function,
  procedure,
  trigger,
  extension,
  schema,
  row_policy,
  grant,
  object,
  column,
  value,
  index,
  constraint,
  partition,
  projection,
  replica,
  reconcile,
  invariant,
};

/// The word as the author writes it: `materialized view`, `enum`.
std::string_view word(ObjectKind kind);

/// `select`, `update (a, b)`, `all privileges`.
struct Privilege {
  std::string_view words;  ///< one space between them
  std::vector<Name> columns;
  Span span;
  bool operator==(const Privilege&) const = default;
};

struct Grant {
  std::vector<Privilege> privileges;
  std::string_view object_kind;  ///< `schema`, `all tables in schema`; empty: tables
  std::vector<Path> objects;
  std::vector<Name> roles;
  bool with_grant_option = false;
  Span span;
  Span head;
  bool operator==(const Grant&) const = default;
};

/// What the language does not model, declared whole in the engine's own statements.
struct Object {
  Text kind;
  Path name;
  Sql create;
  std::optional<Sql> replace;
  Sql drop;
  std::vector<Path> after;
  Span span;
  Span head;
  bool operator==(const Object&) const = default;
};

struct DatabaseItem;

struct Schema {
  Name name;
  std::vector<DatabaseItem> items;
  Span span;
  Span head;
  bool operator==(const Schema&) const;
};

/// One item of a database or a schema, or one that a pattern `in database` expanded to.
struct DatabaseItem {
  std::variant<Table, View, Boxed<MaterializedView>, Sequence, Enum, Domain, Boxed<Routine>, Boxed<Trigger>, Extension,
               Schema, RowPolicy, Grant, Object, Use, Comment, Settings, Boxed<Replica>, Boxed<Reconcile>, Invariant>
      value;
  bool operator==(const DatabaseItem&) const = default;
};

inline bool Schema::operator==(const Schema&) const = default;

/// The numbers of a server version: `14`, `23.8`, `8.0.36`.
struct EngineVersion {
  std::vector<std::uint32_t> parts;  ///< only those written
  std::string_view text;
  Span span;
  bool operator==(const EngineVersion&) const = default;
};

/// A database block; the same database may be opened in several files.
struct Database {
  Name name;
  std::optional<Name> engine;            ///< none when a block is opened again without it
  std::optional<EngineVersion> version;  ///< the oldest server to support
  std::vector<DatabaseItem> items;
  Span span;
  Span head;
  bool operator==(const Database&) const = default;
};

}  // namespace dmc::ast
