// What tables of an engine are able to do, by its name.
#pragma once

#include <string_view>

#include "compiler/dialects/clickhouse/version.hpp"
#include "compiler/model/table.hpp"

namespace dmc::dialects::clickhouse {

/// "SummingMergeTree" of a table that sums; empty without an engine.
std::string_view engine_of(const model::Table& table);
/// Rows that go with the table.
bool holds_rows(const model::Table& table);
/// The same, and true of an engine that nobody here knows.
bool loses_rows(const model::Table& table);
/// Its rows are those of other tables, or nobody's: Null, Merge, Distributed, Buffer. No mutation of it is possible,
/// and none is needed.
bool passes_rows_on(const model::Table& table);
/// Whether it leaves one row of several when it merges parts, as it was inserted: Replacing, Collapsing. A sum or a
/// state is made of several, and is none of theirs.
bool collapses_rows(const model::Table& table);
/// Whether columns of it can come, go and change: measured on 18.16 and on 26.7. True of what was not measured.
bool alters_columns(const model::Table& table, Version oldest);
/// What it is made of lies elsewhere, so that it can go and come again without a loss: MySQL, Kafka, URL and the like.
bool reads_elsewhere(const model::Table& table);

}  // namespace dmc::dialects::clickhouse
