// What PostgreSQL's table inheritance adds to a table: the tables whose columns it has too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/table.hpp"

namespace dmc::model {

/// The paths of a list in SQL's own quotes: `parent, "my schema"."other"`.
std::vector<std::string> paths_in(std::string_view list);

/// Paths of the tables it inherits from, as `settings inherits = 'parent, audit.other'` lists them.
std::vector<std::string> parents_of(const Table& table);

}  // namespace dmc::model
