// One logical database of the checked model, as desired state, catalog or live inspection hold it alike.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/model/table.hpp"

namespace dmc::model {

struct View {
  std::string schema;
  std::string name;
  std::vector<std::string> columns;  ///< empty: as the query names them
  Sql query;
  bool materialized = false;
  std::optional<std::string> comment;
  std::vector<std::string> after;  ///< dependencies that cannot be seen in the text
  Origin origin;
  std::string check_option{};        ///< local | cascaded; empty: none
  std::vector<Setting> settings{};   ///< PostgreSQL: security_barrier, …; by name
  std::vector<Index> indexes{};      ///< of a materialized view; by name
  std::string old_name_of{};         ///< path of the table that it keeps the old name of; no part of the state
  std::string to{};                  ///< ClickHouse: path of the table that a materialized view writes into
  std::optional<Storage> storage{};  ///< of a materialized view that keeps its rows itself, on ClickHouse
  std::string cluster{};             ///< as of a table
  static void fields(auto& self, auto&& visit) {
    visit("schema", self.schema);
    visit("name", self.name);
    visit("columns", self.columns);
    visit("query", self.query);
    visit("materialized", self.materialized);
    visit("comment", self.comment);
    visit("after", self.after);
    visit(plan::rare("check_option"), self.check_option);
    visit(plan::rare("settings"), self.settings);
    visit(plan::rare("indexes"), self.indexes);
    visit(plan::rare("old_name_of"), self.old_name_of);
    visit(plan::rare("to"), self.to);
    visit(plan::rare("storage"), self.storage);
    visit(plan::rare("cluster"), self.cluster);
  }
  bool operator==(const View&) const = default;
  std::string path() const { return schema.empty() ? name : schema + "." + name; }
};

struct Trigger {
  std::string schema;
  std::string name;
  std::string table;                    ///< path of the table or view
  std::string timing;                   ///< before | after | instead of
  std::vector<std::string> events;      ///< insert, update, delete; in this order
  std::vector<std::string> of_columns;  ///< of `update of`
  bool for_each_row = true;
  std::optional<Sql> when;
  std::optional<Sql> body;             ///< `as $$ … $$`
  std::optional<std::string> execute;  ///< `execute touch()`: the call
  std::vector<std::string> after;
  Origin origin;
  bool of_table = false;                   ///< its name means something only together with its table's (PostgreSQL)
  std::vector<std::string> transitions{};  ///< "old table as gone"
  bool deferrable = false;                 ///< a constraint trigger
  bool initially_deferred = false;
  bool constraint = false;
  std::string enabled{};  ///< disabled | replica | always; empty: as usual
  static void fields(auto& self, auto&& visit) {
    visit("schema", self.schema);
    visit("name", self.name);
    visit("table", self.table);
    visit("timing", self.timing);
    visit("events", self.events);
    visit("of_columns", self.of_columns);
    visit("for_each_row", self.for_each_row);
    visit("when", self.when);
    visit("body", self.body);
    visit("execute", self.execute);
    visit("after", self.after);
    visit(plan::rare("of_table"), self.of_table);
    visit(plan::rare("transitions"), self.transitions);
    visit(plan::rare("deferrable"), self.deferrable);
    visit(plan::rare("initially_deferred"), self.initially_deferred);
    visit(plan::rare("constraint"), self.constraint);
    visit(plan::rare("enabled"), self.enabled);
  }
  bool operator==(const Trigger&) const = default;
  /// "touch"; "users.touch" where the name is the table's own.
  std::string path() const { return of_table ? table + "." + name : schema.empty() ? name : schema + "." + name; }
};

/// What is kept as the engine's own statements: a function, an enum, a grant …, or what the language does not model,
/// declared whole, verified to exist, never half-understood. A dialect that knows the type brings `create` into one
/// form, from the source and from the server alike, so that the two compare.
struct Object {
  std::string type;  ///< 'statistics', 'function', 'enum'
  std::string name;  ///< "users_stats"; of a type that the language has a word for, with it: "function touch(integer)"
  Sql create;
  std::optional<Sql> replace;
  Sql drop;
  std::vector<std::string> after;
  Origin origin;
  static void fields(auto& self, auto&& visit) {
    visit("type", self.type);
    visit("name", self.name);
    visit("create", self.create);
    visit("replace", self.replace);
    visit("drop", self.drop);
    visit("after", self.after);
  }
  bool operator==(const Object&) const = default;
  std::string path() const { return name; }
  /// Of a type that the language has a word for.
  bool has_type_in_name() const { return name.find(' ') != std::string::npos; }
  /// As plans, ledger and reports call it: "object users_stats", "function touch(integer)".
  std::string label() const { return label_of(name); }
  /// The name by which other texts mean it: "touch" of "function audit.touch(integer)"; empty for what none can name.
  std::string provides() const;
  /// What it goes with, in the words of plans ("table users", "function touch()"): a comment, a grant or a policy is
  /// nothing without it. Several where the name leaves the kind open; empty for what stands by itself.
  std::vector<std::string> lives_on() const;
  static std::string label_of(const std::string& name) {
    return name.find(' ') == std::string::npos ? "object " + name : name;
  }
};

struct Database {
  std::string name;
  std::string engine;
  std::string oldest_version;  ///< the oldest server to support; chooses recipes, is no part of the state
  std::vector<Table> tables;   ///< this and the following: by path
  std::vector<View> views;
  std::vector<Trigger> triggers;
  std::vector<Object> objects;
  Origin origin;

