// A live database in the words of the model.
#pragma once

#include "compiler/dialects/dialect.hpp"

namespace dmc::dialects::sqlite {

/// Asks a constant number of queries, whatever the size. What cannot be modelled whole is listed, never guessed.
Inspected inspect(const Query& query);

}  // namespace dmc::dialects::sqlite
