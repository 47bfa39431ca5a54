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

/// Where its replicas meet in ZooKeeper, as its engine says it: "'/clickhouse/tables/{shard}/shop/hits'"; empty: where
/// the server puts every table for itself.
std::string replica_path(const model::Table& table);

/// Steps that a replica passes on to the others are marked so; what each host keeps for itself is not.
void pass_on(const Lowering& lowering, Pairs& pairs);
/// The same of one step, where it alters or mutates `table`, a Replicated one, under that name.
void pass_on(plan::Step& step, const model::Table& table);
/// What one replica does to the Replicated table for all of its shard.
plan::OneReplica on_one_replica(std::string_view table);
/// The same for what is attached to it: nothing that another one has attached is on its way.
plan::OneReplica attached_by_one_replica(std::string_view table);

/// A condition of SQL: this replica has looked what its shard has since its server began, and no part that a mutation
/// wrote is on its way to it. Mutations that it has not read yet are none to it.
std::string has_what_mutated(std::string_view table);

/// The table on this host is gone, and so is its replica: the path is free for another one from then on. `if_exists`:
/// where it is there.
std::string drop_table(const Lowering& lowering, const model::Table& table, std::string_view as,
                       bool if_exists = false);

/// Waits until the replica has what its shard has of the Replicated tables at that moment, however much comes
/// meanwhile; merges and mutations may be under way.
std::vector<plan::Step> arrival(const std::string& object, const std::string& summary,
                                const std::vector<std::string>& tables);
/// The same where a query names a Replicated table; none where none does.
Pairs wait_for_replicas(const Lowering& lowering, std::string_view query);

/// Whether the clusters that tables lie on, and the replicas of tables that are there, are the targets of the run.
std::vector<plan::QueryCheck> looks_at_cluster(const model::Database& before, const model::Database& after);

/// What cannot lie on a cluster as it is declared (E0957).
void check_on_cluster(const model::Table& table, grammar::Diagnostics& diagnostics);

/// Whether a statement of an author asks for `ON CLUSTER`, and what is said of that (E0957).
bool asks_for_cluster(std::string_view statement);
void refuse_on_cluster(const std::string& whose, std::optional<grammar::Span> span, grammar::Diagnostics& diagnostics);

}  // namespace dmc::dialects::clickhouse
