// What the statements of a change mean, found by walking over them once before anything is placed.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/diff/subject.hpp"

namespace dmc::diff {

struct Survey {
  std::vector<State> after;                   ///< the databases once the statements alone have run, site by site
  std::map<Subject, std::size_t> holds;       ///< what waits for an `apply` or a `rebuild`, and its number
  std::set<Subject> rebuilds;                 ///< tables with a `rebuild`
  std::map<Subject, std::size_t> fills;       ///< new columns and the first backfill that fills each
  std::map<Subject, std::size_t> retypes;     ///< columns and the statement that changes their type
  std::map<Subject, std::size_t> departures;  ///< what a rename or a drop takes away, and the last that does
  std::map<Subject, std::size_t> arrivals;    ///< what a rename brings, and its number
  std::set<std::string> failed;  ///< words of paths in statements that failed: what they meant stays silent

  /// Whether a statement that could not be understood may have been about it.
  bool excuses(const Subject& subject) const;
};

/// Walks over the statements; reports what they name wrongly.
Survey survey(const Ground& ground);

}  // namespace dmc::diff