  static void fields(auto& self, auto&& visit) {
    visit("name", self.name);
    visit("engine", self.engine);
    visit("oldest_version", self.oldest_version);
    visit("tables", self.tables);
    visit("views", self.views);
    visit("triggers", self.triggers);
    visit("objects", self.objects);
  }
  bool operator==(const Database&) const = default;

  const Table* table(std::string_view path) const;
  Table* table(std::string_view path);
  const View* view(std::string_view path) const;
  const Trigger* trigger(std::string_view path) const;
  const Object* object(std::string_view path) const;
  /// By what plans and reports call it (`Object::label`).
  const Object* object_called(std::string_view label) const;
  /// Puts everything into the order that the members promise.
  void sort();
};

/// An object's kind and path as plans, ledger and reports write it ("table users", "view paid_orders", "trigger t",
/// "object o"), with the digest of its state: its model with SQL normalised, columns by name; origin, comments in SQL
/// and `after` left out.
struct ObjectState {
  std::string object;
  std::string state;
  bool operator==(const ObjectState&) const = default;
};

/// Version of the model that the digests are taken over; a change of it changes every hash and is said as such.
inline constexpr int catalog_schema_version = 1;

std::string state_of(const Table& table);
std::string state_of(const View& view);
std::string state_of(const Trigger& trigger);
std::string state_of(const Object& object);

/// Every object of the database with its state, by name.
std::vector<ObjectState> states_of(const Database& database);

/// The database's history-free hash: over engine, schema version and the object states (runtime.md §1.11). Two
/// databases with the same content are equal, whatever their past; name and oldest version do not count.
std::string state_hash(std::string_view engine, const std::vector<ObjectState>& states);
std::string state_hash(const Database& database);

/// Fills in the names of unnamed constraints (empty name) from what they are: `t_pkey`, `t_a_b_key`, `t_a_fkey`,
/// `t_check`; where two unnamed ones would be called alike (or one like a named one), six digits of their digest
/// follow. Independent of order.
void name_constraints(Table& table);
/// Takes away the names that follow from what the constraint is, so that `name_constraints` gives them anew: after a
/// rename of the table or of a column, for engines that hold no such names.
void clear_derived_names(Table& table);
/// The name that an unnamed constraint would get; to decide whether DDL must name it.
std::string derived_name(const Table& table, const Key& key, bool primary);
std::string derived_name(const Table& table, const Check& check);
std::string derived_name(const Table& table, const ForeignKey& key);
std::string derived_name(const Table& table, const Exclusion& exclusion);

}  // namespace dmc::model
