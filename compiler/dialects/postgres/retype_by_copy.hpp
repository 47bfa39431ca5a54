// Types that change with a copy of the table, where no second column can take the place of the first.
#pragma once

#include <string>
#include <vector>

#include "compiler/change/change.hpp"
#include "compiler/dialects/postgres/table_copy.hpp"

namespace dmc::dialects::postgres {

/// What keeps a second column from taking the place of this one, in words that follow "while"; empty: nothing of the
/// table itself.
std::string stays_in_place(const model::Table& table, const std::string& column);

/// Whether the old one goes on beside it: `keeping both`.
bool keeps_both(const model::Table& table, const std::string& column);

struct RetypedByCopy {
  Conversion forth, back;
  bool computed = false;  ///< anew, and what was before is not said
  bool written = false;   ///< the author says what it was before
};
/// The columns of a table that is copied whose type comes with the copy. `now`: under the names that they get.
std::vector<RetypedByCopy> retyped_by_copy(const change::AlterTable& alter, const model::Table& now,
                                           const model::Database& database);

/// What the table keeps as it is until the copy takes its place: the types, and all that names such a column.
void keep_types(model::Table& middle, const model::Table& now, const std::vector<RetypedByCopy>& retyped);

}  // namespace dmc::dialects::postgres
