// Plans and catalogs as pages of a pull request.
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

std::string databases(const plan::Plan& plan) {
  std::string out = "| database | engine | version | state |\n|---|---|---|---|\n";
  for (const auto& database : plan.databases)
    out +=
        fmt::format("| {} | {} {} or newer | {} → {} | `{}` → `{}` |\n", in_markdown(database.name),
                    in_markdown(database.engine), in_markdown(database.oldest_version), in_markdown(database.from_name),
                    in_markdown(database.to_name), plan::short_digest(database.from), plan::short_digest(database.to));
  return out;
}

/// What is lost stands in a box, which readers of pull requests see in red.
std::string section(const Section& section) {
  const std::string before = says_loss(section) ? "> " : "";
  std::string out = says_loss(section) ? fmt::format("\n> [!CAUTION]\n> **{}**\n>\n", capitalised(section.title))
                                       : fmt::format("\n## {}\n\n", capitalised(section.title));
  for (const auto& fact : section.facts) {
    out += before + "- " + in_markdown(fact.text);
    if (!fact.steps.empty()) out += " (" + steps_words(fact.steps) + ")";
    out += "\n";
  }
  return out;
}

/// Folded: the summary is a line of HTML, what is inside is Markdown again.
std::string step(const plan::Step& step, std::size_t number, bool names_database) {
  std::string out = fmt::format("\n<details><summary>{}. {}{}</summary>\n", number,
                                names_database ? in_html(step.database) + ": " : "", in_html(step.summary));
  bool in_list = false;
  for (const auto& detail : details(step)) {
    const bool is_item = detail.form == Detail::Form::words;
    if (is_item != in_list || !is_item) out += "\n";
    in_list = is_item;
    out += is_item ? fmt::format("- {}: {}\n", detail.label, in_markdown(detail.text)) : fenced(detail.text, "sql");
  }
  return out + "\n</details>\n";
}

std::string steps(const plan::Plan& plan) {
  std::string out;
  std::int64_t stage = 0;
  const bool has_stages =
      std::any_of(plan.steps.begin(), plan.steps.end(), [](const auto& each) { return each.stage > 1; });
  if (!has_stages && !plan.steps.empty()) out += "\n## Steps\n";
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const plan::Step& each = plan.steps[i];
    if (has_stages && each.stage != stage) out += fmt::format("\n## Stage {}\n", each.stage);
    stage = each.stage;
    out += step(each, i + 1, plan.databases.size() > 1);
  }
  return out;
}

}  // namespace

std::string markdown(const plan::Plan& plan) {
  std::string out = fmt::format("# {}\n\n", capitalised(in_markdown(title_of(plan))));
  out += fmt::format("{}, compiled by {} {}. Plan `{}`", counted(plan.steps.size(), "step"), in_markdown(plan.compiler),
                     in_markdown(plan.compiler_version), plan::short_digest(plan::digest(plan::write_plan(plan))));
  if (plan.reverse) out += fmt::format(", undo `{}`", plan::short_digest(*plan.reverse));
  out += ".\n\n" + databases(plan);
  for (const auto& each : overview(plan)) out += section(each);
  return out + steps(plan);
}

namespace {

std::string catalog_page(const catalog::Catalog& catalog, const std::string& name, const std::string& hash) {
  std::string out = fmt::format("# Catalog {}: {}\n\nOf {}, `{}`.\n", name, in_markdown(catalog.title),
                                in_markdown(catalog.project), plan::short_digest(hash));
  for (const auto& database : catalog.databases)
    out += fmt::format("\n## {}\n\nState `{}`.\n\n{}", in_markdown(database.model.name),
                       plan::short_digest(database.hash), fenced(model::print(database.model), "mig"));
  return out;
}

}  // namespace

std::string markdown(const catalog::Catalog& catalog) {
  return catalog_page(catalog, std::to_string(catalog.number), plan::digest(catalog::write_catalog(catalog)));
}

std::string markdown(const catalog::StageCatalog& catalog) {
  std::string out = catalog_page(catalog, catalog.name(), plan::digest(catalog::write_stage_catalog(catalog)));
  for (const auto& kept : catalog.kept)
    out += fmt::format("\nUntil version {}, on {}: {}\n", in_markdown(kept.until), in_markdown(kept.object),
                       in_markdown(kept.summary));
  return out;
}

}  // namespace dmc::explain
