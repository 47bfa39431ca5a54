// What a change calls otherwise.
#pragma once

#include <string>

#include "compiler/model/intent.hpp"

namespace dmc::model {

/// The name that the column of the table has before the change renames it; null where the change does not.
const std::string* renamed_from(const Intent& intent, const std::string& table, const std::string& column);

}  // namespace dmc::model
