// What PostgreSQL's table inheritance adds to a table: the tables whose columns it has too.
#pragma once

#include <string>
#include <vector>

#include "compiler/model/table.hpp"

namespace dmc::model {

/// Paths of the tables it inherits from, as `settings inherits = 'parent, audit.other'` lists them.
std::vector<std::string> parents_of(const Table& table);

}  // namespace dmc::model
