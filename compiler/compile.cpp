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

bool is_declared(const model::Database& database, const model::Project& project) {
  const auto declared = std::ranges::find(project.databases, database.name, &model::Database::name);
  return declared != project.databases.end() && declared->origin.span.has_value();
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
    if (!is_declared(database, project)) continue;
    auto hash = hash_of(database, lowering, ground);
    next.databases.push_back({std::move(hash), std::move(database)});
  }
  return next;
}

/// What people call the state in which something that was there at a gate is gone.
std::string version_without(const plan::Kept& kept, std::int64_t number, std::size_t stages) {
  const bool at_the_end = kept.until.empty() || kept.until == std::to_string(stages);
  return std::to_string(number) + (at_the_end ? std::string() : "." + kept.until);
}

/// The databases at the gate that ends a stage; those that the change does not touch are as they were.
catalog::StageCatalog stage_catalog(const catalog::Catalog& whole, const planner::Lowering& lowering,
                                    const model::Project& project, std::size_t stage) {
  catalog::StageCatalog catalog;
  catalog.project = whole.project;
  catalog.number = whole.number;
  catalog.title = whole.title;
  catalog.parent = whole.parent;
  catalog.change_digest = whole.change_digest;
  catalog.stage = static_cast<std::int64_t>(stage) + 1;
  for (const auto& database : whole.databases)
    if (std::ranges::find(lowering.courses, database.model.name, &planner::Course::database) == lowering.courses.end())
      catalog.databases.push_back(database);
  for (const auto& course : lowering.courses) {
    const auto& halt = course.halts[stage];
    for (auto kept : halt.kept) {
      kept.until = version_without(kept, whole.number, course.stages.size());
      catalog.kept.push_back(std::move(kept));
    }
    if (is_declared(halt.database, project) || !model::states_of(halt.database).empty())
      catalog.databases.push_back({course.stages[stage], halt.database});
  }
  std::ranges::sort(catalog.databases, {}, [](const auto& database) { return database.model.name; });
  return catalog;
}

std::vector<catalog::StageCatalog> stage_catalogs(const catalog::Catalog& whole, const planner::Lowering& lowering,
                                                  const model::Project& project) {
  std::vector<catalog::StageCatalog> catalogs;
  if (lowering.courses.empty()) return catalogs;
  for (std::size_t stage = 0; stage < lowering.courses.front().halts.size(); ++stage)
    catalogs.push_back(stage_catalog(whole, lowering, project, stage));
  return catalogs;
}

/// What a settled version left at work goes before anything else happens, while everything is as it was when it was
/// made.
void end_kept(const catalog::Ground& ground, const model::Intent& intent, std::vector<change::Change>& changes,
              grammar::Diagnostics& diagnostics) {
  std::vector<change::Change> ends;
  for (const auto& kept : ground.kept) {
    ends.push_back({change::EndKept{kept},
                    kept.database,
                    kept.object,
                    fmt::format("change {}: what version {} left at work", intent.number, ground.base_name),
                    {},
                    true});
    auto& warning = diagnostics.warning("E0342", intent.origin.span,
                                        fmt::format("version {} was settled while it did this: {}; this change ends it",
                                                    ground.base_name, grammar::escaped(kept.summary)),
                                        "from its first step on");
    warning.help.push_back("where writers still need it, say it again here:  backfill … follow without backup;");
  }
  changes.insert(changes.begin(), std::make_move_iterator(ends.begin()), std::make_move_iterator(ends.end()));
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
    dialect->texts().try_out(
        {before == base.end() ? nullptr : &*before, desired, with_statements ? &project.changes.back() : nullptr},
        trial, diagnostics);
  }
}

Compiled compile(const CompileInput& input, const dialects::Dialects& dialects, grammar::Sources& sources,
                 grammar::Diagnostics& diagnostics) {
  Compiled compiled;
  auto& project = compiled.project;
  project = check::check(input.sources, sources, dialects, diagnostics);
  auto ground = catalog::ground({input.catalogs, input.index, input.stages, input.settled}, project, diagnostics);
  if (!ground || diagnostics.has_errors()) return compiled;
  const auto& intent = project.changes.back();

  auto base = ground->take_models();
  compiled.changes = diff::diff(base, project.databases, intent, dialects, sources, diagnostics).changes;
  if (!diagnostics.has_errors()) try_out(project, base, input.trial, dialects, diagnostics);
  if (diagnostics.has_errors()) return compiled;
  end_kept(*ground, intent, compiled.changes, diagnostics);

  auto lowering = planner::lower(std::move(base), ground->kept, project.databases, compiled.changes, project.policy,
                                 dialects, diagnostics);
  compiled.demands =
      lint::lint(lowering, compiled.changes, project, intent,
                 input.every_hazard ? lint::Telling::everything : lint::Telling::what_is_asked, diagnostics);
  if (diagnostics.has_errors()) return compiled;

  auto planned = planner::make_plan(lowering, compiled.changes, intent, ground->base_name, dialects);
  compiled.reverse = std::move(planned.reverse);
  sign(compiled.reverse, compiled, input);
  compiled.reverse_bytes = plan::write_plan(compiled.reverse);
  compiled.plan = std::move(planned.plan);
  sign(compiled.plan, compiled, input);
  compiled.plan.reverse = plan::digest(compiled.reverse_bytes);
  compiled.plan_bytes = plan::write_plan(compiled.plan);
  compiled.catalog = next_catalog(*ground, project, intent, lowering);
  compiled.catalog_bytes = catalog::write_catalog(compiled.catalog);
  compiled.stages = stage_catalogs(compiled.catalog, lowering, project);
  std::ranges::transform(compiled.stages, std::back_inserter(compiled.stage_bytes), catalog::write_stage_catalog);
  compiled.empty =
      compiled.plan.steps.empty() &&
      std::ranges::all_of(compiled.plan.databases, [](const auto& database) { return database.from == database.to; });
  catalog::check_outcome(*ground, intent, plan::digest(compiled.catalog_bytes), plan::digest(compiled.plan_bytes),
                         *compiled.plan.reverse, diagnostics);
  return compiled;
}

}  // namespace dmc
