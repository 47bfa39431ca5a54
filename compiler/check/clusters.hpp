// What a cluster says, as far as its text alone can tell; where its targets lie is for the inventory to ask.
#pragma once

#include "compiler/ast/ast.hpp"
#include "grammar/diagnostic.hpp"

namespace dmc::check {

/// Hazards that there are not, rules that nothing could follow, waves of one name.
void check_cluster(const ast::Cluster& cluster, grammar::Diagnostics& diagnostics);

}  // namespace dmc::check
