// What an alteration means for people: its summary, its hazards, how good its way back is.
#pragma once

#include <string>
#include <vector>

#include "compiler/dialects/sqlite/table_move.hpp"
#include "compiler/plan/step.hpp"

namespace dmc::dialects::sqlite {

/// "rename email to mail, retype age to INTEGER, add check users_age_check".
std::string summary_of(const TableMove& move);

void add_hazards(plan::Step& step, const TableMove& move, const std::vector<change::ColumnLoss>& losses,
                 const std::optional<std::string>& accepted);

plan::Reverse way_back(const TableMove& move, const std::vector<change::ColumnLoss>& losses);

bool is_constant_default(const model::Column& column);

}  // namespace dmc::dialects::sqlite
