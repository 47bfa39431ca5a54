// The rules that need no engine: over one change, over one statement's SQL, over names. Internal to this folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/change/change.hpp"
#include "compiler/model/intent.hpp"
#include "compiler/plan/step.hpp"

namespace dmc::lint {

/// Hazards of what a change does to rows, readers and writers. `tightened`: columns of the change's whole list that
/// become `not null` in it, as "table.column".
std::vector<plan::Hazard> hazards_of(const change::Change& change, const std::vector<std::string>& tightened);

/// Hazards of how what the change brings is designed: keys, indexes.
std::vector<plan::Hazard> design_hazards(const change::Change& change);

/// Names that the policy's rules do not allow, of what the change brings.
std::vector<plan::Hazard> name_hazards(const change::Change& change, const model::Policy& policy);

/// Hazards of SQL that somebody wrote by hand: secrets as text, transaction control.
std::vector<plan::Hazard> sql_hazards(const change::Change& change);

/// The first SQL of the change that names something of the ledger (`_dmc_…`, `dmc.…`); empty when none does.
std::string names_the_ledger(const change::Change& change);

/// "table.column" of every column that a change makes `not null` or brings as `not null`, without a default.
std::vector<std::string> tightened_columns(const std::vector<change::Change>& changes);

/// Whether the change, by being declared, has accepted the hazard.
bool accepts_itself(const change::Change& change, std::string_view hazard);

}  // namespace dmc::lint
