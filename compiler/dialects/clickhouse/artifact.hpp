// A copy of a table's rows under a derived name, and how it is compared with what it was made of.
#pragma once

#include <string>
#include <vector>

#include "compiler/dialects/clickhouse/lowering.hpp"

namespace dmc::dialects::clickhouse {

/// The table as only its own host knows it: replicas bring one another nothing of it.
model::Table local(model::Table table);
/// The same of an engine alone: "ReplicatedReplacingMergeTree('/path', '{replica}', version)".
std::string local_engine(const std::string& engine);

/// The question for the partitions of a table, by their ids; no row where there is no such table.
std::string partitions_of(const std::string& table);
/// What a row comes to, as one number: over every column that holds values. `columns`: those that count; names of
/// `table`, without any all of them.
std::string row_hash(const model::Table& table, const std::vector<std::string>& columns = {});
/// Both tables hold the same rows, in any order: as many, and with the same sum of hashes. `where`: of some of them.
plan::QueryCheck same_rows(const model::Table& table, const std::string& one, const std::string& other,
                           const std::string& where = {});
/// Fills `into`, which is made like `from`, partition by partition, with links to the same files.
plan::Step link_partitions(const model::Table& table, const std::string& object, const std::string& summary,
                           const std::string& from, const std::string& into);

/// The columns that an insert names.
std::vector<std::string> written_columns(const model::Table& table);

/// Every row of the backup that meets `where` is in the table too; more may be there.
plan::QueryCheck nothing_lacks(const model::Table& table, const std::string& name, const std::string& where);

/// Rows of a table in use that meet a condition, kept in a table `name`; they come back as they were, as long as no row
/// that meets it was written since.
Pairs keep_rows(const model::Table& table, const std::string& object, const std::string& name,
                const std::string& where);
/// On the way back: takes them over from there.
plan::Step bring_rows_back(const model::Table& table, const std::string& object, const std::string& name,
                           const std::string& where);

/// As many numbers as a mark has meanings; in the multiples of it stands what tells one copy from another.
inline constexpr int marks = 8;
/// The mark `value` of a row in a copy that replicas will take over. A server leaves out a part whose bytes it has
/// attached before, and fails over two that are the same: the mark also says of which attempt and which block it is.
std::string own_mark(std::string_view value);
/// The column that holds it: `value` is its default, or where it is `computed`, what it always is.
model::Column mark_column(const std::string& mark, const std::string& type, const std::string& value, bool computed);
/// From now on what is inserted into the copy says its mark, or has that one.
plan::ForEach let_give(const Lowering& lowering, const model::Table& copy, const model::Column& mark);
/// Attaches each partition of `from` to `into`, where its rows are then those that are `marked`. What an earlier
/// attempt attached is passed over.
plan::ForEach attach_partitions(const std::string& from, const std::string& into, const std::string& marked);

/// The rows of `table`, a Replicated one, that meet `where` and went, on the way back from their backup `name`: every
/// replica copies what it lacks, and one of them attaches its copy for all. Behind it no trace of that is left in the
/// table.
Pairs bring_rows_back_to_replicas(const Lowering& lowering, const model::Table& table, const std::string& name,
                                  const std::string& where);

class Artifact {
 public:
  /// `source`: what the table is called then, when nobody writes to it any more.
  Artifact(const model::Table& table, std::string source, std::string name)
      : table_(table), source_(std::move(source)), name_(std::move(name)) {}

  const std::string& name() const { return name_; }
  std::vector<plan::QueryCheck> equal_to_source() const { return {same_rows(table_, source_, name_)}; }
  /// Makes it, fills it and reads it back.
  Pairs kept(const Lowering& lowering, const std::string& object) const;
  /// `drop` takes the source away; on the way back it is made anew and filled from the artifact.
  Pairs restored_on_undo(const Lowering& lowering, const std::string& object, plan::Step drop) const;

 private:
  plan::Step filled(const std::string& object, const std::string& summary, const std::string& from,
                    const std::string& into) const;

  const model::Table& table_;
  std::string source_;
  std::string name_;
};

}  // namespace dmc::dialects::clickhouse
