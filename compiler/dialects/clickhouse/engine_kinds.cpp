#include "compiler/dialects/clickhouse/engine_kinds.hpp"

#include <algorithm>
#include <array>

#include "compiler/dialects/clickhouse/ddl.hpp"

namespace dmc::dialects::clickhouse {

namespace {

bool is_one_of(std::string_view engine, const auto& engines) {
  return std::ranges::find(engines, engine) != engines.end();
}

constexpr auto passing = std::to_array<std::string_view>({"Buffer", "Distributed", "Merge", "Null"});
constexpr auto fixed =
    std::to_array<std::string_view>({"EmbeddedRocksDB", "File", "Join", "Log", "Set", "StripeLog", "TinyLog"});
constexpr auto elsewhere =
    std::to_array<std::string_view>({"Executable", "ExecutablePool", "GenerateRandom", "JDBC", "Kafka", "MongoDB",
                                     "MySQL", "ODBC", "PostgreSQL", "Redis", "SQLite", "URL"});

}  // namespace

std::string_view engine_of(const model::Table& table) {
  return table.storage ? engine_name(table.storage->engine) : std::string_view();
}

bool holds_rows(const model::Table& table) {
  constexpr auto others = std::to_array<std::string_view>(
      {"EmbeddedRocksDB", "File", "Join", "KeeperMap", "Log", "Memory", "Set", "StripeLog", "TinyLog"});
  const auto engine = engine_of(table);
  return is_merge_tree(engine) || is_one_of(engine, others);
}

bool loses_rows(const model::Table& table) { return !passes_rows_on(table) && !reads_elsewhere(table); }

bool passes_rows_on(const model::Table& table) { return is_one_of(engine_of(table), passing); }

bool collapses_rows(const model::Table& table) {
  constexpr auto engines =
      std::to_array<std::string_view>({"CollapsingMergeTree", "ReplacingMergeTree", "VersionedCollapsingMergeTree"});
  return is_one_of(engine_of(table), engines);
}

bool alters_columns(const model::Table& table, Version oldest) {
  const auto engine = engine_of(table);
  if (engine == "Memory") return oldest >= alter_memory;
  return !is_one_of(engine, fixed) && !is_one_of(engine, elsewhere);
}

bool reads_elsewhere(const model::Table& table) { return is_one_of(engine_of(table), elsewhere); }

}  // namespace dmc::dialects::clickhouse
