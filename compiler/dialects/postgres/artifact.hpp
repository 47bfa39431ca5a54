// The copy that a drop with backup writes first: how it is made, how it is proven equal, how its values come back.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/postgres/lowering.hpp"
#include "compiler/model/table.hpp"
#include "compiler/plan/query_check.hpp"

namespace dmc::dialects::postgres {

/// Columns that tell the rows of a table apart for good; empty: it has none.
std::vector<std::string> row_key(const model::Table& table);

/// A value kept under a name: an expression over the source and the artifact's column.
struct KeptColumn {
  std::string source;
  std::string name;
  /// Which rows of the source have a value that must be kept, where it lives on while its values are: `a is not null`.
  std::string worth{};
};

/// A table of ours in the schema dmc_backup, with no grants. Its columns have the types of what they keep, but for
/// those that the database itself declares: they could not go while a backup has them, and their values are kept as
/// text.
struct Artifact {
  std::string name;    ///< as statements name it: `dmc_backup._dmc_backup_…`
  std::string source;  ///< the same of what it is filled from, as that is called then
  std::vector<std::string> key;
  std::vector<KeptColumn> columns;    ///< besides the key
  std::vector<std::string> counters;  ///< columns of the source that a sequence numbers
  /// Where there is no key: columns that both have. Rows that are alike in all of them are as good as each other.
  std::vector<std::string> whole{};
  std::map<std::string, std::string> types{};  ///< of the columns that are kept as text: what they are given back as

  /// Keeps those columns of the table as text that have a type of the database.
  void keep_as_text(const model::Table& table, const model::Database& database);
  /// Makes the schema and the artifact, empty.
  std::vector<std::string> create() const;
  std::string fill(std::string_view where = {}) const;
  /// Makes and fills it, so that its rows are found by their key, and notes who owns the source.
  std::vector<std::string> write() const;
  /// Row by row, value by value.
  std::vector<plan::QueryCheck> equal_to_source() const;
  /// Of columns of a table that lives on: rows come and go, and every value that there is in one is kept.
  std::vector<plan::QueryCheck> keeps_values() const;
  /// Asks that again, takes the table for itself, and looks at what was written in between: the table does not stand
  /// still for longer than it takes to read past its other rows.
  std::string still_keeps_values(const std::string& table) const;
  /// Where the source has children, a key may be in several of them.
  plan::QueryCheck key_is_unique() const;
  std::string count() const;
  /// `b.id = t.id`, where `b` is the artifact.
  std::string matches(std::string_view table) const;
  /// `b.c`, or `b.c::mood`: what a column of it is given back as.
  std::string value(const std::string& column, const std::string& qualifier = "b.") const;
  /// `update table as t set … from …`: rows get what is kept of them, `b`.
  std::string give_back(const std::string& table, const std::string& sets) const;
  /// `from table as t where …`: the rows of which nothing is kept.
  std::string not_kept(const std::string& table) const;
  /// And the schema of the backups with the last of them.
  std::vector<std::string> drop() const;
  /// Fills a table that has just been made like the source, and gives it to who owned that.
  std::vector<std::string> restore(const std::string& table) const;

 private:
  std::string numbered(const std::string& table, std::string_view columns) const;
  std::string texts(bool of_source) const;
  std::string same_values() const;
  std::string unkept(std::string_view of_those) const;
};

/// The table with the columns that it has from those it inherits from, which its declaration does not repeat.
model::Table with_inherited(const model::Table& table, const model::Database& database);

/// Of a whole table, which is called `source` then.
Artifact artifact_of(const model::Table& table, const model::Database& database, const std::string& source,
                     const std::string& name);

/// Writes the artifact and reads it back; the way back drops it. `columns`: as they were, for the artifact's header.
StepPair backup_pair(const Lowering& lowering, const std::string& object, const Artifact& artifact,
                     std::vector<std::string> columns);
/// Makes an artifact that batches fill; the way back drops it.
StepPair open_artifact(const std::string& object, std::string summary, const Artifact& artifact);

}  // namespace dmc::dialects::postgres
