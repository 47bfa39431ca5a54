// Checks that prove, before anything runs, that every row fits what its table becomes.
#pragma once

#include <vector>

#include "compiler/dialects/sqlite/table_move.hpp"
#include "compiler/plan/query_check.hpp"

namespace dmc::dialects::sqlite {

/// A thing that rows must fit, with the checks that prove it.
struct Proof {
  std::string hazard;  ///< the lint rule that it answers; empty: none
  std::string object;
  plan::QueryCheck check;
};

/// Everything that `after` demands of rows and `before` did not: not null, checks, keys, foreign keys, types.
std::vector<Proof> proofs(const TableMove& move);

}  // namespace dmc::dialects::sqlite
