// Partitioned tables: what cannot be done on the whole without making writers wait is done partition by partition.
#pragma once

#include <string>
#include <vector>

#include "compiler/dialects/postgres/alteration.hpp"

namespace dmc::dialects::postgres {

/// The partitions that hold rows.
std::vector<const model::Partition*> leaves_of(const model::Table& table);

void add_partitioned_index(Alteration& alteration, const model::Index& index);
void drop_partitioned_index(Alteration& alteration, const model::Index& index);
void add_partitioned_key(Alteration& alteration, const model::Key& key, bool primary);
/// A foreign key before 18, where each partition has it and is proven: the whole takes them over, unless it has it.
plan::Step take_over_foreign_key(const std::string& object, std::string summary, const model::Table& table,
                                 const model::ForeignKey& key, const model::Database& database);
/// A foreign key before 18: each partition first, then the whole takes them over.
void add_partitioned_foreign_key(Alteration& alteration, const model::ForeignKey& key);

}  // namespace dmc::dialects::postgres
