// What `check` answers: the whole checked project.
#pragma once

#include <string>
#include <vector>

#include "compiler/model/database.hpp"
#include "compiler/model/intent.hpp"

namespace dmc::model {

struct Project {
  std::string name;
  std::vector<Database> databases;  ///< desired state, by name
  std::vector<Intent> changes;      ///< by number; the last is the one to compile
  Policy policy;
  Origin origin;
};

}  // namespace dmc::model
