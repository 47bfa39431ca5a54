// `rebuild table`: a table whose key, partitions or engine change, as a copy that takes its place.
#pragma once

#include "compiler/dialects/clickhouse/lowering.hpp"

namespace dmc::dialects::clickhouse {

/// Whether the alteration asks for a copy: for what the server cannot alter, or for nothing but a rebuild.
bool asks_for_copy(const change::AlterTable& alter);

Pairs lower_rebuild(const Lowering& lowering, const change::AlterTable& alter);

}  // namespace dmc::dialects::clickhouse
