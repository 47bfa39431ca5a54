// The statements that make things, as the server wants them.
#pragma once

#include <string>
#include <string_view>

#include "compiler/dialects/clickhouse/quoting.hpp"
#include "compiler/model/database.hpp"

namespace dmc::dialects::clickhouse {

/// "ReplicatedMergeTree" of "ReplicatedMergeTree('/path', '{replica}')".
std::string_view engine_name(std::string_view engine);
/// Whether it sorts its rows and keeps them in parts: mutations, indexes, partitions.
bool is_merge_tree(std::string_view engine);
bool is_merge_tree(const model::Table& table);

/// Where `EPHEMERAL` would take the word behind it for its expression: a clause in between; else nothing.
std::string behind_ephemeral(const model::Column& column);
/// `` `name` String DEFAULT 'x' COMMENT 'c' CODEC(ZSTD(3)) TTL … ``
std::string column_definition(const model::Column& column);
/// What is behind the type: "DEFAULT (k + 1)"; empty for a plain column.
std::string default_clause(const model::Column& column);
/// `` INDEX `i` v TYPE bloom_filter(0.01) GRANULARITY 2 `` and so on, without the first word.
std::string index_definition(const model::Index& index);
std::string check_definition(const model::Check& check);
std::string projection_definition(const model::Projection& projection);
/// "index_granularity = 8192"
std::string setting_words(const model::Setting& setting);
/// Engine, keys and settings, one a line.
std::string storage_clauses(const model::Storage& storage, const std::vector<model::Setting>& settings);

/// On the server that it is sent to: where a table lies on a cluster, every host gets the statement by itself. `as`:
/// the name that it bears at first; empty: its own.
std::string create_table(const model::Table& table, std::string_view as = {});
/// The same with every column of `like`, which may have some that are ours and stay from earlier changes: partitions go
/// from one table to another only where both have the same.
std::string create_table_like(std::string_view like, const model::Table& table, std::string_view as);
/// Never with POPULATE, which loses the rows that are inserted meanwhile.
std::string create_view(const model::View& view, std::string_view as = {});

}  // namespace dmc::dialects::clickhouse
