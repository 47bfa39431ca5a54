// What a PostgreSQL database is, seen from outside: by its own pg_dump, and row by row.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace dmc::tests {

/// `pg_dump -s` of what is not dmc's own, statements and columns in an order that does not depend on their history,
/// without the lines that differ by themselves. `connection`: "host=… port=… user=… dbname=…".
std::string schema_of(const std::string& connection);

/// Every row of every table, by table and in order, without dmc's own tables. The question answers the first column.
std::string contents_of(const std::function<std::vector<std::string>(const std::string& sql)>& ask);

/// `psql`, `pg_dump`, …: that of the server's own version where it lies beside the server.
std::string client_program(const std::string& name);
/// What a command prints.
std::string output_of(const std::string& command);

}  // namespace dmc::tests
