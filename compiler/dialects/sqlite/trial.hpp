// Lets SQLite itself resolve the names and read the syntax of every text that is new.
#pragma once

#include "compiler/dialects/trial.hpp"
#include "grammar/diagnostic.hpp"

namespace dmc::dialects::sqlite {

void try_out(const Tried& tried, const Trial& trial, grammar::Diagnostics& diagnostics);

}  // namespace dmc::dialects::sqlite
