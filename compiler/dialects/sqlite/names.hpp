// Names and literals as SQLite reads them, and the names of what dmc makes itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dmc::dialects::sqlite {

/// A name as it stands in a statement: quoted where it must be.
std::string quoted(std::string_view name);
/// `a, b, "c d"`.
std::string quoted_list(const std::vector<std::string>& names);
/// `t.c`, each quoted where it must be.
std::string quoted(std::string_view qualifier, std::string_view name);

/// In double quotes whatever it is.
std::string double_quoted(std::string_view name);

/// `'it''s'`.
std::string text_literal(std::string_view text);

/// A word that SQLite's grammar knows, in any letter case.
bool is_keyword(std::string_view word);

/// One that is never a name unless it is quoted.
bool is_reserved(std::string_view word);

/// `_dmc_new_3f2a…`: derived from what it serves, so that two compiles agree and a leftover tells where it comes from.
std::string own_name(std::string_view purpose, std::string_view serves);
bool is_own_name(std::string_view name);

/// `a, b and c`, for people.
std::string listed(const std::vector<std::string>& names);
/// Joined with `separator`.
std::string joined(const std::vector<std::string>& parts, std::string_view separator);

}  // namespace dmc::dialects::sqlite
