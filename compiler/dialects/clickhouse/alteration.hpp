// One table on its way from what it is to what it becomes, and the steps that its deltas have become so far.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/clickhouse/column_place.hpp"
#include "compiler/dialects/clickhouse/lowering.hpp"

namespace dmc::dialects::clickhouse {

class Alteration {
 public:
  Alteration(const Lowering& lowering, const change::AlterTable& alter);

  Pairs run();

  const Lowering& lowering() const { return lowering_; }
  const change::AlterTable& alter() const { return alter_; }
  /// The table as it is, with its columns and texts under their new names.
  const model::Table& now() const { return now_; }
  const model::Table& after() const { return alter_.after; }
  const std::string& name() const { return alter_.after.name; }
  std::string object() const { return "table " + name(); }
  std::string path(const std::string& column) const { return name() + "." + column; }
  Version oldest() const { return lowering_.oldest(); }
  /// It went before anything else did: if it is still wanted, it is new.
  void lacks_projection(const std::string& projection);
  const change::ColumnMove* move_to(const std::string& column) const;
  /// A name of ours for something that serves this change of the table.
  std::string own(std::string_view purpose, std::string_view what) const;
  /// Hazards of a delta that nobody may have asked for in words.
  std::optional<std::string> accepted() const;

  void add(StepPair pair) { pairs_.push_back(std::move(pair)); }
  Pairs& pairs() { return pairs_; }
  /// Of the columns at this point of the way; what is not declared yet or any more stands among them.
  ColumnPlaces& places() { return places_; }
  /// A change of the catalog that comes to the same however often it is sent, and its opposite.
  StepPair& change(const std::string& words, const std::string& actions, const std::string& words_back,
                   const std::string& actions_back, std::string_view settings = {});
  /// Waits for the mutations of the table.
  void wait(const std::string& summary);

 private:
  const Lowering& lowering_;
  const change::AlterTable& alter_;
  model::Table now_;
  ColumnPlaces places_;
  Pairs pairs_;
};

/// Topics, in the order in which they are asked.
void lower_bound_projections(Alteration& alteration);
void lower_column_renames(Alteration& alteration);
void lower_lost_members(Alteration& alteration);
void lower_lost_columns(Alteration& alteration);
void lower_new_columns(Alteration& alteration);
void lower_column_changes(Alteration& alteration);
void lower_storage(Alteration& alteration);
void lower_new_members(Alteration& alteration);

/// Alters the table in a way that comes to the same however often it is sent.
plan::Step modify_step(const Alteration& alteration, const std::string& words, const std::string& actions,
                       std::string_view settings = {});
/// Into parts that were there before the column, so that its default may change or go.
void write_default(Alteration& alteration, const model::Column& column);
/// Says it where the server cannot put a column where it belongs.
void note_misplaced(Alteration& alteration, plan::Step& step, const std::string& column, bool there, bool back);

/// No row has a value in the column but what it shows unsaid; nor, where there is one, what the column computed before.
plan::QueryCheck still_unwritten(const Alteration& alteration, const model::Column& column,
                                 const std::string& computed = {});

/// "MODIFY COLUMN `c` String DEFAULT 'x'": with what is not said it would lose in older versions.
std::string modify_words(const model::Column& column);
/// Writes the values of a column into every part, where its default is only what reads show.
void materialize(Alteration& alteration, const model::Column& column, const std::string& summary);
/// The values of such a column differ from one reading to the next.
bool is_volatile(std::string_view expression);

}  // namespace dmc::dialects::clickhouse
