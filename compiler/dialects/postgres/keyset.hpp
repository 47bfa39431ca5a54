// A table's rows in pieces, by key: the queries that find where a batch ends, and the conditions that keep a statement
// to it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/plan/steps/backfill.hpp"

namespace dmc::dialects::postgres {

struct Keyset {
  std::string table;                 ///< as statements name it
  std::vector<std::string> columns;  ///< unquoted; never empty
  std::string where;                 ///< the rows that are meant; empty: all

  /// `where` and the key up to the batch's upper end; in the first batch there is no lower one.
  std::string first_rows() const;
  std::string next_rows() const;
  /// Everything of a backfill but what it does to the rows.
  plan::Backfill backfill(std::string for_people, const plan::Pace& pace) const;
};

}  // namespace dmc::dialects::postgres
