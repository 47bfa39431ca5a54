#include "tests/support/golden_rehearsal.hpp"

#include <filesystem>
#include <regex>

#include "runtime/rehearse/rehearse.hpp"
#include "runtime/report/rehearsal.hpp"
#include "tests/support/small_world.hpp"

namespace dmc::tests {
namespace {

/// Which SQLite is installed, and where the databases lay, is not what a golden is about.
std::string steady(std::string text, const std::string& folder) {
  for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder))
    text.replace(at, folder.size(), "FOLDER");
  // How many events a run has is the protocol's business, and told by nobody who reads this.
  const auto plain = std::regex_replace(text, std::regex("sqlite 3[.0-9]+"), "sqlite VERSION");
  return std::regex_replace(plain, std::regex("of [0-9]+ crash points"), "of N crash points");
}

}  // namespace

std::string rehearse_case(const GoldenCase& golden, Produced& produced) {
  const auto texts = plans_of(golden);
  plan::JsonError error;
  auto forward = plan::read_plan(texts.plan, error), reverse = plan::read_plan(texts.reverse, error);
  if (!forward || !reverse) return "it does not compile\n";
  const executor::PlanPair plans{std::move(*forward), std::move(*reverse), "plans/0002.plan.json"};
  const Folder folder;
  const auto connector = session::connector();
  const dialects::Dialects dialects;
  StillClock clock;
  Kept sink;
  session::Stop stop;
  executor::Environment environment{*connector, dialects, clock, sink, stop, {1, "golden", "tester", "dmc golden", ""}};
  rehearse::Options options;
  options.folder = folder.at("");
  options.crash_points = 6;
  rehearse::Ground ground{texts.base_models, texts.models};
  for (const auto& input : plans.forward.plan.databases) {
    model::Database empty;
    empty.name = input.name;
    empty.engine = input.engine;
    for (auto* side : {&ground.base, &ground.target})
      if (std::none_of(side->begin(), side->end(), [&](const auto& one) { return one.name == input.name; }))
        side->push_back(empty);
  }
  const auto result = rehearse::rehearse(plans, ground, options, environment);
  const auto text = steady(report::render(result, report::Format::text), options.folder.string());
  produced["rehearsal.txt"] = text;
  if (result.exit_code != 0 && !golden.has("rehearsal.txt")) return "the rehearsal failed:\n" + text;
  return "";
}

}  // namespace dmc::tests
