// Names and texts as they stand in statements.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dmc::dialects::clickhouse {

/// A name between backticks, whatever it is made of.
std::string quoted(std::string_view name);
/// A name as an author would write it: between backticks where it could not stand without.
std::string quoted_where_needed(std::string_view name);
/// "`a`, `b`"
std::string quoted_list(const std::vector<std::string>& names);
/// A text between single quotes.
std::string text_literal(std::string_view text);
std::string in_parentheses(std::string_view expression);
std::string joined(const std::vector<std::string>& parts, std::string_view separator);
/// "a, b and c", for people.
std::string listed(const std::vector<std::string>& names);

/// `_dmc_<purpose>_<12 digits>`: follows from what it serves, so that an attempt after a crash knows it again.
std::string own_name(std::string_view purpose, std::string_view serves);

}  // namespace dmc::dialects::clickhouse
