// Diagrams as SVG that stands inside a page and takes its colours from it. Internal to this folder.
#pragma once

#include <string>

#include "compiler/explain/table_changes.hpp"

namespace dmc::explain {

/// Tables in columns, those that are referenced left of those that reference them.
std::string picture(const Drawing& drawing);
/// The steps in their order, stage by stage, with arcs to what they require.
std::string picture(const plan::Plan& plan);

}  // namespace dmc::explain
