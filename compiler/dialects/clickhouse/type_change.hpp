// What of a column's values survives another type, as questions to the rows.
#pragma once

#include <string>
#include <vector>

#include "compiler/dialects/clickhouse/lowering.hpp"

namespace dmc::dialects::clickhouse {

/// Every value of `from` is one of `to`, by the types alone: integers that grow, values added to an enumeration, what
/// may be null from then on.
bool always_fits(const std::string& from, const std::string& to);
/// The types differ in the catalog alone: no part is written anew.
bool only_catalog(const std::string& from, const std::string& to);
/// What may be null no longer may.
bool loses_null(const std::string& from, const std::string& to);
/// Questions that must find no row, before the column of the table becomes `to`: the server would not parse, or would
/// wrap, or would be unable to read what is there. Empty where every value fits.
std::vector<plan::QueryCheck> fits(const Lowering& lowering, const std::string& table, const std::string& column,
                                   const std::string& from, const std::string& to);

}  // namespace dmc::dialects::clickhouse
