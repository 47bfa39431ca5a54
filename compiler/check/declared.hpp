// What an engine keeps besides tables, views and triggers, as its own statements: functions, enums, grants and the
// like.
#pragma once

#include <vector>

#include "compiler/check/draft.hpp"
#include "compiler/check/types.hpp"

namespace dmc::check {

/// Adds the object that a declaration is: its `create` in the plainest words, which the dialect brings into its own
/// form. A grant is one object for each thing and role. Nothing after an error.
void build_declared(Context& context, const DatabaseDraft& database, Types& types, const Declared& declared,
                    std::vector<model::Object>& objects);

}  // namespace dmc::check
