// What PostgreSQL's own functions take and give.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace dmc::dialects::postgres::sql {

struct Overload {
  std::vector<std::string_view> arguments;  ///< as `pg_type.typname`: int4, timestamptz, _text, anyelement
  std::string_view result;
  std::size_t optional = 0;  ///< how many of the last arguments may be left out
  bool repeats = false;      ///< the last argument is variadic
};

struct Function {
  std::vector<Overload> overloads;
  bool is_volatile = false;  ///< at least one overload is
};

/// A function of the schema pg_catalog that people write; null for a name that is none of them.
const Function* find_function(std::string_view name);

}  // namespace dmc::dialects::postgres::sql
