// A rule looks at one statement where it stands. Internal to this folder.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/postgres/lint/effects.hpp"
#include "compiler/dialects/postgres/lint/ground.hpp"

namespace dmc::dialects::postgres::lint {

/// One statement, and what came before it. `ground` is as the statement finds it.
struct Place {
  const Node& statement;
  std::string_view words;  ///< its text
  const Ground& ground;
  Effect effect;
  std::size_t transaction = 1;
  bool in_transaction = true;       ///< its script is one transaction
  bool several = false;             ///< its script has other statements
  const std::vector<Effect>& held;  ///< what earlier statements of the transaction took on tables that were there
  const std::vector<std::string>& altered;  ///< the tables that earlier statements of the transaction altered
  bool lock_timeout = false;                ///< one is in force
  bool short_lock_timeout = false;          ///< … that the scripts set themselves
  bool statement_timeout = false;
  bool begun = false;  ///< an explicit BEGIN is open
  std::string_view oldest_version;

  /// Whether the table was there before this transaction; of one that is not known it is believed.
  bool existing(std::string_view path) const {
    const auto* table = ground.table(path);
    return !table || table->created_in != transaction;
  }
  std::string relation() const {
    const auto* range = statement.child("relation");
    return range ? path_of(*range) : std::string();
  }
  const Table* table() const { return ground.table(relation()); }
};

/// What a rule has found: on which object, and why.
using Report = std::function<void(std::string object, std::string evidence)>;

struct Rule {
  std::string_view hazard;
  void (*look)(const Place& place, const Report& report);
};

std::span<const Rule> lock_rules();
std::span<const Rule> work_rules();    ///< rewrite, data
std::span<const Rule> compat_rules();  ///< compat, tx
std::span<const Rule> design_rules();  ///< type, name, pk, perf

/// Hazards that only the end of everything shows: a key without an index. `report` takes the hazard first.
void look_at_end(const Ground& ground,
                 const std::function<void(std::string_view hazard, std::string object, std::string evidence)>& report);

/// Each command of that kind of an ALTER TABLE.
template <class Look>
void each_command(const Place& place, std::string_view kind, const Look& look) {
  if (!place.statement.is("AlterTableStmt")) return;
  for (const Node& command : place.statement.list("cmds"))
    if (command.text("subtype") == kind) look(command);
}
/// Each constraint of that kind that an ALTER TABLE adds: "CONSTR_CHECK".
template <class Look>
void each_added(const Place& place, std::string_view kind, const Look& look) {
  each_command(place, "AT_AddConstraint", [&](const Node& command) {
    const auto* definition = command.child("def");
    if (definition && definition->text("contype") == kind) look(*definition);
  });
}
/// Each column that the statement brings, to a table that exists or a new one.
template <class Look>
void each_new_column(const Place& place, const Look& look) {
  if (place.statement.is("CreateStmt"))
    for (const Node& element : place.statement.list("table_elts"))
      if (element.is("ColumnDef")) look(element);
  each_command(place, "AT_AddColumn", [&](const Node& command) {
    if (const auto* definition = command.child("def")) look(*definition);
  });
}

inline std::string member(std::string_view table, std::string_view name) {
  return std::string(table).append(".").append(name);
}
/// The constraint's name, or what it is.
inline std::string named(std::string_view table, const Node& constraint) {
  const auto name = constraint.text("conname");
  return name.empty() ? std::string(table) : member(table, name);
}
/// The first object of a DROP.
template <class Look>
void each_dropped(const Place& place, std::string_view kind, const Look& look) {
  if (!place.statement.is("DropStmt") || place.statement.text("remove_type") != kind) return;
  for (const Node& object : place.statement.list("objects"))
    look(object.is("String") ? std::string(sql::name_of(object))
                             : path_of(object.list(object.is("TypeName") ? "names" : "items")));
}

}  // namespace dmc::dialects::postgres::lint
