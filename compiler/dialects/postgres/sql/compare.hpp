// Whether two SQL texts mean the same, and the one form in which an author's text and the server's print meet.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/postgres/sql/surroundings.hpp"
#include "compiler/dialects/postgres/sql/tree.hpp"

namespace dmc::dialects::postgres::sql {

enum class Sameness {
  equal,      ///< proven: the server would print both alike
  different,  ///< they differ in more than what the server adds to or takes from a text
  unproven    ///< they differ in casts, qualifiers or brackets whose meaning is not known here, or are not understood
};

/// The normal form of a text: SQL of the same meaning, with the casts and qualifiers that the server's analysis adds
/// wherever the surroundings tell the types; the server prints it as it prints the text itself. What an author writes
/// and what the server prints for it have one normal form; texts that mean the same and are printed otherwise (`now()`,
/// CURRENT_TIMESTAMP) have not, but compare as equal. A second time changes nothing. Nothing when the grammar of 15
/// cannot read the text: then it stays as it is.
std::optional<std::string> normal_expression(std::string_view text, const Surroundings& around);
std::optional<std::string> normal_query(std::string_view text, const Surroundings& around);
/// The columns that a query gives, with their types where these are known; empty when it cannot be read.
std::vector<NamedType> outputs_of(std::string_view query, const Surroundings& around);
/// `customers`, `public.customers` and so on: the type as the server prints it, unqualified where that says the same.
std::optional<std::string> normal_type(std::string_view text, std::string_view schema);
/// The statements of a function `language sql`, joined by `;`.
std::optional<std::string> normal_body(std::string_view text, const Surroundings& around);

/// `begin atomic …; end` or `return …` of a `create function` whose body is SQL and no string.
std::optional<std::string> normal_atomic(Node create_function, const Surroundings& around);

Sameness compare_expressions(std::string_view left, std::string_view right, const Surroundings& around);
Sameness compare_queries(std::string_view left, std::string_view right, const Surroundings& around);
Sameness compare_bodies(std::string_view left, std::string_view right, const Surroundings& around);

}  // namespace dmc::dialects::postgres::sql
