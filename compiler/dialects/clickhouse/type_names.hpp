// The names of ClickHouse's types, what stands in their parentheses, and since when they are there. Internal to this
// folder.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "compiler/dialects/clickhouse/version.hpp"

namespace dmc::dialects::clickhouse {

enum class Arguments {
  none,
  numbers,    ///< and texts: FixedString(16), DateTime64(3, 'UTC')
  values,     ///< of an enum
  types,      ///< Array(T), Map(K, V)
  elements,   ///< types that may have a name: Tuple, Nested
  aggregate,  ///< a function, then types
  options     ///< `max_types = 8`, paths with types, SKIP
};

struct TypeName {
  std::string_view name;
  Arguments arguments = Arguments::none;
  std::size_t least = 0, most = 0;  ///< how many arguments; most 0 with `least` 0: none
  Version since = oldest_supported;
};

/// In ClickHouse's own spelling; null for what is none.
const TypeName* type_name(std::string_view name);
std::span<const TypeName> type_names();

/// What else is written for a type, in lower case: portable names and those that ClickHouse takes for other engines'
/// sake. The text is ClickHouse's; arguments of the other name are dropped unless `keeps_arguments`.
struct OtherName {
  std::string_view name;
  std::string_view type;
  bool keeps_arguments = false;
};
const OtherName* other_name(std::string_view name);

/// Every name that may be meant by another one.
std::vector<std::string_view> all_type_names();

}  // namespace dmc::dialects::clickhouse
