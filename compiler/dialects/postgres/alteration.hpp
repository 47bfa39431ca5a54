// One table on its way from what it is to what it becomes, and the steps that its deltas have become so far.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/postgres/lowering.hpp"
#include "compiler/dialects/postgres/type_change.hpp"

namespace dmc::dialects::postgres {

/// Changes of the catalog alone, of one table in one transaction, with their way back.
struct Brief {
  std::vector<std::string> forward;
  std::vector<std::string> backward;  ///< in the order in which they run on the way back
  std::vector<std::string> words;     ///< "add column age"
  std::vector<std::string> words_back;
  std::vector<plan::QueryCheck> pre, post, back_pre, back_post;
  std::vector<plan::Lock> locks, locks_back;  ///< besides the table's own, or of more work than of the catalog
  std::vector<plan::Hazard> hazards;
  std::vector<std::string> loses;                      ///< for good
  std::vector<std::string> later;                      ///< what is lost only once somebody wrote it
  std::vector<std::string> first_forward, first_back;  ///< what stands in the way goes
  std::vector<std::string> last_forward, last_back;    ///< and comes again, run last
  bool fills_back = false;                             ///< the way back gives rows values, which nobody is to see
  bool held_back = false;  ///< nobody writes between the questions of the way back and what it does
  bool in_public = false;
  bool scans = false;       ///< reads rows under its lock: no five seconds
  bool scans_back = false;  ///< the same on the way back

  void add(std::vector<std::string> statements, std::vector<std::string> back, std::string word, std::string word_back);
  void add(std::string statement, std::string back, std::string word, std::string word_back) {
    add(std::vector{std::move(statement)}, std::vector{std::move(back)}, std::move(word), std::move(word_back));
  }
  /// What stands in the way on either way goes in front of all else, and comes again behind it.
  void give_way(const InTheWay& forth, const InTheWay& back_again, const model::Database& database);
  bool empty() const { return forward.empty(); }
};

class Alteration {
 public:
  Alteration(const Lowering& lowering, const change::AlterTable& alter);

  Pairs run();

  const Lowering& lowering() const { return lowering_; }
  const change::AlterTable& alter() const { return alter_; }
  /// The table as it is, with its columns, keys and texts under their new names.
  const model::Table& now() const { return now_; }
  const model::Table& after() const { return alter_.after; }
  std::string name() const;    ///< as statements name it
  std::string object() const;  ///< as plans name it
  /// The column as it is now; null for a new one.
  const model::Column* source(const std::string& column) const;
  const change::ColumnMove* move_to(const std::string& column) const;
  bool partitioned() const { return alter_.after.partitioned.has_value(); }
  std::string own(std::string_view purpose, std::string_view what) const;

  void add(StepPair pair) { pairs_.push_back(std::move(pair)); }
  /// What has been collected becomes a step.
  void flush();
  Brief& brief() { return brief_; }
  /// From the last step on the model is what it becomes.
  void takes_effect() { pairs_.back().takes_effect = true; }
  /// Hazards of a delta that nobody may have asked for in words.
  std::optional<std::string> accepted() const;

 private:
  const Lowering& lowering_;
  const change::AlterTable& alter_;
  model::Table now_;
  Brief brief_;
  Pairs pairs_;
};

/// Topics, in the order in which they are asked.
void lower_renames(Alteration& alteration);
void lower_lost_members(Alteration& alteration);  ///< constraints and indexes that go
void lower_lost_columns(Alteration& alteration);
void lower_new_columns(Alteration& alteration);
void lower_column_changes(Alteration& alteration);
void lower_settings(Alteration& alteration);
void lower_settings_of_lost_indexes(Alteration& alteration);
void lower_settings_of_indexes(Alteration& alteration);  ///< behind these
void lower_partitions(Alteration& alteration);
void lower_not_null(Alteration& alteration);
void lower_new_constraints(Alteration& alteration);
void lower_new_indexes(Alteration& alteration);

/// Whether adding the column at once, with all that it is declared with, writes every row anew.
bool adding_rewrites(const Alteration& alteration, const model::Column& column);
/// Whether the server changes the type without touching the rows.
bool is_free(std::string_view from, std::string_view to, const model::Database& database);
/// A type that only rows can be brought to.
void lower_retype(Alteration& alteration, const model::Column& before, const model::Column& after);

/// `rows` are all right when the question answers none; for people `means`.
plan::QueryCheck rows_fit(const Alteration& alteration, const std::string& means, const std::string& broken);

/// The column's row of a filled table: an update in batches by key, or at once where there is no key.
plan::Step fill_step(const Lowering& lowering, const model::Table& table, const std::string& summary,
                     const std::string& set, const std::string& where, const plan::Pace& pace = {});

}  // namespace dmc::dialects::postgres
