// Which SQLite is the oldest that a plan must run on, and what that version can do.
#pragma once

#include "compiler/dialects/engine_version.hpp"

namespace dmc::dialects::sqlite {

/// https://www.sqlite.org/changes.html
inline constexpr Version oldest_supported{3, 26};  ///< `pragma table_xinfo`, `legacy_alter_table`
inline constexpr Version generated_columns{3, 31};
inline constexpr Version check_of_one_table{3, 33};  ///< `pragma_foreign_key_check(TABLE)` as a table
inline constexpr Version drop_column{3, 35};
inline constexpr Version strict_tables{3, 37};
inline constexpr Version alter_constraints{3, 53};  ///< `alter column … set not null`, `add check`, `drop constraint`

}  // namespace dmc::dialects::sqlite
