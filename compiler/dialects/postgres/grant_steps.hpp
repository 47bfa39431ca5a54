// Privileges given and taken: what one revoke takes away may be held by another grant, or come by itself.
#pragma once

#include <string>
#include <vector>

#include "compiler/dialects/postgres/lowering.hpp"

namespace dmc::dialects::postgres {

/// A grant, or default privileges.
bool gives_privileges(const model::Object& object);

/// The statements that lead from one to the other; null is none. What the same role keeps by a grant of the other kind,
/// with or without the grant option, it has again at the end.
std::vector<std::string> change_grant(const Lowering& lowering, const model::Object* before,
                                      const model::Object* after);

/// The role of a new grant that says less than default privileges give: the rest is taken away with it. Empty where
/// nothing is.
std::string loses_defaults(const Lowering& lowering, const model::Object& grant);

}  // namespace dmc::dialects::postgres
