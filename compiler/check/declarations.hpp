// What stands at the top of the files, by kind.
#pragma once

#include <string>
#include <vector>

#include "compiler/check/expand.hpp"

namespace dmc::check {

struct Declarations {
  std::vector<const ast::Project*> projects;
  std::vector<const ast::Database*> databases;
  std::vector<const ast::Change*> changes;
  std::vector<const ast::Policy*> policies;
};

/// Sorts the items of every file by kind; patterns first, then uses, which bring more items. What this version does not
/// run is reported here, and so is what does not belong into a file of its folder.
Declarations read_declarations(Context& context, Patterns& patterns, Expander& expander);

/// Exactly one project, of an edition that this version knows; null after an error.
const ast::Project* check_project(Context& context, const std::vector<const ast::Project*>& projects);

}  // namespace dmc::check
