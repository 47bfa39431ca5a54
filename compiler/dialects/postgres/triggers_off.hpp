// What an author's triggers do while dmc writes rows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/postgres/lowering.hpp"

namespace dmc::dialects::postgres {

/// Triggers of the table that the event sets off; of updates, only those that the columns concern.
std::vector<std::string> set_off(const model::Database& database, const model::Table& table, std::string_view event,
                                 const std::vector<std::string>& columns = {});

/// Says that they fire for every row of the step, and that what they do is not taken back.
void note_firing(plan::Step& step, const std::string& object, const std::vector<std::string>& triggers);

/// Fills what dmc itself put into the table: nothing of it is a change to an application, so that no trigger of the
/// author's fires for it, nor one that came since. Where dmc's role may not say so for its session alone, they are
/// switched off in the transaction of each batch, and who writes waits for its end.
void fill_unseen(plan::Step& step, const Lowering& lowering, const model::Table& table);

/// A trigger of the table that fires before a row is written and behind dmc's own, so that those do not see what it
/// makes of the row; null: there is none.
const model::Trigger* fires_behind_own(const model::Database& database, const model::Table& table);

/// The statements with these triggers off: what is taken back must not set off what an application's writes set off.
/// Afterwards each fires as it did.
std::vector<std::string> without_triggers(const model::Database& database, const model::Table& table,
                                          const std::vector<std::string>& triggers,
                                          std::vector<std::string> statements);

}  // namespace dmc::dialects::postgres
