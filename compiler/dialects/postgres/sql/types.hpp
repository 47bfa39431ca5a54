// Types as expressions have them.
#pragma once

#include <string>
#include <string_view>

#include "compiler/dialects/postgres/sql/tree.hpp"

namespace dmc::dialects::postgres::sql {

struct Type {
  std::string
      name;  ///< as `pg_type.typname`, with its schema unless it is pg_catalog or the default one; "": not known
  bool array = false;
  std::string modifier{};  ///< "(12,2)"
  bool operator==(const Type&) const = default;

  bool known() const { return !name.empty(); }
  bool is(std::string_view other) const { return !array && name == other; }
  /// `int4`, `_int4`: without the modifier, as the function table spells it.
  std::string plain() const { return array ? "_" + name : name; }
};

/// A type of every PostgreSQL, by `typname`: "int4", "text".
bool is_builtin_type(std::string_view name);

/// Reads what the server prints, or an author writes: "character varying(10)", "timestamp(3) with time zone", "int[]".
/// Names of `schema` and of pg_catalog lose their qualifier.
Type type_of_text(std::string_view text, std::string_view schema);

/// Brings a TypeName to one spelling: `int`, `int4` and `pg_catalog.int4` become equal, and so on; answers its type.
Type normalise_type(Node& type_name, std::string_view schema);

/// The TypeName of a type without modifier.
Node type_node(const Type& type);

/// 1 to 6 for int2, int4, int8, numeric, float4, float8; 0 for every other.
int numeric_rank(const Type& type);
/// text and varchar, to which the same operators apply.
bool is_text(const Type& type);

}  // namespace dmc::dialects::postgres::sql
