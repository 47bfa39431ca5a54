// Diff, planner and dialect, with an empty base and no statements of an author.
#include "runtime/rehearse/ground.hpp"

#include <algorithm>

#include "compiler/diff/diff.hpp"
#include "compiler/plan/digest.hpp"
#include "compiler/planner/planner.hpp"

namespace dmc::rehearse {

namespace {

planner::Planned planned(std::vector<model::Database> base, std::vector<model::Database> wanted,
                         const model::Intent& intent, const dialects::Dialects& dialects) {
  const grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  const auto changes = diff::diff(base, wanted, intent, dialects, sources, diagnostics).changes;
  planner::Planned plans;
  if (!diagnostics.has_errors()) {
    const auto lowering = planner::lower(std::move(base), {}, wanted, changes, {}, dialects, diagnostics);
    if (!diagnostics.has_errors())
      plans = planner::make_plan(lowering, changes, intent, std::to_string(intent.number - 1), dialects);
  }
  if (diagnostics.has_errors()) {
    std::string text = "what the catalog holds cannot be built from nothing";
    for (const auto& diagnostic : diagnostics.sorted()) text += "; " + diagnostic.message;
    throw session::SessionError(text);
  }
  return plans;
}

plan::PlanFile file_of(const plan::Plan& plan) {
  plan::JsonError error;
  auto file = plan::read_plan(plan::write_plan(plan), error);
  if (!file) throw session::SessionError("the plan that builds the base is not whole: " + error.message);
  return std::move(*file);
}

/// What of the database carries one of these names, and nothing else.
model::Database only(const std::vector<std::string>& objects, const model::Database& base,
                     const model::Database& after) {
  model::Database both = base;
  const auto add = [&](auto& list, const auto& more, const std::string& kind) {
    for (const auto& one : more)
      if (std::find(objects.begin(), objects.end(), kind + one.path()) != objects.end()) list.push_back(one);
  };
  add(both.tables, after.tables, "table ");
  add(both.views, after.views, "view ");
  add(both.triggers, after.triggers, "trigger ");
  for (const auto& object : after.objects)
    if (std::find(objects.begin(), objects.end(), object.label()) != objects.end()) both.objects.push_back(object);
  both.sort();
  return both;
}

}  // namespace

executor::PlanPair from_nothing(std::vector<model::Database> models, const std::string& project, std::int64_t number,
                                const dialects::Dialects& dialects) {
  model::Intent intent;
  intent.number = number;
  intent.title = "from nothing";
  auto plans = planned({}, std::move(models), intent, dialects);
  executor::PlanPair pair;
  for (auto* plan : {&plans.reverse, &plans.plan}) {
    plan->project = project;
    plan->compiler_version = "rehearsal";
    plan->source_digest = plan->policy_digest = plan::digest("");
  }
  pair.reverse = file_of(plans.reverse);
  plans.plan.reverse = pair.reverse.hash;
  pair.forward = file_of(plans.plan);
  return pair;
}

std::vector<std::string> statements_adding(const std::vector<std::string>& objects, const model::Database& base,
                                           const model::Database& after, const dialects::Dialects& dialects) {
  model::Intent intent;
  intent.number = 1;
  const auto plans = planned({base}, {only(objects, base, after)}, intent, dialects);
  std::vector<std::string> statements;
  for (const auto& step : plans.plan.steps)
    if (const auto* run = std::get_if<plan::RunSql>(&step.action))
      statements.insert(statements.end(), run->statements.begin(), run->statements.end());
  return statements;
}

}  // namespace dmc::rehearse
