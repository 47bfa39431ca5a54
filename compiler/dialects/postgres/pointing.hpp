// Foreign keys that point at a table whose key leaves for a moment: they are dropped and added unproven in the
// transaction in which another one takes its place, and proven afterwards, so that nobody waits for the proof.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/postgres/lowering.hpp"
#include "compiler/plan/step.hpp"

namespace dmc::dialects::postgres {

struct Pointing {
  const model::Table* child;
  const model::ForeignKey* key;
};

/// Those of every table, the table itself included, that reference it; `column`: only those that reference it by that
/// column.
std::vector<Pointing> pointing_at(const model::Database& database, const model::Table& table,
                                  std::string_view column = {});

/// The columns that it references, also where it leaves them to the primary key.
std::vector<std::string> referenced_by(const model::ForeignKey& key, const model::Table& table);

/// Whether a column of the one type can reference one of the other: the server compares them by one index.
bool can_reference(std::string_view type, std::string_view referenced);

/// Nothing but those references a key of the table, so that it may go for a moment; of a table that is not managed,
/// say.
plan::QueryCheck no_other_reference(const std::string& table, const std::string& key,
                                    const std::vector<Pointing>& but = {});

/// The same of a unique index that is no constraint.
plan::QueryCheck no_reference_by(const std::string& table, const std::string& index);

/// Whether a foreign key of the table can be added unproven: of a partitioned one from 18 on.
bool adds_unproven(const model::Table& table, int major);

/// Of a key that may have been added unproven: `on`, a table as statements name it, of `owner`. Does nothing where it
/// is proven, or was taken away again.
plan::Step prove_reference(const Lowering& lowering, const std::string& object, std::string summary,
                           const std::string& on, const std::string& owner, const model::ForeignKey& key);

/// All that proves it. Of a partitioned child before 18 each partition is proven, and then the whole takes them over.
std::vector<plan::Step> prove_pointing(const Lowering& lowering, const std::string& object, const std::string& words,
                                       const Pointing& pointing);

/// Their tables are locked, in this order, behind the table that they point at. A writer of a child locks the two the
/// other way round, and must not be the one that gives way: the step gives up before the server looks for deadlocks
/// (after a second, unless it is set otherwise), and waits no longer for all of them together than for one.
void lock_children(const std::vector<Pointing>& pointing, const model::Table& table,
                   std::vector<std::string>& statements);
/// The objects that a swap leaves otherwise until they are proven.
std::vector<std::string> children_of(const std::vector<Pointing>& pointing, const model::Table& table);
void note_children(plan::Step& step, const std::vector<Pointing>& pointing, const model::Table& table);
/// What people said of a constraint that is made anew; the server forgets it with the old one.
std::vector<std::string> comments_on_constraint(const std::string& name, const model::Table& table,
                                                const model::Database& database);
void drop_references(const std::vector<Pointing>& pointing, const model::Database& database,
                     std::vector<std::string>& statements);
void add_references(const std::vector<Pointing>& pointing, const model::Database& database,
                    std::vector<std::string>& statements);

}  // namespace dmc::dialects::postgres
