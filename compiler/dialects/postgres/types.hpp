// Column types: PostgreSQL's own names, those of well-known extensions, and what the portable types become.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/dialect.hpp"

namespace dmc::dialects::postgres {

/// As `format_type()` of the server spells it: "character varying(20)", "timestamp(3) without time zone", "integer[]".
/// `serial` and its kin stay words of their own, which the check turns into a column with a sequence.
TypeAnswer read_type(const TypeText& type);
/// Every name that it reads.
std::vector<std::string_view> type_names();

/// The spelling of a type that stands in an SQL text ("int4", "varchar(20)[]", "public.citext"); a name that is not
/// known stays, without `public.` and `pg_catalog.`.
std::string canonical_type(std::string_view text);

/// Whether every value of a column of the one (canonical) type survives unchanged in one of the other.
bool widens(std::string_view from, std::string_view to);

/// "integer" of "serial" and "serial4"; none for what is not such a word.
std::optional<std::string_view> counted_type(std::string_view type);
/// smallint, integer or bigint: what a sequence can count in.
bool is_integer(std::string_view type);

}  // namespace dmc::dialects::postgres
