// Changes × dialects → ordered plan and its reverse. The door of the folder.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "compiler/change/change.hpp"
#include "compiler/dialects/dialect.hpp"
#include "compiler/model/project.hpp"
#include "compiler/plan/kept.hpp"
#include "compiler/plan/plan.hpp"
#include "grammar/diagnostic.hpp"

namespace dmc::planner {

/// Object states of one database that changed with a change.
struct Moved {
  std::string object;
  std::optional<std::string> before;  ///< none: it was not there
  std::optional<std::string> after;
  std::string model_before{};  ///< canonical, where the engine keeps SQL in its own words
  std::string model_after{};
};

/// One change with the steps it became on the state that the changes before it left. Hazards may still be added to the
/// steps.
struct Lowered {
  std::size_t change = 0;  ///< its place in the list of changes
  std::string database;
  std::int64_t stage = 1;
  std::vector<dialects::StepPair> pairs;
  std::vector<Moved> moved;  ///< by object
};

/// What a database is at a gate.
struct Halt {
  model::Database database;
  std::vector<plan::Kept> kept;  ///< what is there besides, until the change goes on
};

/// What a database was, is at the end of each stage, and becomes.
struct Course {
  std::string database;
  std::string from;                 ///< state hash
  std::vector<std::string> stages;  ///< the last is what it becomes
  std::vector<Halt> halts = {};     ///< one for each stage but the last
  std::vector<plan::QueryCheck> looks = {};
};

struct Lowering {
  std::vector<Lowered> changes;        ///< in the order they run
  std::vector<Course> courses;         ///< of the databases that the change touches, by name
  std::vector<model::Database> after;  ///< every database as the changes leave it, by name
};

/// Lowers every change on the state that the changes before it leave; stages end at gates. Consumes `base`: the
/// databases are moved on in place. `kept` is there too, because the version before was settled at a gate.
/// Where the outcome is not `desired`, an error (E0299) names the objects that differ.
Lowering lower(std::vector<model::Database> base, const std::vector<plan::Kept>& kept,
               const std::vector<model::Database>& desired, const std::vector<change::Change>& changes,
               const model::Policy& policy, const dialects::Dialects& dialects, grammar::Diagnostics& diagnostics);

struct Planned {
  plan::Plan plan;  ///< `reverse`, digests and the compiler's version are not yet filled in, here and below
  plan::Plan reverse;
};

/// Chains each step to the one before it on its database (a verify, gate or run also to the other databases, where
/// something came in between), puts the effects on the step that brings them, and gives ids. `from_name` is what people
/// call the state that the plan starts from: "6", or "6.1" of a version that was settled at a gate.
Planned make_plan(const Lowering& lowering, const std::vector<change::Change>& changes, const model::Intent& intent,
                  const std::string& from_name, const dialects::Dialects& dialects);

}  // namespace dmc::planner
