// dmc status: what each target remembers.
#include <ostream>

#include "runtime/cli/commands.hpp"
#include "runtime/cli/questions.hpp"
#include "runtime/report/report.hpp"

namespace dmc::cli {
namespace {

Exit run(const Arguments& arguments, World& world) {
  return answer(status_command(), arguments, world, executor::status);
}

}  // namespace

Command status_command() {
  return {"status", "where each target stands and what to do next", {}, question_options(), run};
}

}  // namespace dmc::cli
