// Plans and catalogs for a terminal.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/explain/details.hpp"
#include "compiler/explain/explain.hpp"
#include "compiler/explain/overview.hpp"
#include "compiler/explain/words.hpp"
#include "compiler/model/print.hpp"
#include "compiler/plan/digest.hpp"

namespace dmc::explain {

namespace {

constexpr std::size_t label_width = 8;

std::string databases(const plan::Plan& plan) {
  std::string out;
  for (const auto& database : plan.databases) {
    out += fmt::format("  {} on {} {} or newer, from version {} to {}", shown(database.name), shown(database.engine),
                       shown(database.oldest_version), shown(database.from_name), shown(database.to_name));
    if (database.stages.size() > 1) out += fmt::format(", in {} stages", database.stages.size());
    out += "\n";
  }
  return out;
}

std::string section(const Section& section) {
  std::string out = "\n" + section.title + "\n";
  for (const auto& fact : section.facts) {
    out += "  " + shown(fact.text);
    if (!fact.steps.empty()) out += " (" + steps_words(fact.steps) + ")";
    out += "\n";
  }
  return out;
}

/// Everything before the steps.
std::string head(const plan::Plan& plan) {
  std::string out = shown(title_of(plan)) + "\n" + databases(plan);
  for (const auto& each : overview(plan)) out += section(each);
  if (plan.steps.empty()) out += "\nno steps: nothing is to be done\n";
  return out;
}

std::string detail(const Detail& detail, std::size_t margin) {
  const auto lines = detail.form == Detail::Form::sql ? shown_lines(detail.text) : std::vector{shown(detail.text)};
  std::string out;
  for (const auto& line : lines) {
    const bool is_first = &line == &lines.front();
    out += fmt::format("{:{}}{:<{}}{}\n", "", margin, is_first ? detail.label : "", label_width, line);
  }
  return out;
}

/// The database in front of a step, where there are several.
std::string in_database(const plan::Plan& plan, const plan::Step& step) {
  return plan.databases.size() > 1 ? shown(step.database) + ": " : "";
}

std::string steps(const plan::Plan& plan) {
  std::string out;
  std::int64_t stage = 0;
  const bool has_stages =
      std::any_of(plan.steps.begin(), plan.steps.end(), [](const auto& step) { return step.stage > 1; });
  const std::size_t width = std::to_string(plan.steps.size()).size();
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const plan::Step& step = plan.steps[i];
    if (has_stages && step.stage != stage) out += fmt::format("\nstage {}\n", step.stage);
    stage = step.stage;
    out += fmt::format("\n{:>{}}  {}{}\n", i + 1, width, in_database(plan, step), shown(step.summary));
    for (const auto& each : details(step)) out += detail(each, width + 2);
  }
  return out;
}

}  // namespace

std::string text(const plan::Plan& plan) { return head(plan) + (plan.steps.empty() ? "" : steps(plan)); }

std::string brief(const plan::Plan& plan) {
  constexpr std::size_t most = 24;
  std::string out = head(plan);
  if (!plan.steps.empty()) out += "\nsteps\n";
  const auto count = std::min(plan.steps.size(), most);
  const std::size_t width = std::to_string(count).size();
  for (std::size_t i = 0; i < count; ++i)
    out +=
        fmt::format("  {:>{}}  {}{}\n", i + 1, width, in_database(plan, plan.steps[i]), shown(plan.steps[i].summary));
  if (count < plan.steps.size()) out += fmt::format("  and {} more\n", plan.steps.size() - count);
  return out;
}

namespace {

std::string catalog_text(const catalog::Catalog& catalog, const std::string& name, const std::string& hash,
                         const std::string& more) {
  std::string out = fmt::format("catalog {} of {}: {}\n", name, shown(catalog.project), shown(catalog.title));
  out += fmt::format("  hash    {}\n", hash);
  if (catalog.parent) out += fmt::format("  parent  {}\n", shown(*catalog.parent));
  out += more;
  for (const auto& database : catalog.databases) {
    out += fmt::format("\nstate {}\n", shown(database.hash));
    for (const auto& line : shown_lines(model::print(database.model))) out += line + "\n";
  }
  return out;
}

}  // namespace

std::string text(const catalog::Catalog& catalog) {
  return catalog_text(catalog, std::to_string(catalog.number), plan::digest(catalog::write_catalog(catalog)), "");
}

std::string text(const catalog::StageCatalog& catalog) {
  std::string kept;
  for (const auto& one : catalog.kept)
    for (const auto& leftover : one.leftovers)
      kept += fmt::format("  until {}  {} {} on {}: {}\n", shown(one.until), shown(leftover.kind), shown(leftover.name),
                          shown(one.object), shown(one.summary));
  return catalog_text(catalog, catalog.name(), plan::digest(catalog::write_stage_catalog(catalog)), kept);
}

}  // namespace dmc::explain
