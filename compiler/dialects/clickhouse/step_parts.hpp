// The pieces that steps on ClickHouse are put together from. Nothing is transactional: a step is one statement, and
// what it did is known by its checks, or it does no harm to send it again.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/change/change.hpp"
#include "compiler/dialects/clickhouse/lowering.hpp"
#include "compiler/plan/step.hpp"

namespace dmc::dialects::clickhouse {

/// As many rows here as there. What was cut off or sent twice shows in that, at little cost; not whether they are the
/// same rows.
plan::QueryCheck as_many(const std::string& table, const std::string& where, const std::string& other,
                         const std::string& condition, const std::string& means);

/// The question answers no row.
plan::QueryCheck no_rows(std::string means, std::string query, std::string mend = {});
/// It answers at least one.
plan::QueryCheck some_rows(std::string means, std::string query, std::string mend = {});

/// A condition: the server that is asked is that new.
std::string server_is(Version least);

/// Neither a table nor a view of the database is called so; `kind` is for people.
plan::QueryCheck name_is_free(std::string_view kind, std::string_view name);
/// One is, of that engine; an empty engine is any.
plan::QueryCheck relation_is(std::string_view kind, std::string_view name, std::string_view engine = {});
plan::QueryCheck relation_is_gone(std::string_view kind, std::string_view name);
/// The table's row of system.tables meets the condition.
plan::QueryCheck table_meets(std::string means, std::string_view table, std::string_view condition);
/// The column's row of system.columns meets the condition; empty: it is there.
plan::QueryCheck column_meets(std::string means, std::string_view table, std::string_view column,
                              std::string_view condition);
/// The table is there, and in the same look no such column. While a table is detached (system restart replica does that
/// too) system.columns has none of its rows: what is not seen then is not gone.
plan::QueryCheck column_lacks(std::string means, std::string_view table, std::string_view column,
                              std::string_view condition);
plan::QueryCheck column_is(std::string_view table, std::string_view column);
plan::QueryCheck column_is_gone(std::string_view table, std::string_view column);
/// By its type as the server writes it, but for blanks.
plan::QueryCheck column_has_type(std::string_view table, const model::Column& column);
/// No mutation of the table is under way: another one would queue behind it.
plan::QueryCheck nothing_under_way(std::string_view table);
/// The server has the mutation that carries the step's token.
plan::QueryCheck mutation_is_known(std::string_view table);
/// The table holds no row.
plan::QueryCheck is_empty(std::string_view table, std::string mend = {});

/// One statement that is known by its post-checks, which the caller adds.
plan::Step once(std::string object, std::string summary, std::string statement, std::string work = "catalog");
/// One statement that comes to the same however often it is sent.
plan::Step again(std::string object, std::string summary, std::string statement, std::string work = "catalog");
/// A way back on which there is nothing to send.
plan::Step nothing(std::string object, std::string summary);

/// `ALTER TABLE t …`. How long the statement waits is said in it where the server lets it: for what it does to the
/// catalog; for a mutation only on a Replicated table, which shows nothing of it before.
std::string alter(const Lowering& lowering, const model::Table& table, const std::string& actions,
                  std::string_view more_settings = {});
/// A mutation: the same, begun and not waited for.
std::string mutate(const Lowering& lowering, const model::Table& table, const std::string& actions,
                   std::string_view more_settings = {});
/// Waits until no mutation of the table is under way. One that fails is reported; with `give_up`, statements, it is
/// ended.
plan::Step mutations_end(const Lowering& lowering, const model::Table& table, std::string summary,
                         std::vector<std::string> give_up = {});
/// Waits until nobody inserts into the table by that name any more, which none can find since it was renamed.
plan::Step inserts_gone(const std::string& object, const std::string& table);
/// Ends what mutations the table has under way; none where the server cannot do that.
std::optional<std::string> kill_mutations(const Lowering& lowering, const model::Table& table);
/// The same as a pair whose way back does nothing.
StepPair waited(const Lowering& lowering, const model::Table& table, std::string summary,
                std::vector<std::string> give_up = {});

plan::Reverse exact();
plan::Reverse until_written(std::string loses);
plan::Reverse lossy(std::string loses);
plan::Reverse no_way_back(std::string loses);

/// `accepted` by the statement that asked for the change, or by what the step itself does against it.
void add_hazard(plan::Step& step, std::string_view id, std::string object, std::string evidence,
                std::optional<std::string> accepted = std::nullopt);
/// The words that accept what a declared change does; none for what follows from the desired state alone.
std::optional<std::string> own_acceptance(const change::Change& change);

/// What is done for each row of a question, however often it is sent.
plan::Step for_each(plan::ForEach action, std::string object, std::string summary, std::string mode = "insert",
                    std::string work = "rows");

/// A table with a derived name.
plan::Leftover leftover(const std::string& name, std::string_view release);

/// A column with a derived name, of a table. Of replicas that take it away one after the other the last may find it
/// gone between its look and its statement: where the server can, it does not mind.
plan::Leftover leftover_column(const Lowering& lowering, std::string_view table, const std::string& column);

/// Forward and reverse together.
StepPair pair_of(plan::Step forward, plan::Reverse grade, plan::Step reverse);
/// The same turned round.
StepPair turned(StepPair pair);

void append(Pairs& pairs, Pairs more);

}  // namespace dmc::dialects::clickhouse
