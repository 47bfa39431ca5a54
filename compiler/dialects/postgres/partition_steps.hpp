// Partitioned tables: what cannot be done on the whole without making writers wait is done partition by partition.
#pragma once

#include <string>
#include <vector>

#include "compiler/dialects/postgres/alteration.hpp"

namespace dmc::dialects::postgres {

void add_partitioned_index(Alteration& alteration, const model::Index& index);
void drop_partitioned_index(Alteration& alteration, const model::Index& index);
void add_partitioned_key(Alteration& alteration, const model::Key& key, bool primary);
/// A foreign key before 18: each partition first, then the whole takes them over.
void add_partitioned_foreign_key(Alteration& alteration, const model::ForeignKey& key);

}  // namespace dmc::dialects::postgres
