// What is destroyed, step by step, for a question and for programs.
#include "runtime/cli/losses.hpp"

#include <fmt/format.h>

#include "grammar/diagnostic.hpp"

namespace dmc::cli {

std::vector<std::string> losses(const plan::Plan& plan) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < plan.steps.size(); ++at) {
    const auto& step = plan.steps[at];
    if (step.reverse.grade != plan::ReverseClass::lossy && step.reverse.grade != plan::ReverseClass::none) continue;
    lines.push_back(fmt::format("step {}, {}: {}", at + 1, grammar::escaped(step.summary),
                                grammar::escaped(step.reverse.loses.value_or("cannot be taken back"))));
  }
  return lines;
}

}  // namespace dmc::cli
