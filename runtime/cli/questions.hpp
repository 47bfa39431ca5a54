// What `status`, `drift` and `verify` share: targets in, a report out, nothing changed.
#pragma once

#include <ostream>

#include "runtime/cli/findings.hpp"
#include "runtime/cli/fleet.hpp"
#include "runtime/cli/targets.hpp"
#include "runtime/report/report.hpp"

namespace dmc::cli {

inline std::vector<Option> question_options() {
  return {on_option(),
          cluster_option(),
          {"--format", "FORMAT", "for people, programs or a page", {"text", "json", "markdown"}}};
}

inline report::Format report_format(const Arguments& arguments) {
  const auto word = arguments.value("--format").value_or("text");
  return word == "json" ? report::Format::json : word == "markdown" ? report::Format::markdown : report::Format::text;
}

/// Asks `question` of every target that was typed and writes the answer.
template <class Question>
Exit answer(const Command& command, const Arguments& arguments, World& world, Question question) {
  std::vector<executor::TargetAddress> targets;
  if (const auto cluster = given_cluster(arguments, world)) {
    for (auto& wave : waves_of(*cluster, {})) targets.insert(targets.end(), wave.begin(), wave.end());
  } else {
    targets = read_targets(command, arguments, world);
  }
  journal::Sinks nobody({});
  auto surroundings = environment(world, nobody);
  constexpr std::size_t at_once = 8;
  const auto result = question(targets, surroundings, at_once);
  world.out << report::render(result, report_format(arguments));
  return static_cast<Exit>(result.exit_code);
}

}  // namespace dmc::cli
