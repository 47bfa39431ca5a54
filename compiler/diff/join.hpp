// Alterations of one table that stand next to its `rebuild` happen in it: the table is written once.
#pragma once

#include <vector>

#include "compiler/change/change.hpp"

namespace dmc::diff {

std::vector<change::Change> join_rebuilds(std::vector<change::Change> changes);

}  // namespace dmc::diff
