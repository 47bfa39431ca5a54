// The author's triggers that a step of ours sets off.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/dialect.hpp"

namespace dmc::dialects::sqlite {

/// The names of the table's triggers for the event; of those `update of` some columns, the ones that name a column.
std::vector<std::string> set_off(const model::Database& database, const model::Table& table, std::string_view event,
                                 const std::vector<std::string>& columns = {});

/// Says on the step that they fire, and on its way back that what they did stays.
void note_firing(plan::Step& step, const std::string& object, const std::vector<std::string>& triggers);

}  // namespace dmc::dialects::sqlite
