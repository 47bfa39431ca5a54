// What a database holds besides tables, and the database block itself.
#pragma once

#include "compiler/ast/table.hpp"

namespace dmc::ast {

struct View {
  Path name;
  std::vector<Name> columns;  ///< written after the name; mostly none
  Sql query;
  std::vector<Setting> settings;
  std::vector<Path> after;
  std::optional<Comment> comment;
  Span span;
  Span head;
  bool operator==(const View&) const = default;
};

struct MaterializedView {
  Path name;
  std::optional<Text> on_cluster;
  std::optional<Path> to;  ///< ClickHouse: the table it writes into
  std::optional<Engine> engine;
  Sql query;
  std::vector<Setting> settings;
  std::vector<Path> after;
  std::optional<Comment> comment;
  Span span;
  Span head;
  bool operator==(const MaterializedView&) const = default;
};

struct Sequence {
  Path name;
  std::optional<Type> type;
  std::optional<Sql> options;  ///< `(start 100 increment 2 cycle)`
  std::optional<Path> owned_by;
  std::optional<Comment> comment;
  Span span;
  Span head;
  bool operator==(const Sequence&) const = default;
};

/// Values in the order that the type sorts them by.
struct Enum {
  Path name;
  std::vector<Name> values;
  std::optional<Comment> comment;
  Span span;
  Span head;
  bool operator==(const Enum&) const = default;
};

struct Domain {
  Path name;
  Type type;
  std::vector<ColumnOption> options;  ///< not null, default, check, collate, comment
  Span span;
  Span head;
  bool operator==(const Domain&) const = default;
};

enum class RoutineKind : std::uint8_t { function, procedure };

/// A function or a procedure. Parameters and attributes are the engine's words; the body is never compared by meaning.
struct Routine {
  RoutineKind kind = RoutineKind::function;
  Path name;
  std::vector<Argument> parameters;  ///< as written: `inout total numeric default 0`
  Sql parameter_text;
  std::optional<Argument> returns;  ///< `trigger`, `setof users`, `table (id bigint)`
  std::optional<Name> language;
  std::vector<Argument> attributes;  ///< `immutable`, `security definer`, `set search_path = public`
  Sql body;
  std::vector<Path> after;
  std::optional<Comment> comment;
  Span span;
  Span head;
  bool operator==(const Routine&) const = default;
};

enum class TriggerTiming : std::uint8_t { before, after, instead_of };
enum class TriggerEventKind : std::uint8_t { insert, update, delete_, truncate };
enum class TriggerLevel : std::uint8_t { unstated, row, statement };

struct TriggerEvent {
  TriggerEventKind kind = TriggerEventKind::insert;
  std::vector<Name> columns;  ///< `update of a, b`
  Span span;
  bool operator==(const TriggerEvent&) const = default;
};

/// `execute touch('a')`.
struct TriggerCall {
  Path function;
  Sql arguments;
  bool operator==(const TriggerCall&) const = default;
};

struct Trigger {
  Path name;
  TriggerTiming timing = TriggerTiming::before;
  std::vector<TriggerEvent> events;
  Path table;
  TriggerLevel level = TriggerLevel::unstated;
  std::optional<Argument> referencing;  ///< `old table as gone new table as come`
  std::optional<Sql> when;
  std::variant<TriggerCall, Sql> action;  ///< a call, or the statements themselves (`as $$ … $$`)
  bool constraint = false;
  Deferral deferral = Deferral::unstated;
  std::vector<Path> after;
  std::optional<Comment> comment;
  Span span;
  Span head;
  bool operator==(const Trigger&) const = default;
};

struct Extension {
  Name name;
  std::optional<Name> schema;
  std::optional<Text> version;
  Span span;
  Span head;
  bool operator==(const Extension&) const = default;
};

enum class RowCommand : std::uint8_t { all, select, insert, update, delete_ };

struct RowPolicy {
  Name name;
  Path table;
  RowCommand command = RowCommand::all;
  bool restrictive = false;
  std::vector<Name> roles;
  std::optional<Sql> using_;
  std::optional<Sql> with_check;
  std::optional<Comment> comment;
  Span span;
  Span head;
  bool operator==(const RowPolicy&) const = default;
};

/// `select`, `update (a, b)`, `all`.
struct Privilege {
  std::string_view words;
  std::vector<Name> columns;
  Span span;
  bool operator==(const Privilege&) const = default;
};

struct Grant {
  std::vector<Privilege> privileges;
  std::optional<Name> object_kind;  ///< `on schema audit`: the word; none: a table
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
  std::optional<Comment> comment;
  Span span;
  Span head;
  bool operator==(const Schema&) const;
};

struct DatabaseItem {
  std::variant<Table, View, MaterializedView, Sequence, Enum, Domain, Routine, Trigger, Extension, Schema, RowPolicy,
               Grant, Object, Use, Comment, Settings>
      value;
  bool operator==(const DatabaseItem&) const = default;
};

inline bool Schema::operator==(const Schema&) const = default;

/// The numbers of a server version: `14`, `23.8`, `8.0.36`; parts not written are absent.
struct EngineVersion {
  std::vector<std::uint32_t> parts;
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
