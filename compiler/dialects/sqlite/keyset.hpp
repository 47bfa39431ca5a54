// A table's rows in pieces, by key: the queries that find where a batch ends, and the conditions that keep a statement
// to it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/table.hpp"
#include "compiler/plan/steps/backfill.hpp"

namespace dmc::dialects::sqlite {

struct Keyset {
  std::string table;
  std::vector<std::string> columns;  ///< as statements name them, unquoted
  std::string where;                 ///< the rows that are meant; empty: all

  /// `where` and the key up to the batch's upper end; in the first batch there is no lower one.
  std::string first_rows() const;
  std::string next_rows() const;
  /// Everything of a backfill but what it does to the rows.
  plan::Backfill backfill(const plan::Pace& pace) const;
};

/// The key that orders a table's rows while a plan runs: the rowid before any other. Empty columns: it has none.
Keyset keyset_of(const model::Table& table, std::string_view where);

}  // namespace dmc::dialects::sqlite
