// A second column beside one of a table, kept equal to it by a trigger, filled, proven and indexed like it: what a type
// change that writes rows and `keeping both` are made of.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/dialects/postgres/lowering.hpp"
#include "compiler/dialects/postgres/row_triggers.hpp"

namespace dmc::dialects::postgres {

struct Beside {
  const Lowering* lowering;
  const model::Table* table;  ///< with the other column in its place
  std::string place;          ///< the other column
  model::Column column;       ///< the one beside it, as it is declared in its place
  std::string aside;          ///< what it is called while it is beside
  std::string value;          ///< of it, over the other one
  std::string purpose;        ///< of derived names, and for people: "new", "old", "kept"
  std::string serves;         ///< what the derived names serve
  std::string words;          ///< for people, what it is done for: "retype t.age"
  bool tolerant = false;      ///< nobody's write may fail for its sake
  bool twin = false;          ///< of the same type: what the other column's constraints say holds for it too
  /// It outlives its change, in which the others may get other names: what they are about tells which one is meant.
  bool stays = false;
  plan::Pace pace{};  ///< of filling it

  std::string own(const std::string& what) const;
  std::string named(const std::string& what) const { return words + ": " + what; }

  /// A text over the column in its place as one over the column beside it.
  std::string over(const std::string& text) const;
  model::Index over(model::Index index) const;
  /// What names the column in its place.
  bool touches(std::string_view text) const;
  bool touches(const std::vector<model::Element>& elements) const;
  bool touches(const model::Index& index) const;
  std::vector<model::Index> indexes() const;
  std::vector<std::pair<model::Key, bool>> keys() const;  ///< each with whether it is the primary key

  RowTrigger keeper() const;
  std::string index_name(const model::Index& index) const;

  /// What of the table's checks and foreign keys names the column in its place, for the one beside it.
  struct Constraint {
    std::string name;          ///< of the author's
    std::string own;           ///< while it is beside the author's
    std::string sql;           ///< `check (…)`
    std::string references{};  ///< the other table of a foreign key
  };
  std::vector<Constraint> constraints() const;

  /// Everything that the column needs beside the other, in an order in which it can be taken back. `with_keys`: an
  /// index for each key too.
  Pairs build(bool with_keys) const;
  StepPair added() const;
  /// Where the column differs from its value, or where `differs` holds.
  StepPair filled(const std::string& differs = {}) const;
  /// That the two agree in every row.
  StepPair agreement() const;
  /// What stood for it as a check while it was filled becomes the column's own.
  StepPair made_mandatory() const;
  StepPair looked(plan::Step step) const;
  /// A step that has nothing to do on its way forth, and does on the way back again what that undid.
  StepPair only_back(StepPair pair) const;
  std::string not_null_name() const { return own("not null"); }

  /// The same at once, where the column is there: indexes and constraints.
  std::vector<std::string> at_once() const;

 private:
  std::string name() const;
  std::string object() const { return "table " + table->path(); }
  void mandatory(Pairs& pairs) const;
  void unproven(const Constraint& constraint, Pairs& pairs) const;
  plan::Step prove(const std::string& constraint) const;
};

/// Behind the summary of what a step does on its way back alone.
constexpr std::string_view only_on_the_way_back = " (only on the way back)";

/// Works the new value of every row out, and fails where one has none; nothing where each has one, or where it may be
/// another one each time.
std::optional<plan::QueryCheck> every_row_becomes(const model::Table& table, const std::string& column,
                                                  const std::string& value, const std::string& from,
                                                  const std::string& to);

/// The two expressions differ as values of the type, to the last bit: a citext in upper case is another one.
std::string differ(const std::string& one, const std::string& other, const std::string& type);

}  // namespace dmc::dialects::postgres
