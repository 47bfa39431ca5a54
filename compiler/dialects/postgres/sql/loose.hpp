// A tree without everything that the server's analysis may add or drop.
#pragma once

#include "compiler/dialects/postgres/sql/tree.hpp"

namespace dmc::dialects::postgres::sql {

/// Takes casts, qualifiers, names of output columns and the like out of a normalised tree.
void loosen(Node& node);

/// Whether the server may have made two loosened trees alike. Constants of a type that has a print of its own
/// (`'1 hour'` is `'01:00:00'`) may always be.
bool may_be_alike(const Node& left, const Node& right);

}  // namespace dmc::dialects::postgres::sql
