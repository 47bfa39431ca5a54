// A state, moved on by one change exactly as `apply` moves a database.
#pragma once

#include "compiler/change/change.hpp"
#include "compiler/diff/store.hpp"

namespace dmc::diff {

void move_on(State& state, const change::Change& change);

}  // namespace dmc::diff
