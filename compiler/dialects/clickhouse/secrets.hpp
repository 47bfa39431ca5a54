// Secrets in ClickHouse's own statements. Servers before 23.x show them to whoever may see the table, and none of it
// may reach a file, a catalog or a plan.
#pragma once

#include <string>
#include <string_view>

namespace dmc::dialects::clickhouse {

/// What newer servers show in the place of a secret, and dmc does everywhere: unknown, and kept as it is.
inline constexpr std::string_view hidden_literal = "'[HIDDEN]'";

/// The text with every literal hidden that stands where engines, table functions, dictionaries and settings have a
/// password, a key or a connection string, and every address that holds one. A text without such stays as it is.
std::string without_secrets(std::string_view text);

/// Whether a literal stands there that would be kept: not one that is hidden, nor `'${env NAME}'`.
bool holds_secret(std::string_view text);

}  // namespace dmc::dialects::clickhouse
