// Tables on several hosts: what each host does itself, what one replica does for all of its shard, and what must be so.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/clickhouse/lowering.hpp"
#include "grammar/diagnostic.hpp"

namespace dmc::dialects::clickhouse {

/// Its replicas bring one another what is inserted, altered and mutated.
bool is_replicated(const model::Table& table);

/// Steps that a replica passes on to the others are marked so; what each host keeps for itself is not.
void pass_on(const Lowering& lowering, Pairs& pairs);

/// Waits until the replica has everything that its shard has, where a query names a Replicated table; none where none
/// does.
Pairs wait_for_replicas(const Lowering& lowering, std::string_view query);

/// Whether the clusters that tables lie on, and the replicas of tables that are there, are the targets of the run.
std::vector<plan::QueryCheck> looks_at_cluster(const model::Database& before, const model::Database& after);

/// What cannot lie on a cluster as it is declared (E0957).
void check_on_cluster(const model::Table& table, grammar::Diagnostics& diagnostics);

/// Whether a statement of an author asks for `ON CLUSTER`, and what is said of that (E0957).
bool asks_for_cluster(std::string_view statement);
void refuse_on_cluster(const std::string& whose, std::optional<grammar::Span> span, grammar::Diagnostics& diagnostics);

}  // namespace dmc::dialects::clickhouse
