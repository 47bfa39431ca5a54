// What holds in every catalog, of a version or of a stage. Internal to this folder.
#pragma once

#include "compiler/catalog/catalog.hpp"

namespace dmc::catalog {

/// False, with E0320 or E0322, when the parts contradict one another.
bool sound(const Catalog& catalog, plan::JsonError& error);

}  // namespace dmc::catalog
