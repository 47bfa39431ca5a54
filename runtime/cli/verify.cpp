// dmc verify: the promises of the last plan, asked again.
#include <ostream>

#include "runtime/cli/commands.hpp"
#include "runtime/cli/questions.hpp"
#include "runtime/report/report.hpp"

namespace dmc::cli {
namespace {

Exit run(const Arguments& arguments, World& world) {
  return answer(verify_command(), arguments, world, executor::verify);
}

}  // namespace

Command verify_command() {
  return {"verify", "ask now whether what the last plan promised still holds", {}, question_options(), run};
}

}  // namespace dmc::cli
