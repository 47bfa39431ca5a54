// How a table is brought from one form to another: by SQLite's own ALTER where that is safe, else by the rebuild
// recipe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/dialects/sqlite/table_move.hpp"
#include "compiler/plan/step.hpp"

namespace dmc::dialects::sqlite {

struct Alteration {
  std::vector<std::string> statements;
  std::vector<plan::SessionSetting> settings;
  std::vector<plan::QueryCheck> pre;  ///< besides the proofs that rows fit
  std::vector<plan::QueryCheck> post;
  std::vector<plan::Invariant> invariants;
  std::vector<plan::Leftover> leftovers;
  std::string work = "catalog";  ///< the longest thing it does, as a lock's work class
  bool rebuilds = false;
};

/// Native where the oldest SQLite does it and the result is exactly `after`; else rebuilt. Renames are always SQLite's
/// own, because they reach the tables that reference this one. `serves` makes derived names its own.
Alteration alter(const TableMove& move, std::string_view serves);

/// The statements of SQLite's own ALTER from `middle` (the table once its columns are renamed) to `move.after`; none
/// when they would not lead there exactly, or do not exist in the oldest version.
std::optional<Alteration> native_alteration(const TableMove& move, const model::Table& middle);

/// Recipe S1: a new table, the rows, the old one dropped, the new one renamed.
Alteration rebuild(const TableMove& move, const model::Table& middle, std::string_view serves);

/// The names of constraints that SQLite does not hold follow from the table; alike means alike once they do. Indexes
/// and the order of columns do not count.
bool same_table(model::Table a, model::Table b);

}  // namespace dmc::dialects::sqlite
