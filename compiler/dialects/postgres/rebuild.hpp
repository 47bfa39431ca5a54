// `rebuild table`: a table that is stored otherwise than it can be altered to, as a copy that takes its place.
#pragma once

#include "compiler/dialects/postgres/lowering.hpp"

namespace dmc::dialects::postgres {

/// Whether the alteration asks for a copy: for another partitioning, storage or order of columns, for a type that comes
/// no other way, or for nothing but a rebuild. `now`: the table with its columns under the names that they get.
bool asks_for_copy(const change::AlterTable& alter, const model::Table& now, const model::Database& database);

/// Whether the server itself can bring about what is asked for, though not online.
bool storage_can_be_set(const change::AlterTable& alter);

/// The table with all that can be altered where it stands, and what cannot as it was: what is copied.
model::Table altered_in_place(const change::AlterTable& alter, const model::Table& now,
                              const model::Database& database);

Pairs lower_rebuild(const Lowering& lowering, const change::AlterTable& alter);

}  // namespace dmc::dialects::postgres
