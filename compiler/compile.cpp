// The pipeline, stage by stage, and the digests of its inputs.
#include "compiler/compile.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/catalog/versions.hpp"
#include "compiler/diff/diff.hpp"
#include "compiler/lint/lint.hpp"
#include "compiler/plan/digest.hpp"
#include "compiler/planner/planner.hpp"

namespace dmc {

namespace {

/// Over path, size and digest of every source, in the order of the paths. Where it runs is no input of a compile.
std::string source_digest(const std::vector<check::SourceText>& sources) {
  std::vector<std::string> leaves;
  for (const auto& source : sources)
    if (!source.name.starts_with("clusters/"))
      leaves.push_back(fmt::format("{}\n{}\n{}\n", source.name, source.text.size(), plan::digest(source.text)));
  std::ranges::sort(leaves);
  return plan::digest(fmt::format("{}", fmt::join(leaves, "")));
}

/// Over everything that the merged policy says.
std::string policy_digest(const model::Policy& policy) {
  std::string text = fmt::format("deny {}\nwarn {}\n", fmt::join(policy.deny, ","), fmt::join(policy.warn, ","));
  for (const auto& rule : policy.names) text += fmt::format("name {} {}\n", rule.object_kind, rule.pattern);
  for (const auto& [hazard, people] : policy.approvals) text += fmt::format("approval {} {}\n", hazard, people);
  for (const auto& value : {policy.lock_timeout_ms, policy.lock_retries, policy.backoff_min_ms, policy.backoff_max_ms,
                            policy.statement_timeout_ms})
    text += value ? fmt::format("{}\n", *value) : "none\n";
  return plan::digest(text);
}

/// The hash that is known of a database: where the changes took it, or what the base says of one that they did not
/// touch.
std::string hash_of(const model::Database& database, const planner::Lowering& lowering, const catalog::Ground& ground) {
  const auto course = std::ranges::find(lowering.courses, database.name, &planner::Course::database);
  if (course != lowering.courses.end()) return course->stages.back();
  if (ground.base)
    for (const auto& known : ground.base->databases)
      if (known.model.name == database.name) return known.hash;
  return model::state_hash(database);
}

/// The databases as the changes leave them, columns in the order in which they will lie there. One that the project no
/// longer declares has been emptied by now.
catalog::Catalog next_catalog(const catalog::Ground& ground, const model::Project& project, const model::Intent& intent,
                              planner::Lowering& lowering) {
  catalog::Catalog next;
  next.project = project.name;
  next.number = intent.number;
  next.title = intent.title;
  next.parent = ground.base_hash;
  next.change_digest = intent.digest;
  for (auto& database : lowering.after) {
    const auto declared = std::ranges::find(project.databases, database.name, &model::Database::name);
    if (declared == project.databases.end() || !declared->origin.span) continue;
    auto hash = hash_of(database, lowering, ground);
    next.databases.push_back({std::move(hash), std::move(database)});
  }
  return next;
}

void sign(plan::Plan& plan, const Compiled& compiled, const CompileInput& input) {
  plan.compiler_version = input.compiler_version;
  plan.project = compiled.project.name;
  plan.source_digest = source_digest(input.sources);
  plan.policy_digest = policy_digest(compiled.project.policy);
}

}  // namespace

void try_out(const model::Project& project, const std::vector<model::Database>& base, const dialects::Trial& trial,
             const dialects::Dialects& dialects, grammar::Diagnostics& diagnostics) {
  if (!trial || diagnostics.has_errors()) return;
  const bool has_one_database = project.databases.size() == 1;
  for (const auto& desired : project.databases) {
    const auto* dialect = dialects.find(desired.engine);
    if (!dialect) continue;
    const auto before = std::ranges::find(base, desired.name, &model::Database::name);
    const bool with_statements = has_one_database && !project.changes.empty();
    dialect->try_out(
        {before == base.end() ? nullptr : &*before, desired, with_statements ? &project.changes.back() : nullptr},
        trial, diagnostics);
  }
}

Compiled compile(const CompileInput& input, const dialects::Dialects& dialects, grammar::Sources& sources,
                 grammar::Diagnostics& diagnostics) {
  Compiled compiled;
  auto& project = compiled.project;
  project = check::check(input.sources, sources, dialects, diagnostics);
  auto ground = catalog::ground({input.catalogs, input.index}, project, diagnostics);
  if (!ground || diagnostics.has_errors()) return compiled;
  const auto& intent = project.changes.back();

  auto base = ground->take_models();
  compiled.changes = diff::diff(base, project.databases, intent, dialects, sources, diagnostics).changes;
  if (!diagnostics.has_errors()) try_out(project, base, input.trial, dialects, diagnostics);
  if (diagnostics.has_errors()) return compiled;

  auto lowering =
      planner::lower(std::move(base), project.databases, compiled.changes, project.policy, dialects, diagnostics);
  lint::lint(lowering, compiled.changes, project, intent, diagnostics);
  if (diagnostics.has_errors()) return compiled;

  auto planned = planner::make_plan(lowering, compiled.changes, intent, dialects);
  compiled.reverse = std::move(planned.reverse);
  sign(compiled.reverse, compiled, input);
  compiled.reverse_bytes = plan::write_plan(compiled.reverse);
  compiled.plan = std::move(planned.plan);
  sign(compiled.plan, compiled, input);
  compiled.plan.reverse = plan::digest(compiled.reverse_bytes);
  compiled.plan_bytes = plan::write_plan(compiled.plan);
  compiled.catalog = next_catalog(*ground, project, intent, lowering);
  compiled.catalog_bytes = catalog::write_catalog(compiled.catalog);
  compiled.empty =
      compiled.plan.steps.empty() &&
      std::ranges::all_of(compiled.plan.databases, [](const auto& database) { return database.from == database.to; });
  catalog::check_outcome(*ground, intent, plan::digest(compiled.catalog_bytes), plan::digest(compiled.plan_bytes),
                         *compiled.plan.reverse, diagnostics);
  return compiled;
}

}  // namespace dmc
