// Rules of the whole database; and the door of the folder's checks.
#include "compiler/dialects/clickhouse/check.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/cluster.hpp"
#include "compiler/dialects/clickhouse/ddl.hpp"
#include "compiler/dialects/clickhouse/known.hpp"
#include "compiler/dialects/clickhouse/normal.hpp"
#include "compiler/dialects/clickhouse/secrets.hpp"
#include "compiler/dialects/clickhouse/text.hpp"
#include "compiler/dialects/clickhouse/types.hpp"

namespace dmc::dialects::clickhouse {

namespace {

using grammar::Diagnostics;
using model::Database;

/// What holds the same values on a server that does not have the type.
void fall_back(Type& type, Version version) {
  if (type.name == "Bool" && version < since(type).version) type.name = "UInt8";
  for (auto& argument : type.arguments) fall_back(argument, version);
}

void fall_back(Database& database) {
  const auto version = version_of(database.oldest_version);
  for (auto& table : database.tables)
    for (auto& column : table.columns) {
      auto type = type_of(column.type);
      if (!type) continue;
      fall_back(*type, version);
      column.type = text_of(*type);
    }
}

/// A table without an engine is one of the MergeTree family, as servers take it.
void fill_in_engines(Database& database) {
  for (auto& table : database.tables) {
    if (!table.storage) table.storage.emplace();
    if (table.storage->engine.empty()) table.storage->engine = "MergeTree";
  }
}

/// What is declared is written into catalogs and plans, and a secret into neither.
void refuse_secrets(const Database& database, Diagnostics& diagnostics) {
  const auto say = [&](const std::string& object, const std::string& name, const model::Origin& origin) {
    diagnostics
        .error("E0961", origin.span, fmt::format("the text of {} '{}' holds a secret", object, name),
               "it would be written into the catalog and the plan")
        .help.push_back(
            "what is there already keeps its own where '[HIDDEN]' stands; what is new is declared whole, and names it: "
            " "
            "object 'table' NAME create (… '${env SECRET}' …) drop (…);");
  };
  for (const auto& table : database.tables) {
    const bool in_settings = std::ranges::any_of(table.settings, [](const auto& setting) {
      return holds_secret(setting.name + " = " + literal_of(setting.value));
    });
    if (in_settings || (table.storage && holds_secret(table.storage->engine))) say("table", table.name, table.origin);
  }
  for (const auto& view : database.views)
    if (holds_secret(view.query.text)) say("view", view.name, view.origin);
  for (const auto& object : database.objects)
    if (holds_secret(object.create.text)) say(object.type, object.name, object.origin);
}

void check_view(const Database& database, const model::View& view, Diagnostics& diagnostics) {
  if (!view.materialized) return;
  if (!view.to.empty() && view.storage) {
    diagnostics.error("E0953", view.origin.span, fmt::format("view '{}' keeps its rows in two places", view.name),
                      "expected either 'to TABLE' or an engine");
    return;
  }
  if (view.to.empty() && (!view.storage || view.storage->engine.empty())) {
    diagnostics
        .error("E0953", view.origin.span, fmt::format("view '{}' does not say where it keeps its rows", view.name),
               "expected 'to TABLE' or an engine")
        .help.push_back(fmt::format("write:  materialized view {} to TABLE as (…);", view.name));
    return;
  }
  if (!view.storage) return;
  model::Table kept;  // the table behind it; its columns are the query's, which is not read here
  kept.name = view.name;
  kept.origin = view.origin;
  kept.storage = view.storage;
  kept.settings = view.settings;
  check_table(database, kept, diagnostics);
}

}  // namespace

grammar::Diagnostic* need(const Database& database, Version version, const std::string& what,
                          const model::Origin& origin, Diagnostics& diagnostics) {
  if (version_of(database.oldest_version) >= version) return nullptr;
  const auto text = fmt::format("{}.{}", version.major, version.minor);
  auto& diagnostic = diagnostics.error(
      "E0951", origin.span, fmt::format("{} ClickHouse {}", what, text),
      fmt::format("database '{}' is declared for ClickHouse {}", database.name, database.oldest_version));
  diagnostic.help.push_back(fmt::format(
      "declare the oldest version that must work:  database {} on clickhouse {} {{ … }}", database.name, text));
  return &diagnostic;
}

void check(Database& desired, Diagnostics& diagnostics) {
  fill_in_engines(desired);
  // Its own name in a text means this database, whatever it is called on a server.
  normalise(desired, desired.name);
  fall_back(desired);
  refuse_secrets(desired, diagnostics);
  for (const auto& table : desired.tables) {
    check_on_cluster(table, diagnostics);
    check_table(desired, table, diagnostics);
  }
  for (const auto& view : desired.views) {
    check_view(desired, view, diagnostics);
    if (view.comment) need(desired, table_comments, "the comment of a view came with", view.origin, diagnostics);
  }
  for (const auto& object : desired.objects)
    if (asks_for_cluster(object.create.text))
      refuse_on_cluster(fmt::format("the text of {} '{}'", object.type, object.name), object.origin.span, diagnostics);
  for (const auto& trigger : desired.triggers)
    diagnostics
        .error("E0956", trigger.origin.span, fmt::format("trigger '{}' cannot be on ClickHouse", trigger.name),
               "ClickHouse has no triggers")
        .help.push_back("a materialized view sees every row that is inserted:  materialized view … to TABLE as (…);");
}

}  // namespace dmc::dialects::clickhouse
