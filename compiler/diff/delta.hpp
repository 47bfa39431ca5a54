// One thing in which the database, once the statements have run, still differs from the desired state and which needs
// no statement.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/diff/reading.hpp"
#include "compiler/diff/subject.hpp"

namespace dmc::diff {

/// What of an object it is about. Everything from `column` on is a part of a table and becomes part of an AlterTable.
enum class Aspect {
  table,
  view,
  trigger,
  object,
  column,  ///< a new one
  column_default,
  column_not_null,
  column_details,  ///< identity, comment, codec, what a virtual column computes
  primary_key,
  unique,
  check,
  foreign_key,
  exclusion,
  partition,  ///< a new one, or other bounds
  index,
  projection,
  storage,  ///< engine and keys
  setting,
  comment
};

/// What must be there before a delta can run: every name in it.
struct Needs {
  std::set<std::string> relations;
  std::set<std::pair<std::string, std::string>> columns;  ///< of a relation
  std::set<std::string> objects;
  std::set<std::string> triggers{};
  std::vector<std::pair<std::string, std::vector<std::string>>> keys;  ///< columns of a table that must be unique there

  void add(Reading reading);
};

struct Delta {
  Aspect aspect = Aspect::table;
  std::string path{};       ///< of the object, or of the table
  std::string member{};     ///< column, constraint, index or setting; empty otherwise
  bool adds = false;        ///< a new name: it must be free
  bool tightens = false;    ///< rows that exist may not fit
  bool last = false;        ///< changes what is made behind it
  bool empty = false;       ///< a new column that a backfill of this change fills: added without its default
  bool null_first = false;  ///< and without `not null`; where types have values of their own that says nothing of rows
  Needs needs{};
  std::set<std::string> references{};  ///< tables that its foreign keys reference
  std::set<std::string>
      words{};  ///< of a text that is read when it is made, all names in it: what they mean is not known
  std::optional<std::size_t> held{};  ///< the statement that it waits for
  model::Origin origin{};
};

bool is_part(Aspect aspect);

/// The part of a table that the delta is about, as statements name it; none for a comment or a setting.
std::optional<Kind> part_of(Aspect aspect);

/// Makes `table` in that one aspect as the desired table is.
void take_over(model::Table& table, const model::Table& desired, const Delta& delta);
/// The column among the others as in `wanted`: behind the next that stands before it there, else before those behind
/// it.
void place_column(model::Table& table, const std::vector<std::string>& wanted, const std::string& name);

/// "column users.slug": what it is about, in the source words of a change.
std::string words_of(const Delta& delta);

/// Whether everything that it needs is there; `table` replaces the state's own of the same path, when there is one.
bool satisfied(const Needs& needs, const State& state, const model::Table* table = nullptr);

/// Whether a key keeps no two rows with the same values of these columns.
bool is_unique(const model::Table& table, const std::vector<std::string>& columns);

/// What of it is not there, for people: "the view 'totals'", …
std::vector<std::string> unmet(const Needs& needs, const State& state);

}  // namespace dmc::diff
