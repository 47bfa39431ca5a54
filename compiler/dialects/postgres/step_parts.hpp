// The pieces that steps on PostgreSQL are put together from.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/change/change.hpp"
#include "compiler/dialects/postgres/lowering.hpp"
#include "compiler/plan/step.hpp"

namespace dmc::dialects::postgres {

/// The question answers no row.
plan::QueryCheck no_rows(std::string means, std::string query, std::string mend = {});
/// It answers at least one.
plan::QueryCheck some_rows(std::string means, std::string query, std::string mend = {});

/// Nothing that shares names with relations is called so; `kind` is for people: "table", "index". `name` as `full`
/// says.
plan::QueryCheck name_is_free(std::string_view kind, const std::string& name);
/// A relation of one of the kinds ('r', 'p', 'v', …, as pg_class has them) is called so.
plan::QueryCheck relation_is(std::string_view kind, const std::string& name, std::string_view relkinds);
plan::QueryCheck relation_is_gone(std::string_view kind, const std::string& name);
plan::QueryCheck column_is(const std::string& table, std::string_view column, bool there = true);
/// The column's row of pg_attribute meets the condition (`a.attnotnull`).
plan::QueryCheck column_meets(std::string means, const std::string& table, std::string_view column,
                              std::string_view condition);
/// The table has the constraint, and its row of pg_constraint meets the condition (`c.convalidated`; empty: any).
plan::QueryCheck constraint_is(const std::string& table, std::string_view name, std::string_view condition = {});
plan::QueryCheck constraint_is_gone(const std::string& table, std::string_view name);
/// No foreign key of another table points at it. Asked of the database itself, because tables that dmc does not manage
/// count too. Names pg_class, so that whatever comes and goes before it may change the answer.
plan::QueryCheck no_references(const std::string& table);
/// Nobody writes to the table between what the step asks and what it does.
void hold_still(plan::Step& step, const std::string& table);

/// The table holds no row.
plan::QueryCheck is_empty(const std::string& table, std::string mend = {});

/// As plans name it: "index audit.log_at_idx".
std::string object_in(std::string_view kind, const std::string& schema, std::string_view name);

/// `pg_catalog.to_regclass('public.users')`: null where there is no such relation.
std::string oid_of(const std::string& name);

/// Statements in one transaction that take their locks only briefly: a statement that does not come to its end in five
/// seconds is given up and tried again.
plan::Step brief(std::string object, std::string summary, std::vector<std::string> statements);
/// Statements in one transaction that read or write rows, for as long as it takes.
plan::Step lengthy(std::string object, std::string summary, std::vector<std::string> statements);
/// One statement outside any transaction, that waits for others without making anyone wait: no lock timeout, one
/// deadline. What it did is known by its post-checks, which the caller adds.
plan::Step apart(std::string object, std::string summary, std::string statement);

/// Proves a constraint that was added unproven, without making anybody wait: `on`, a table as statements name it, for
/// people `owner`. Does nothing where it is proven, or was taken away again. The caller adds the locks.
plan::Step proof_of(const std::string& constraint, const std::string& on, const std::string& owner, std::string object,
                    std::string summary);

/// A lock of the measured operation on the named object; `relation` is the measurement's name for it ("t", "p").
void add_lock(plan::Step& step, const Lowering& lowering, std::string_view operation, std::string_view relation,
              const std::string& object);
/// The same for "t", what the operation is about.
void add_lock(plan::Step& step, const Lowering& lowering, std::string_view operation, const std::string& object);
/// A lock that the measurements do not hold.
void add_lock(plan::Step& step, const std::string& object, std::string mode, std::string work);

/// The step's texts name what lies in the default schema: they are read with it in the search path.
void read_in_public(plan::Step& step);

plan::Reverse exact();
plan::Reverse until_written(std::string loses);
plan::Reverse lossy(std::string loses);
plan::Reverse no_way_back(std::string loses);

/// `accepted` by the statement that asked for the change, or by what the step itself does against it.
void add_hazard(plan::Step& step, std::string_view id, std::string object, std::string evidence,
                std::optional<std::string> accepted = std::nullopt);
/// The words that accept what a declared change does; none for what follows from the desired state alone.
std::optional<std::string> own_acceptance(const change::Change& change);

/// A relation with a derived name; `kind` is the word of `drop KIND`.
plan::Leftover leftover(std::string_view kind, const std::string& name, std::string_view release);

/// Forward and reverse together.
StepPair pair_of(plan::Step forward, plan::Reverse grade, plan::Step reverse);

/// `alter … rename` for the keys, constraints and indexes that are the same but for their names.
std::vector<std::string> rename_members(const model::Table& before, const model::Table& after);
/// `alter sequence … rename` for those that are called like their table and column: the server leaves them as they are.
std::vector<std::string> rename_sequences(const model::Table& before, const model::Table& after);
/// The same for the column `to` of the table, which was called `from`.
std::vector<std::string> rename_sequences(const model::Table& table, std::string_view from, std::string_view to);
/// Since 18 a NOT NULL has a name, which a renamed column keeps, so that the next column of the old name could not get
/// one: of a column that is called `to` by now, it is called after that. Nothing on older versions, nor where it has
/// another name than the server would give it.
std::vector<std::string> rename_not_null(const Lowering& lowering, const model::Table& table, std::string_view from,
                                         std::string_view to);

void append(std::vector<std::string>& list, std::vector<std::string> more);

}  // namespace dmc::dialects::postgres
