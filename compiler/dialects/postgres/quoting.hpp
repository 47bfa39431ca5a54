// Names and literals as PostgreSQL reads them, and the names of what dmc makes itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/database.hpp"

namespace dmc::dialects::postgres {

/// A name as it stands in a statement: quoted where it must be.
std::string quoted(std::string_view name);
/// `a, b, "c d"`.
std::string quoted_list(const std::vector<std::string>& names);
/// `'it''s'`; with an E in front where it holds a backslash.
std::string text_literal(std::string_view text);

/// `public.users`, `audit.log`: what a statement names when the search path is empty. An empty schema is the default
/// one.
std::string full(std::string_view schema, std::string_view name);
std::string full(const model::Table& table);
std::string full(const model::View& view);
std::string full(const model::Partition& partition);
/// Of a table, view or partition by its path; of an unknown path, what stands before the first dot is its schema.
std::string full_path(std::string_view path, const model::Database& database);

/// `_dmc_index_3f2a…`: derived from what it serves, so that two compiles agree and a leftover tells where it comes
/// from.
std::string own_name(std::string_view purpose, std::string_view serves);

/// `~_dmc_keep_3f2a…`, of a trigger: those before each row fire in the order of their names, by bytes, and what keeps
/// columns equal must see what all the others made of the row.
std::string last_to_fire(std::string_view own_name);
/// Whether a trigger of that name is one of dmc's, and the same as a condition over `name`, an expression.
bool is_own_trigger(std::string_view name);
std::string is_own_trigger_sql(std::string_view name);
/// Whether a trigger of that name fires behind each of dmc's.
bool fires_behind_own(std::string_view name);

/// Whether the name stands in the text.
bool text_names(std::string_view text, std::string_view name);

/// `a, b and c`, for people.
std::string listed(const std::vector<std::string>& names);
std::string joined(const std::vector<std::string>& parts, std::string_view separator);

/// Bytes of a name that the server keeps; it cuts off the rest.
inline constexpr std::size_t longest_name = 63;

/// The name that the server makes up from its parts: the parts joined by `_`, the first two cut so that all of it keeps
/// within 63 bytes.
std::string made_up_name(std::string_view first, std::string_view second, std::string_view label);

/// Whether a text names something that PostgreSQL itself may not have: then it means something only together with the
/// default schema. `own`: names that are no such things (columns). Never false for a text that needs it, but for a
/// function of the author's that is called like one of PostgreSQL's own.
bool names_more(std::string_view text, const std::vector<std::string_view>& own = {});

}  // namespace dmc::dialects::postgres
