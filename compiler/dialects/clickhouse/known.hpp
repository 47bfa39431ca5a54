// What ClickHouse has by name: engines, codecs, kinds of skip indexes, settings of tables.
#pragma once

#include <string_view>
#include <vector>

#include "compiler/dialects/clickhouse/version.hpp"

namespace dmc::dialects::clickhouse {

struct Known {
  std::string_view name;
  Version since = oldest_supported;
};

/// Null for what ClickHouse does not have.
const Known* engine_known(std::string_view name);
const Known* codec_known(std::string_view name);
const Known* skip_index_known(std::string_view name);
/// Of tables of the MergeTree family; other engines have settings of their own, which are not judged.
bool is_table_setting(std::string_view name);

std::vector<std::string_view> engine_names();
/// Those of a version, "25.3".
std::vector<std::string_view> engine_names_of(std::string_view version);
std::vector<std::string_view> codec_names();
std::vector<std::string_view> skip_index_names();
std::vector<std::string_view> table_setting_names();

}  // namespace dmc::dialects::clickhouse
