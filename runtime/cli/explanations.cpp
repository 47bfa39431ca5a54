// Puts the tables together.
#include "runtime/cli/explanations.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "compiler/ast/explanations.hpp"
#include "compiler/catalog/explanations.hpp"
#include "compiler/check/explanations.hpp"
#include "compiler/dialects/explanations.hpp"
#include "compiler/diff/explanations.hpp"
#include "compiler/lint/lint.hpp"
#include "grammar/explanations.hpp"
#include "runtime/calibrate/explanations.hpp"
#include "runtime/executor/explanations.hpp"
#include "runtime/inventory/explanations.hpp"
#include "runtime/rehearse/explanations.hpp"
#include "runtime/trust/explanations.hpp"

namespace dmc::cli {
namespace {

constexpr std::array<grammar::Explanation, 8> exit_codes{{
    {"0", "exit code 0: done",
     "What was asked for is so. For `dmc run` that means: every step is done and was checked afterwards, and the "
     "database, inspected once more, is exactly what the plan promised."},
    {"1", "exit code 1: refused",
     "Nothing was changed in any database. The sources have errors, a policy denies the plan, a file is not what was "
     "written or approved, or somebody answered a question with no."},
    {"2", "exit code 2: usage",
     "Nothing was changed. The command line does not say what is needed, or names something that is not there."},
    {"3", "exit code 3: a step failed, met a conflict, or is in doubt",
     "A statement was refused by the database, a check did not hold, or it cannot be known whether a statement took "
     "effect. What was done before that step stays done and is remembered in the database itself.\n"
     "\n"
     "    dmc status --on NAME=URL    which step, why, and what to type next\n"
     "    dmc run PLAN --on NAME=URL  goes on from there\n"
     "    dmc undo --on NAME=URL      takes back what was done"},
    {"4", "exit code 4: waiting",
     "The plan stands at a gate whose condition is not met, or another plan is under way on the same database. Nothing "
     "is wrong. `dmc status` says what it waits for, and how to pass."},
    {"5", "exit code 5: another runner holds the target",
     "Somebody else is running a plan on this database right now. The message names the process, its machine and its "
     "user. Nothing was changed."},
    {"6", "exit code 6: the target is not in the plan's base state",
     "The plan leads from one exact state to another, and the database is in neither: it was changed behind dmc's back "
     "(`dmc drift` names what), it is at another version, or it was never adopted. Nothing was changed."},
    {"130", "exit code 130: interrupted",
     "Ctrl-C or SIGTERM ended the run after the statement or batch in flight, and what was done is remembered. The "
     "same command goes on from there."},
}};

}  // namespace

std::vector<grammar::Explanation> all_explanations() {
  std::vector<grammar::Explanation> all(exit_codes.begin(), exit_codes.end());
  const auto first = static_cast<std::ptrdiff_t>(all.size());
  const std::array<std::span<const grammar::Explanation>, 10> tables{
      calibrate::explanations(), executor::explanations(), rehearse::explanations(), inventory::explanations(),
      trust::explanations(),     grammar::explanations(),  ast::explanations(),      check::explanations(),
      diff::explanations(),      catalog::explanations()};
  for (const auto& table : tables) all.insert(all.end(), table.begin(), table.end());
  const auto dialects = dialects::explanations();
  all.insert(all.end(), dialects.begin(), dialects.end());
  const auto hazards = lint::explanations();
  all.insert(all.end(), hazards.begin(), hazards.end());
  std::sort(all.begin() + first, all.end(), [](const auto& a, const auto& b) { return a.code < b.code; });
  return all;
}

}  // namespace dmc::cli
