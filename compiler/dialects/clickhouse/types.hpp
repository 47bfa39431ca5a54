// ClickHouse's types: their one spelling, the portable names, and since when there is which.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/clickhouse/version.hpp"
#include "compiler/dialects/dialect.hpp"

namespace dmc::dialects::clickhouse {

/// A type as ClickHouse prints it, in parts. Arguments are types, except where `text` says what they are.
struct Type {
  std::string name;   ///< "Array"; of a literal argument empty
  std::string text;   ///< a literal or what is no type: `3`, `'UTC'`, `max_dynamic_paths = 8`, an aggregate function
  std::string label;  ///< of an element of Tuple, Nested or JSON, as it stands in SQL
  std::vector<Type> arguments;
  bool has_arguments = false;
  bool operator==(const Type&) const = default;
};

std::string text_of(const Type& type);

/// The parts of a type in ClickHouse's own names; none for what is not one.
std::optional<Type> type_of(std::string_view text);
/// Its text in the server's spelling.
std::optional<std::string> canonical_type(std::string_view text);

TypeAnswer read_type(const TypeText& type);
bool widens(std::string_view from, std::string_view to);

/// What a database for older servers cannot have: the innermost newest part of a type, and the version it came with.
struct Since {
  std::string name;
  Version version;
};
Since since(const Type& type);

/// Nullable or LowCardinality(Nullable): holds nulls itself.
bool is_nullable(const Type& type);
/// Without Nullable and LowCardinality around it.
const Type& bare(const Type& type);

}  // namespace dmc::dialects::clickhouse
