// Rules of the whole database: names, comments, the declared version; and the door of the folder's checks.
#include "compiler/dialects/sqlite/check.hpp"

#include <map>
#include <string>

#include "compiler/dialects/sqlite/names.hpp"
#include "compiler/dialects/sqlite/normal.hpp"
#include "compiler/dialects/sqlite/tokens.hpp"
#include "compiler/dialects/sqlite/version.hpp"

namespace dmc::dialects::sqlite {

namespace {

using grammar::Diagnostics;
using model::Database;

void check_name(std::string_view kind, const std::string& name, const model::Origin& origin, Diagnostics& diagnostics) {
  const bool engine = folded(name).starts_with("sqlite_");
  if (!engine && !is_own_name(name)) return;
  diagnostics.error("E0401", origin.span, std::string(kind) + " '" + name + "' has a name that is not free",
                    engine ? "SQLite keeps names that begin with 'sqlite_' for itself"
                           : "names that begin with '_dmc_' are for what dmc makes itself");
}

/// Tables, views and indexes share one set of names; triggers have their own.
void check_names(const Database& database, Diagnostics& diagnostics) {
  struct Taken {
    std::string kind;
    model::Origin origin;
  };
  std::map<std::string, Taken> taken;
  const auto take = [&](const std::string& kind, const std::string& name, const model::Origin& origin) {
    check_name(kind, name, origin, diagnostics);
    const auto [other, is_new] = taken.emplace(folded(name), Taken{kind, origin});
    if (is_new) return;
    auto& diagnostic = diagnostics.error("E0402", origin.span, "there are two things named '" + name + "'",
                                         "tables, views and indexes of a SQLite database share their names");
    if (other->second.origin.span)
      diagnostic.notes.push_back({*other->second.origin.span, "the other one, " + other->second.kind});
  };
  for (const auto& table : database.tables) take("table", table.name, table.origin);
  for (const auto& view : database.views) take("view", view.name, view.origin);
  for (const auto& table : database.tables)
    for (const auto& index : table.indexes) take("index", index.name, index.origin);
  for (const auto& trigger : database.triggers) check_name("trigger", trigger.name, trigger.origin, diagnostics);
  for (const auto& table : database.tables)
    for (const auto& column : table.columns)
      if (is_own_name(column.name)) check_name("column", column.name, column.origin, diagnostics);
}

void need(const Database& database, Version version, const std::string& what, const std::string& number,
          const model::Origin& origin, Diagnostics& diagnostics) {
  if (version_of(database.oldest_version) >= version) return;
  diagnostics
      .error("E0403", origin.span, what + " need SQLite " + number,
             "database '" + database.name + "' is declared for SQLite " + database.oldest_version)
      .help.push_back("declare the oldest version that must work:  database " + database.name + " on sqlite " + number +
                      " { … }");
}

void check_version(const Database& database, Diagnostics& diagnostics) {
  for (const auto& table : database.tables) {
    if (is_strict(table)) need(database, strict_tables, "strict tables", "3.37", table.origin, diagnostics);
    for (const auto& column : table.columns)
      if (column.generated) need(database, generated_columns, "generated columns", "3.31", column.origin, diagnostics);
  }
}

/// The first thing that has a comment; SQLite has no place for any, so they are taken out of the model.
template <class T>
void take_comment(T& object, std::optional<grammar::Span>& where, bool& found) {
  if (!object.comment) return;
  if (!found) where = object.origin.span;
  found = true;
  object.comment.reset();
}

void take_comments(Database& database, Diagnostics& diagnostics) {
  std::optional<grammar::Span> where;
  bool found = false;
  for (auto& table : database.tables) {
    take_comment(table, where, found);
    for (auto& column : table.columns) take_comment(column, where, found);
    for (auto& index : table.indexes) take_comment(index, where, found);
  }
  for (auto& view : database.views) take_comment(view, where, found);
  if (!found) return;
  diagnostics
      .warning("E0404", where,
               "SQLite has no place for comments: those of database '" + database.name + "' stay in the source",
               "kept here and nowhere else")
      .help.push_back("a comment of the source says the same:  -- …");
}

}  // namespace

void check(Database& desired, Diagnostics& diagnostics) {
  take_comments(desired, diagnostics);
  normalise(desired);
  check_names(desired, diagnostics);
  check_version(desired, diagnostics);
  for (const auto& table : desired.tables) check_table(desired, table, diagnostics);
  check_objects(desired, diagnostics);
}

}  // namespace dmc::dialects::sqlite
