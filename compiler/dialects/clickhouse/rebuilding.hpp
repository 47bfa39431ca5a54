// One rebuild on its way: the table as it is stored before and behind it, the names that serve it, and the steps that
// it has become so far. The course is in rebuild.cpp, what its steps are made of in rebuild_parts.cpp, what is read
// from one table into the other in rebuild_copy.cpp.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "compiler/dialects/clickhouse/lowering.hpp"

namespace dmc::dialects::clickhouse {

/// Neither computed nor only there while a row is inserted.
bool is_ordinary(const model::Column& column);

class Rebuild {
 public:
  /// `middle`: the old table, with all of the change that is done where it stands.
  Rebuild(const Lowering& lowering, const change::AlterTable& alter, model::Table middle);

  Pairs run();

 private:
  using Column = model::Column;
  using Table = model::Table;

  // The course, in this order.
  void make();
  void mark_rows();
  void capture();
  void copy();
  void come_to_rest();
  void exchange();
  void bring_over();
  void make_view();
  void let_merge();
  void release(const std::vector<model::Setting>& limits, const std::string& what, const std::string& what_back);

  /// The new table leaves one row of several when it merges parts: it merges none before all is compared.
  bool collapses() const;
  /// Hosts know one another's rows.
  bool is_shared() const;
  /// No view takes what is inserted while rows are copied: it is copied in a round of its own.
  bool by_rounds() const;
  const std::string& name() const { return new_.name; }
  std::string object() const { return "table " + name(); }
  std::string words(const std::string& what) const;
  std::string own(std::string_view purpose) const;
  /// What is called so at this point of the course: the table itself, or the one beside it.
  Table now(const std::string& table) const;

  plan::Step idle(const std::string& what) const;
  StepPair only_forward(plan::Step step) const;
  StepPair only_back(plan::Step step) const;
  void add(StepPair pair) { pairs_.push_back(std::move(pair)); }

  Column mark(const std::string& expression, bool computed) const;
  /// A mark as an expression of the column's type, and what is so of rows whose mark compares so: "= 2".
  std::string value_of(const std::string& number) const;
  std::string marked(std::string_view comparison) const;
  plan::Step create(const Table& table, const std::string& as, const std::string& what) const;
  plan::Step drop(const std::string& table, const std::string& what) const;
  /// What is inserted into the table is marked so from then on. `again_the_same`: as it was before, but by a change
  /// that `inserts_end` can tell.
  plan::Step mark_inserts(const std::string& table, const std::string& value, const std::string& what,
                          bool again_the_same = false) const;
  plan::Step waits(plan::QueryCheck until, const std::string& what) const;
  /// Waits for inserts that began before the table's definition was last changed. An insert that goes on belongs to
  /// whatever it found when it began.
  plan::Step inserts_end(const std::string& table, const std::string& what) const;
  /// Waits for the rows of the tables that came to other replicas; none where each host has its own.
  std::vector<plan::Step> arrived(std::vector<std::string> tables) const;
  void add_arrival(const std::vector<std::string>& tables);
  plan::QueryCheck every_part_is_marked() const;
  /// An update writes every computed column of its parts anew on 18.16, also one of no column: rows that were copied
  /// would be marked as inserted since, and stand twice in the old table (seen; not so on 26.7).
  plan::QueryCheck marks_still_hold() const;
  plan::Step each(plan::ForEach action, const std::string& what, std::string work) const;
  /// A column that no key names, for servers that write a computed column only along with what it is computed of.
  const Column* unkeyed() const;
  plan::Step verify_back() const;

  /// Columns that both have, and how the one's values are read from the other.
  using Carried = std::pair<std::string, std::string>;
  std::vector<Carried> carried(bool back) const;
  std::string insert(const std::string& into, const std::string& from, const std::string& where, bool back,
                     const std::string& more_columns = {}, const std::string& more_values = {}) const;
  /// Behind a statement that works for long: others go before it, where the server has the word and may set it (it asks
  /// for CAP_SYS_NICE, and leaves it where it has not).
  std::string humbly() const;
  /// What rows of a table come to, as they are read by the other one. `old_side`: the table is stored as before.
  std::string rows_of(const std::string& table, const std::string& where, bool old_side) const;
  std::string all_of(const std::string& table, const std::string& where) const;
  plan::QueryCheck same(const std::string& one, const std::string& other, const std::string& means) const;
  plan::Step verify(plan::QueryCheck check) const;
  /// Every row of one partition lands in the partition of that id: nothing that it is made of is computed anew.
  bool same_partitions() const;
  /// Rows of `from` that meet `where`, into `copy`, which then becomes a part of `into`; there they are marked `value`.
  void bring(const std::string& copy_name, const std::string& from, const std::string& into, const std::string& where,
             const std::string& value, bool by_partition, bool back, const std::string& what);

  const Lowering& lowering_;
  const change::AlterTable& alter_;
  Table old_;
  Table new_;
  std::string mark_, beside_, copy_, view_;
  plan::Step sync_;
  bool exchanged_ = false;
  Pairs pairs_;
};

}  // namespace dmc::dialects::clickhouse
