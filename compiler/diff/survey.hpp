// What the statements of a change mean, found by walking over them once before anything is placed.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/diff/subject.hpp"

namespace dmc::diff {

/// What a statement that failed names. Without an object, a member of any table; without a member, an object whole.
struct Named {
  std::string object;
  std::string member;
  bool unknown = false;  ///< nothing is called so: it may mean what is called nearly so
};

struct Survey {
  std::vector<State> after;                   ///< the databases once the statements alone have run, site by site
  std::map<Subject, std::size_t> holds;       ///< what waits for an `apply` or a `rebuild`, and its number
  std::set<Subject> rebuilds;                 ///< tables with a `rebuild`
  std::map<Subject, std::size_t> fills;       ///< new columns and the first backfill that fills each
  std::map<Subject, std::size_t> retypes;     ///< columns and the statement that changes their type
  std::map<Subject, std::size_t> departures;  ///< what a rename or a drop takes away, and the last that does
  std::map<Subject, std::size_t> arrivals;    ///< what a rename brings, and its number
  std::map<Subject, std::size_t> values;      ///< enums, and the last statement that renames a value of each
  std::map<Subject, std::size_t> old_names;   ///< what `keeping both` lets go on, and its number
  std::vector<Named> failed;                  ///< what statements that failed name

  /// Whether a statement that failed may have been about it, or about the object that it is a part of.
  bool excuses(const Subject& subject) const;
};

/// Walks over the statements; reports what they name wrongly.
Survey survey(const Ground& ground);

}  // namespace dmc::diff
