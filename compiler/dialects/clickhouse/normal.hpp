// The one form in which databases are compared: of what an author declares and of what a server shows alike.
#pragma once

#include <string>
#include <string_view>

#include "compiler/model/database.hpp"

namespace dmc::dialects::clickhouse {

/// Every text in one form; what goes without saying is said or left out as the server does it; lists in order.
/// `database`: its name on the server, which engines then call `currentDatabase()`; empty: not known.
void normalise(model::Database& all, std::string_view database = {});

/// "MergeTree", "Buffer(currentDatabase(), 'hits', 16, …)".
std::string normal_engine(std::string_view engine, std::string_view database);
/// "Delta(8), ZSTD(1)", with the arguments that a server adds for a column of that type.
std::string normal_codec(std::string_view codec, std::string_view type);

}  // namespace dmc::dialects::clickhouse
