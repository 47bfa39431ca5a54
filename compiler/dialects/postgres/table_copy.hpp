// A second table beside one in use, in a schema of its own, so that all that is in it bears its own name from the
// start. A trigger writes into it whatever is written to the other; the rows are brought over in batches.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "compiler/dialects/postgres/lowering.hpp"

namespace dmc::dialects::postgres {

/// Why the one cannot take the place of the other, in words that follow "because"; empty: nothing.
std::string copy_hindrance(const model::Table& live, const model::Table& wanted, const model::Database& database);

/// What a column of the copy holds that has another type there.
struct Conversion {
  std::string column;
  std::string value;  ///< over the columns of the table in use
};

class TableCopy {
 public:
  /// `live`: what is in use then; `wanted`: the same rows otherwise stored; `purpose`: "new" or "old".
  TableCopy(const Lowering& lowering, const model::Table& live, const model::Table& wanted, std::string purpose,
            plan::Pace pace, std::vector<Conversion> conversions);

  /// Makes it, fills it and proves it equal, in an order in which it can be taken back.
  Pairs build() const;

  const std::string& schema() const { return schema_; }
  const model::Table& wanted() const { return wanted_; }
  const model::Table& shadow() const { return shadow_; }
  /// The function and the triggers on the table in use.
  std::vector<std::string> follow() const;
  std::vector<std::string> follow_no_longer() const;
  /// Claims for a step with these statements what it locks besides the table in use.
  void claim_no_longer(plan::Step& step) const;
  /// Locks the table in use and fails when a row of it is missing in the copy: nothing has compared the two since they
  /// were proven equal.
  std::vector<std::string> locked_with_every_row() const;
  /// Row by row, value by value.
  plan::QueryCheck equal() const;
  /// What `set schema` moves: the table with every partition, and the schemas that they lie in when they are in use.
  std::vector<std::string> move_out() const;
  std::vector<std::string> move_in() const;
  /// Foreign keys that are made when it takes its place, unproven; those of a partitioned table before 18 are there
  /// from the start.
  std::vector<model::ForeignKey> late_keys() const;

 private:
  std::string name() const;
  std::string object() const { return "table " + live_.path(); }
  std::string words(const std::string& what) const;
  bool is_stricter() const;
  StepPair created() const;
  StepPair fits() const;
  StepPair followed() const;
  StepPair copied() const;
  std::vector<std::string> truncated_apart() const;
  std::string emptied() const;
  std::string missed() const;
  std::pair<std::string, std::string> compared() const;
  StepPair built(const model::Index& index) const;
  StepPair analysed() const;
  StepPair proven() const;
  StepPair looked(plan::Step step) const;
  std::vector<std::string> columns() const;
  /// What a column of the copy holds, over a row of the table in use: `new`, an alias; "": its bare columns.
  std::string value_of(const std::string& column, std::string_view row) const;
  /// The values of all columns under their names.
  std::string values() const;

  const Lowering& lowering_;
  const model::Table& live_;
  const model::Table& wanted_;
  std::string purpose_;
  plan::Pace pace_;
  std::vector<Conversion> conversions_;
  std::string schema_;
  model::Table shadow_;
};

}  // namespace dmc::dialects::postgres
