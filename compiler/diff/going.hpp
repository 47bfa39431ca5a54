// The order in which what nobody declared would have to stand in a change.
#pragma once

#include <vector>

#include "compiler/diff/diff.hpp"
#include "compiler/diff/survey.hpp"

namespace dmc::diff {

/// By rank; what reads a column that gets another type, and goes, in front of that; what holds an object that goes too,
/// in front of it. Adds the drop of what is to read two such columns in other words: it fits neither type alone.
void in_order(const Ground& ground, const Survey& survey, std::vector<Undeclared>& entries);

}  // namespace dmc::diff
