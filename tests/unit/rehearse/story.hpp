// Sources before and after a change, compiled as a project would, and rehearsed.
#pragma once

#include <stdexcept>
#include <string>

#include "compiler/compile.hpp"
#include "runtime/rehearse/rehearse.hpp"
#include "tests/support/small_world.hpp"

namespace dmc::tests {

struct RehearsedStory {
  Folder folder;
  dialects::Dialects dialects;
  executor::PlanPair plans;
  rehearse::Ground ground;
  rehearse::Options options;
  session::Stop stop;

  /// `before` empty: the plan is version 1 and leads from nothing.
  RehearsedStory(const std::string& before, const std::string& after, const std::string& change) {
    options.folder = folder.at("play");
    options.crash_points = 4;
    std::vector<std::pair<std::int64_t, std::string>> catalogs;
    if (!before.empty()) {
      catalogs.emplace_back(
          1, compiled({{"schema/s.mig", before}, {"changes/0001.mig", "change 1 'first';\n"}}, {}).catalog_bytes);
      ground.base = models(catalogs.back().second);
    }
    const auto result = compiled({{"schema/s.mig", after}, {"changes/000n.mig", change}}, catalogs);
    ground.target = models(result.catalog_bytes);
    plan::JsonError error;
    plans = {plan::read_plan(result.plan_bytes, error).value(), plan::read_plan(result.reverse_bytes, error).value(),
             "plans/000n.plan.json"};
    for (const auto& input : plans.forward.plan.databases)
      for (auto* side : {&ground.base, &ground.target})
        if (std::none_of(side->begin(), side->end(), [&](const auto& one) { return one.name == input.name; })) {
          side->emplace_back().name = input.name;
          side->back().engine = input.engine;
        }
  }

  rehearse::Result rehearse() {
    const auto connector = session::connector();
    return rehearse(*connector);
  }
  rehearse::Result rehearse(session::Connector& connector) {
    std::filesystem::remove_all(options.folder);
    std::filesystem::create_directories(options.folder);
    StillClock clock;
    Kept sink;
    executor::Environment environment{connector, dialects, clock, sink, stop, {1, "host", "tester", "dmc test", ""}};
    return rehearse::rehearse(plans, ground, options, environment);
  }

 private:
  Compiled compiled(std::vector<check::SourceText> sources,
                    const std::vector<std::pair<std::int64_t, std::string>>& catalogs) const {
    sources.push_back({"project.mig", "project tests { edition 1; }\n"});
    grammar::Sources held;
    grammar::Diagnostics diagnostics;
    auto result = compile(
        {.sources = std::move(sources), .catalogs = catalogs, .index = {}, .compiler_version = "test", .trial = {}},
        dialects, held, diagnostics);
    std::string text;
    for (const auto& diagnostic : diagnostics.sorted()) text += grammar::render(diagnostic, held);
    if (diagnostics.has_errors()) throw std::runtime_error(text);
    return result;
  }
  static std::vector<model::Database> models(const std::string& bytes) {
    plan::JsonError error;
    return catalog::parse_catalog(bytes, error).value().models();
  }
};

/// The first claim about that; empty when there is none.
inline std::string claim(const std::vector<trust::Claim>& claims, const std::string& about) {
  for (const auto& one : claims)
    if (one.about == about) return one.text;
  return {};
}

}  // namespace dmc::tests
