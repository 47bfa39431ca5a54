// A value of an enum that gets another name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/postgres/lowering.hpp"
#include "compiler/model/database.hpp"
#include "compiler/model/intent.hpp"

namespace dmc::dialects::postgres {

/// See `dialects::Values`.
std::optional<std::vector<std::string>> values_of(const model::Object& object);
void rename_value(model::Database& database, std::string_view type, std::string_view from, std::string_view to);

/// The database behind every `rename value` of the intent; nothing where there is none.
std::optional<model::Database> with_renamed_values(const model::Database& before, const model::Intent* intent);

Pairs lower_value(const Lowering& lowering, const change::RenameValue& rename);

}  // namespace dmc::dialects::postgres
