// Plans and catalogs as pages of a pull request.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/explain/details.hpp"
#include "compiler/explain/explain.hpp"
#include "compiler/explain/overview.hpp"
#include "compiler/explain/page.hpp"
#include "compiler/explain/words.hpp"
#include "compiler/model/print.hpp"
#include "compiler/plan/digest.hpp"

namespace dmc::explain {

std::string page_title(const plan::Plan& plan, std::size_t longest) {
  const auto text = [&](const std::string& foreign) { return in_markdown(clipped(foreign, longest)); };
  std::string out = fmt::format("# {}\n\n", capitalised(text(title_of(plan))));
  out += fmt::format("{}, compiled by {} {}. Plan `{}`", counted(plan.steps.size(), "step"), text(plan.compiler),
                     text(plan.compiler_version), plan::short_digest(plan::digest(plan::write_plan(plan))));
  if (plan.reverse) out += fmt::format(", undo `{}`", plan::short_digest(*plan.reverse));
  return out + ".\n";
}

std::string database_head() { return "\n| database | engine | version | state |\n|---|---|---|---|\n"; }

std::string database_row(const plan::DatabaseInput& database, std::size_t longest) {
  const auto text = [&](const std::string& foreign) { return in_markdown(clipped(foreign, longest)); };
  return fmt::format("| {} | {} {} or newer | {} → {} | `{}` → `{}` |\n", text(database.name), text(database.engine),
                     text(database.oldest_version), text(database.from_name), text(database.to_name),
                     plan::short_digest(database.from), plan::short_digest(database.to));
}

std::string section_head(const Section& section) {
  return says_loss(section) ? fmt::format("\n> [!CAUTION]\n> **{}**\n>\n", capitalised(section.title))
                            : fmt::format("\n## {}\n\n", capitalised(section.title));
}

std::string_view section_margin(const Section& section) { return says_loss(section) ? "> " : ""; }

std::string step_block(const plan::Step& step, std::size_t number, bool names_database) {
  std::string out =
      fmt::format("\n<details><summary>{}. {}{}</summary>\n", number,
                  names_database ? in_markdown_html(step.database) + ": " : "", in_markdown_html(step.summary));
  bool in_list = false;
  for (const auto& detail : details(step)) {
    const bool is_item = detail.form == Detail::Form::words;
    if (is_item != in_list || !is_item) out += "\n";
    in_list = is_item;
    out += is_item ? fmt::format("- {}: {}\n", detail.label, in_markdown(detail.text)) : fenced(detail.text, "sql");
  }
  return out + "\n</details>\n";
}

bool has_stages(const plan::Plan& plan) {
  return std::any_of(plan.steps.begin(), plan.steps.end(), [](const auto& each) { return each.stage > 1; });
}

namespace {

std::string section(const Section& section) {
  std::string out = section_head(section);
  for (const auto& fact : section.facts) {
    out += fmt::format("{}- {}", section_margin(section), in_markdown(fact.text));
    if (!fact.steps.empty()) out += " (" + steps_words(fact.steps) + ")";
    out += "\n";
  }
  return out;
}

std::string steps(const plan::Plan& plan) {
  std::string out;
  std::int64_t stage = 0;
  const bool staged = has_stages(plan);
  if (!staged && !plan.steps.empty()) out += "\n## Steps\n";
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const plan::Step& each = plan.steps[i];
    if (staged && each.stage != stage) out += fmt::format("\n## Stage {}\n", each.stage);
    stage = each.stage;
    out += step_block(each, i + 1, plan.databases.size() > 1);
  }
  return out;
}

std::string whole_page(const plan::Plan& plan) {
  std::string out = page_title(plan) + database_head();
  for (const auto& database : plan.databases) out += database_row(database);
  for (const auto& each : overview(plan)) out += section(each);
  return out + steps(plan);
}

}  // namespace

std::string markdown(const plan::Plan& plan, std::size_t most) {
  auto page = whole_page(plan);
  return page.size() <= most ? std::move(page) : long_page(plan, std::max(most, shortest_page));
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
