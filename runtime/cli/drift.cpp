// dmc drift: what is otherwise than the ledger recorded.
#include <ostream>

#include "runtime/cli/commands.hpp"
#include "runtime/cli/questions.hpp"
#include "runtime/report/report.hpp"

namespace dmc::cli {
namespace {

Exit run(const Arguments& arguments, World& world) {
  return answer(drift_command(), arguments, world, executor::drift);
}

}  // namespace

Command drift_command() {
  return {"drift", "what changed in each target behind dmc's back", {}, question_options(), run};
}

}  // namespace dmc::cli
