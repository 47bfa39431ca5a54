// A database of the model as `.mig` text: what `inspect` and `adopt` write. Parsing and checking it again gives an
// equal model.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/database.hpp"

namespace dmc::model {

/// A type's text in the parts that `.mig` knows: `decimal(12,2)`, `double precision`, `int[]`.
struct PlainType {
  std::string text;
  std::string name;  ///< in lower case, without arguments
  std::vector<std::string> arguments;
  int array_depth = 0;
  bool strict_table = false;  ///< as in dialects::TypeText
  bool identity_key = false;
  bool operator==(const PlainType&) const = default;
};

/// How an engine's names and types must be written so that they are read back as they are.
struct Spelling {
  /// What a plainly written type is read as; empty: not at all. Without a function every type that `.mig` can write
  /// plainly is taken to be read as it stands. What is not read back stands as `native '…'`.
  std::function<std::string(const PlainType&)> read_type;
  bool upper_case_needs_quotes = false;
  /// Written in front of a name that another schema has too; empty: there are no schemas.
  std::string default_schema{};
  bool types_say_null = false;            ///< a column's type says whether it may be null
  bool has_materialized_columns = false;  ///< `materialized (…)` and `alias (…)` say how a column is generated
};

/// A whole `database NAME on ENGINE VERSION { … }`, laid out as `dmc fmt` would; `unmodelled` become comments at its
/// head.
std::string print(const Database& database, const std::vector<std::string>& unmodelled = {},
                  const Spelling& spelling = {});

/// A name as it stands in a `.mig` file: quoted where it must be.
std::string quoted(std::string_view name);

}  // namespace dmc::model
