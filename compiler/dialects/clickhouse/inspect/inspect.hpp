// A live ClickHouse database in the model's words.
#pragma once

#include "compiler/dialects/dialect.hpp"

namespace dmc::dialects::clickhouse {

/// Everything in the session's database, and what belongs to the whole server: functions as objects, users, roles and
/// collections by name alone. The number of questions does not depend on what there is.
Inspected inspect(const Query& query);

}  // namespace dmc::dialects::clickhouse
