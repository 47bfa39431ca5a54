// The copy that a drop with backup writes first: how it is made, how it is proven equal, how its values come back.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/table.hpp"
#include "compiler/plan/query_check.hpp"

namespace dmc::dialects::sqlite {

/// What tells the rows of a table apart for longer than one statement.
struct RowKey {
  std::vector<std::string>
      columns;            ///< as statements name them in the table, unquoted; one of rowid, _rowid_, oid for the rowid
  bool is_rowid = false;  ///< hidden: a VACUUM may give other numbers
  bool is_integer = false;  ///< the rowid under whatever name
};

/// The best key that the table has; of `whole` tables the rowid first, so that it comes back too. Empty columns: none.
RowKey row_key(const model::Table& table, bool whole);

/// A value kept under a name: a column of the source and the artifact's column.
struct KeptColumn {
  std::string source;
  std::string name;
  /// Which rows of the source have a value that must be kept, where it lives on while its values are: `a is not null`.
  std::string worth = {};
};

/// A table of ours that keeps values exactly: its columns convert nothing.
struct Artifact {
  std::string name;
  std::string source;  ///< the table it is filled from, as it is called then
  RowKey key;
  std::vector<KeptColumn> columns;  ///< besides the key
  bool counts = false;              ///< the source is AUTOINCREMENT: its counter is kept too
  /// What else the rows hold, where the key is a rowid: by then it may be the number of another row.
  std::vector<KeptColumn> witnesses = {};
  bool may_move = false;  ///< the key is such a rowid

  std::string create() const;
  std::string fill(std::string_view where = {}) const;
  /// `create`, `fill` and the counter.
  std::vector<std::string> write() const;
  /// Row by row, value by value, type by type.
  std::vector<plan::QueryCheck> equal_to_source() const;
  /// Of columns of a table that lives on: rows come and go, and every value that there is in one is kept.
  std::vector<plan::QueryCheck> keeps_values() const;
  std::string count() const;
  /// The key's column in the artifact.
  std::string key_name(std::size_t i) const;
  /// Keeps what the rows hold in `columns` too, unless the key itself tells them apart for good.
  void recognise_by(const std::vector<std::string>& columns);
  /// `b."id" = t."id"`, where `b` is the artifact; with witnesses, the rest of the row is the same too.
  std::string matches(std::string_view table) const;
  /// `(select b."x" from … b where …)` for a row of the table.
  std::string value_of(std::string_view column, std::string_view table) const;
  /// No row of the table has another's rowid by now; nothing to ask where the key is none.
  std::vector<plan::QueryCheck> unmoved(std::string_view table) const;

 private:
  /// Of rows without any key: each as a whole, and how often it is there.
  std::string rows_of(const std::string& table, bool of_source, const std::string& where = {}) const;
  std::string same_values() const;
};

}  // namespace dmc::dialects::sqlite
