// Indexes and keys built and dropped without making writers wait. They are built under a derived name, so that what a
// lost statement left can be told from what is somebody else's, and get their own name in the transaction that records
// them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/postgres/alteration.hpp"

namespace dmc::dialects::postgres {

/// Builds the index under the name, concurrently; the way back drops it, where it still is. `on`: another relation than
/// the table of the index (a partition).
StepPair build_pair(const Lowering& lowering, const std::string& object, const model::Index& index,
                    const std::string& schema, const std::string& on, const std::string& as,
                    const std::string& summary);
/// The same the other way round.
StepPair turned(StepPair pair);

/// The index behind a key.
model::Index index_of(const model::Key& key);
/// Columns whose values the index holds, by name; none for an expression.
std::vector<std::string> column_names_of(const std::vector<model::Element>& elements);

void add_index(Alteration& alteration, const model::Index& index);
void replace_index(Alteration& alteration, const model::Index& before, const model::Index& after);
void drop_index(Alteration& alteration, const model::Index& index);

/// Unique or primary keys, by an index that was built first.
void add_key(Alteration& alteration, const model::Key& key, bool primary);
void replace_key(Alteration& alteration, const model::Key& before, const model::Key& after, bool primary);
void drop_key(Alteration& alteration, const model::Key& key, bool primary);

/// Names of constraints and indexes that are only called otherwise, before and after.
std::vector<std::string> renamed_members(const model::Table& before, const model::Table& after);

/// That no two rows are alike in the elements.
plan::QueryCheck no_two_alike(const model::Table& table, const std::string& name,
                              const std::vector<model::Element>& elements, const std::optional<model::Sql>& where,
                              bool nulls_are_alike);

}  // namespace dmc::dialects::postgres
