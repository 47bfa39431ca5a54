// How a table keeps its rows, and what of that can be altered where it stands.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/table.hpp"

namespace dmc::dialects::clickhouse {

/// The key that the marks of a part are made of: the sorting key, unless another one is said.
const model::Sql& primary_key_of(const model::Storage& storage);
/// Whether a key of the table names the column: the server alters none of those.
bool is_in_key(const model::Table& table, std::string_view column);
/// What `desired` appends to the sorting key of `before`, with the comma in front; empty: nothing. None when it is
/// another key.
std::optional<std::string> appended_key(const model::Storage& before, const model::Storage& desired);
/// Whether the server can alter the one to the other in place: a key to which columns are appended that come with it,
/// time to live, sampling. The same columns under the same names.
bool alters_in_place(const model::Table& before, const model::Table& desired);
/// Settings that a table has from the start or never.
std::vector<std::string_view> fixed_settings();
/// Whether the tables differ in one of those.
bool differ_in_fixed_settings(const model::Table& before, const model::Table& desired);

}  // namespace dmc::dialects::clickhouse
