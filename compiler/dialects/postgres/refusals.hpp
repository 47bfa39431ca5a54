// Changes that no recipe makes without hurting anyone: said before anything is planned, with what to do instead.
#pragma once

#include "compiler/dialects/trial.hpp"
#include "grammar/diagnostic.hpp"

namespace dmc::dialects::postgres {

/// Compares what was with what is wanted; where nothing was, nothing is refused.
void refuse(const Tried& tried, grammar::Diagnostics& diagnostics);
/// Names in SQL that nothing has.
void refuse_unknown_names(const Tried& tried, grammar::Diagnostics& diagnostics);
/// Of its statements those with `keeping both`.
void refuse_keeping(const Tried& tried, grammar::Diagnostics& diagnostics);

}  // namespace dmc::dialects::postgres
