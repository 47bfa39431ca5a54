// `settings NAME = value` as text.
#pragma once

#include <vector>

#include "compiler/check/context.hpp"
#include "compiler/model/table.hpp"

namespace dmc::check {

/// Adds the setting, or reports one of the same name or a value that is not text.
void add_setting(Context& context, const ast::Setting& setting, std::vector<model::Setting>& settings);

}  // namespace dmc::check
