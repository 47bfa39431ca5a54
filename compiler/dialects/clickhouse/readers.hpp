// What reads a table: by their texts, because the server lists it for few versions and few kinds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/clickhouse/lowering.hpp"

namespace dmc::dialects::clickhouse {

/// As a word of its own, for `match`; names may hold what means something in a pattern.
std::string as_pattern(std::string_view name);

/// Whether the text names it.
bool names(std::string_view text, std::string_view name);

/// Materialized views that an insert into the table goes on to, by name.
std::vector<std::string> fed_by(const model::Database& database, const std::string& table);
/// Those of them whose query names the column.
std::vector<std::string> fed_by(const model::Database& database, const std::string& table, const std::string& column);

/// No materialized view that dmc does not manage names the table: of those that it does, the compiler knows. Asked of
/// the server. With a column, that one too.
plan::QueryCheck nobody_reads(const Lowering& lowering, const std::string& table, const std::string& column = {});

}  // namespace dmc::dialects::clickhouse
