// A checked project as text, for comparing.
#pragma once

#include <string>

#include "compiler/model/project.hpp"

namespace dmc::tests {

/// Its databases as `.mig`, then its changes statement by statement, then its policy.
std::string described(const model::Project& project);

}  // namespace dmc::tests
