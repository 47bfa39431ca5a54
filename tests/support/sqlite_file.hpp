// A SQLite file seen from outside, without a line of dmc: what the tests compare.
#pragma once

#include <string>
#include <vector>

namespace dmc::tests {

/// Runs a script; throws std::runtime_error with SQLite's words.
void execute_script(const std::string& file, const std::string& sql);

/// Rows of a query, columns joined by '|', as `quote()` writes nothing: plain text, NULL as "NULL".
std::vector<std::string> rows_of(const std::string& file, const std::string& sql);

/// The whole content for people: every table, index, view and trigger with its SQL, then every row of every table, then
/// the AUTOINCREMENT counters and the result of the integrity and foreign key checks. What begins with `_dmc_` is left
/// out.
std::string dump(const std::string& file);

}  // namespace dmc::tests
