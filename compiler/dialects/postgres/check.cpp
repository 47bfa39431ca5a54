// Rules of the whole database: names, the declared version; and the door of the folder's checks.
#include "compiler/dialects/postgres/check.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "compiler/dialects/postgres/derived.hpp"
#include "compiler/dialects/postgres/normal.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/sql/uses.hpp"
#include "compiler/dialects/postgres/version.hpp"

namespace dmc::dialects::postgres {

namespace {

using grammar::Diagnostics;
using model::Database;
using model::Origin;

class Names {
 public:
  Names(const Database& database, Diagnostics& diagnostics) : database_(database), diagnostics_(diagnostics) {}

  void run() {
    for (const auto& table : database_.tables) {
      take("table", table.schema, table.name, table.origin);
      for (const auto& column : table.columns) check_column(column);
      if (table.partitioned) take_partitions(*table.partitioned, table.origin);
    }
    for (const auto& view : database_.views) take("view", view.schema, view.name, view.origin);
    for (const auto& table : database_.tables) {
      if (table.primary_key) take("primary key", table.schema, table.primary_key->name, table.primary_key->origin);
      for (const auto& key : table.uniques) take("unique constraint", table.schema, key.name, key.origin);
      for (const auto& each : table.exclusions) take("exclusion", table.schema, each.name, each.origin);
      for (const auto& index : table.indexes) take("index", table.schema, index.name, index.origin);
    }
    for (const auto& view : database_.views)
      for (const auto& index : view.indexes) take("index", view.schema, index.name, index.origin);
    for (const auto& object : database_.objects) {
      if (object.type != "sequence" || !object.name.starts_with("sequence ")) continue;
      const std::string path = object.name.substr(std::string_view("sequence ").size());
      const auto dot = path.find('.');
      if (dot == std::string::npos)
        take("sequence", "", path, object.origin);
      else
        take("sequence", path.substr(0, dot), path.substr(dot + 1), object.origin);
    }
  }

 private:
  void take_partitions(const model::Partitioning& partitioning, const Origin& origin) {
    for (const auto& partition : partitioning.partitions) {
      take("partition", partition.schema, partition.name, origin);
      for (const auto& inner : partition.by) take_partitions(inner, origin);
    }
  }

  void check_own(std::string_view kind, const std::string& name, const Origin& origin) {
    if (!name.starts_with("_dmc_") && !is_own_trigger(name)) return;
    diagnostics_.error("E0870", origin.span, fmt::format("{} '{}' has a name that is not free", kind, name),
                       "names that begin with '_dmc_' are for what dmc makes itself");
  }

  void check_column(const model::Column& column) {
    check_own("column", column.name, column.origin);
    if (!sql::is_system_column(column.name)) return;
    diagnostics_.error("E0870", column.origin.span, fmt::format("column '{}' has a name that is not free", column.name),
                       "every table of PostgreSQL has a system column of this name");
  }

  void take(std::string_view kind, const std::string& schema, const std::string& name, const Origin& origin) {
    check_own(kind, name, origin);
    if (schema.starts_with("pg_") || schema == "dmc" || schema == "dmc_backup" || schema == "information_schema")
      diagnostics_.error("E0870", origin.span, fmt::format("schema '{}' is not free", schema),
                         schema == "dmc"          ? "dmc keeps its ledger there"
                         : schema == "dmc_backup" ? "dmc keeps what it backs up there"
                                                  : "PostgreSQL keeps it for itself");
    const std::string path = schema.empty() ? name : schema + "." + name;
    const auto [other, is_new] = taken_.emplace(path, std::pair{std::string(kind), origin});
    if (is_new) return;
    auto& diagnostic =
        diagnostics_.error("E0871", origin.span, fmt::format("there are two things named '{}'", path),
                           "tables, views, sequences and indexes of a schema share their names, and so do the indexes "
                           "behind keys");
    if (other->second.second.span)
      diagnostic.notes.push_back({*other->second.second.span, "the other one, " + other->second.first});
  }

  const Database& database_;
  Diagnostics& diagnostics_;
  std::map<std::string, std::pair<std::string, Origin>> taken_;
};

}  // namespace

std::string called(std::string_view kind, const std::string& name) {
  return name.empty() ? fmt::format("a {}", kind) : fmt::format("{} '{}'", kind, name);
}

void need(const Database& database, int major, const std::string& what, const Origin& origin,
          Diagnostics& diagnostics) {
  if (major_of(database.oldest_version) >= major) return;
  diagnostics
      .error("E0872", origin.span, fmt::format("{} PostgreSQL {}", what, major),
             fmt::format("database '{}' is declared for PostgreSQL {}", database.name, database.oldest_version))
      .help.push_back(fmt::format("declare the oldest version that must work:  database {} on postgres {} {{ … }}",
                                  database.name, major));
}

namespace {

/// A view reads its table with the rights of its owner, who sees every row, unless it asks those of its reader.
void keep_rows_hidden(Database& desired, Diagnostics& diagnostics) {
  constexpr int security_invoker = 15;
  for (auto& view : desired.views) {
    const auto* table = view.old_name_of.empty() ? nullptr : desired.table(view.old_name_of);
    if (!table || !table->has_setting("row_security")) continue;
    if (major_of(desired.oldest_version) >= security_invoker) {
      view.settings.push_back({"security_invoker", "true"});
      continue;
    }
    diagnostics
        .error(
            "E0285", view.origin.span,
            fmt::format("a view '{}' would show rows that the row policies of '{}' hide", view.path(), table->path()),
            "a view that asks the rights of its reader needs PostgreSQL 15")
        .help.push_back(fmt::format("where every server is newer:  database {} on postgres 15 {{ … }}", desired.name));
  }
}

}  // namespace

void check(Database& desired, Diagnostics& diagnostics) {
  keep_rows_hidden(desired, diagnostics);
  check_texts(desired, diagnostics);
  normalise(desired);
  check_tables(desired, diagnostics);
  check_objects(desired, diagnostics);
  name_what_is_unnamed(desired);
  Names(desired, diagnostics).run();
  desired.sort();
}

}  // namespace dmc::dialects::postgres
