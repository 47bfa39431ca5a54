// Column types: SQLite's own names and affinities, and what the portable types become.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/dialect.hpp"

namespace dmc::dialects::sqlite {

/// What a column makes of the values stored in it (https://www.sqlite.org/datatype3.html §3).
enum class Affinity : std::uint8_t { integer, text, blob, real, numeric };

/// By the words in the type's name; `strict` tables know six names alone, and there ANY converts nothing.
Affinity affinity_of(std::string_view type, bool strict = false);
/// The word that `cast(… as …)` takes for it.
std::string_view cast_name(Affinity affinity);

/// `words in upper case(10,2)`; none when a type cannot be written so. Nothing stays nothing: a column may lack a type.
std::optional<std::string> canonical_type(std::string_view text);

/// Whether a STRICT table takes the (canonical) type.
bool is_strict_type(std::string_view type);

TypeAnswer read_type(const TypeText& type);
/// Every name that it reads.
std::vector<std::string_view> type_names();

/// Whether every value that a column declared `from` is meant to hold survives unchanged in one declared `to`. A STRICT
/// table takes nothing but blobs in a BLOB, and anything in an ANY.
bool widens(std::string_view from, std::string_view to, bool strict = false);

}  // namespace dmc::dialects::sqlite
