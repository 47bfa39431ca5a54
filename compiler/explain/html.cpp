// The page needs no network, no script and no other file. What came from elsewhere is text in it, never markup.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/explain/details.hpp"
#include "compiler/explain/explain.hpp"
#include "compiler/explain/overview.hpp"
#include "compiler/explain/picture.hpp"
#include "compiler/explain/words.hpp"
#include "compiler/model/print.hpp"
#include "compiler/plan/digest.hpp"

namespace dmc::explain {

namespace {

constexpr std::string_view style = R"(
:root { color-scheme: light dark; --ink: #1f2328; --paper: #ffffff; --line: #d0d7de; --quiet: #656d76; --box: #f6f8fa;
  --added: #1a7f37; --added-paper: #dafbe1; --gone: #cf222e; --gone-paper: #ffebe9; --changed: #9a6700; --changed-paper: #fff8c5; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --paper: #0d1117; --line: #30363d; --quiet: #8d96a0; --box: #161b22;
    --added: #3fb950; --added-paper: #12261e; --gone: #f85149; --gone-paper: #25171c; --changed: #d29922; --changed-paper: #272115; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin-bottom: .2rem; } h2 { font-size: 1.15rem; margin: 1.8rem 0 .4rem; }
code, pre, svg text { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 13px; }
pre { background: var(--box); border: 1px solid var(--line); border-radius: 6px; padding: .7rem; overflow-x: auto; }
.quiet { color: var(--quiet); } table { border-collapse: collapse; } td, th { border: 1px solid var(--line); padding: .25rem .6rem; text-align: left; }
.lost { margin-top: 1rem; border: 1px solid var(--gone); border-left-width: 5px; background: var(--gone-paper); border-radius: 6px; padding: .2rem 1rem; } .lost h2 { margin-top: .5rem; color: var(--gone); }
.drawn { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; }
details { border-bottom: 1px solid var(--line); padding: .3rem 0; } summary { cursor: pointer; } ul { margin: .3rem 0; }
svg text { fill: var(--ink); } svg .head, svg .stage { font-weight: bold; } svg .type { text-anchor: end; fill: var(--quiet); }
svg .table rect, svg .step rect { fill: var(--box); stroke: var(--line); } svg a { text-decoration: none; }
svg .added > text { fill: var(--added); } svg .gone > text { fill: var(--gone); text-decoration: line-through; } svg .changed > text { fill: var(--changed); }
svg .table.added > rect { fill: var(--added-paper); stroke: var(--added); } svg .table.gone > rect, svg .step.gone rect { fill: var(--gone-paper); stroke: var(--gone); }
svg .table.changed > rect { stroke: var(--changed); } svg .step.gone > text { text-decoration: none; } svg .table.changed > .head { fill: var(--ink); }
path.key, path.arc { fill: none; stroke: var(--quiet); } path.loose { stroke-dasharray: 4 3; } circle.key { fill: var(--quiet); }
path.key.added { stroke: var(--added); } path.key.gone { stroke: var(--gone); } circle.key.added { fill: var(--added); } circle.key.gone { fill: var(--gone); }
)";

std::string page(const std::string& title, const std::string& body) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
      "content=\"width=device-width\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "style-src 'unsafe-inline'\">\n<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n{}</body>\n</html>\n",
      in_html(title), style, body);
}

std::string in_pre(std::string_view text) {
  std::string block;
  for (const auto& line : shown_lines(text)) block += in_html(line) + "\n";
  return "<pre>" + block + "</pre>\n";
}

std::string heading(std::string_view title) {
  return fmt::format("<h2>{}</h2>\n", in_html(capitalised(std::string(title))));
}

std::string list(const Section& section) {
  std::string out = "<ul>\n";
  for (const auto& fact : section.facts)
    out += fmt::format("<li>{}{}</li>\n", in_html(fact.text),
                       fact.steps.empty() ? "" : " <span class=\"quiet\">(" + steps_words(fact.steps) + ")</span>");
  return out + "</ul>\n";
}

std::string block(const Section& section) {
  const std::string text = heading(section.title) + list(section);
  return says_loss(section) ? "<div class=\"lost\">\n" + text + "</div>\n" : text;
}

std::string drawn(const Drawing& drawing) {
  if (drawing.tables.empty()) return {};
  std::string out = "<div class=\"drawn\">\n" + picture(drawing) + "</div>\n";
  if (drawing.left_out > 0)
    out += fmt::format("<p class=\"quiet\">Not drawn: {} that nothing becomes of.</p>\n",
                       counted(drawing.left_out, "table"));
  return out;
}

std::string folded(const plan::Step& step, std::size_t number, bool names_database) {
  std::string out = fmt::format("<details id=\"step{0}\"><summary>{0}. {1}{2}</summary>\n", number,
                                names_database ? in_html(step.database) + ": " : "", in_html(step.summary));
  bool in_list = false;
  const auto list_is = [&](bool wanted) {
    if (wanted != in_list) out += wanted ? "<ul>\n" : "</ul>\n";
    in_list = wanted;
  };
  for (const auto& detail : details(step)) {
    list_is(detail.form == Detail::Form::words);
    out += in_list ? fmt::format("<li><b>{}</b> {}</li>\n", detail.label, in_html(detail.text)) : in_pre(detail.text);
  }
  list_is(false);
  return out + "</details>\n";
}

std::string all_steps(const plan::Plan& plan) {
  std::string out;
  std::int64_t stage = 0;
  const bool has_stages = !plan.steps.empty() && plan.steps.back().stage > 1;
  if (!has_stages && !plan.steps.empty()) out += heading("steps");
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    if (has_stages && plan.steps[i].stage != stage) out += heading(fmt::format("stage {}", plan.steps[i].stage));
    stage = plan.steps[i].stage;
    out += folded(plan.steps[i], i + 1, plan.databases.size() > 1);
  }
  return out;
}

std::string catalog_body(const std::string& name, const std::string& title, const std::string& hash,
                         const std::vector<catalog::CatalogDatabase>& databases) {
  std::string out = fmt::format("<h1>{}</h1>\n<p class=\"quiet\">Catalog {}, <code>{}</code></p>\n", in_html(title),
                                in_html(name), plan::short_digest(hash));
  for (const auto& database : databases) {
    out += heading(database.model.name) + drawn(drawing_of(database.model));
    out += "<details><summary>as source</summary>\n" + in_pre(model::print(database.model)) + "</details>\n";
  }
  return out;
}

}  // namespace

std::string html(const plan::Plan& plan, const std::vector<TwoStates>& states) {
  const auto title = capitalised(title_of(plan));
  std::string out =
      fmt::format("<h1>{}</h1>\n<p class=\"quiet\">{}, compiled by {} {}. Plan <code>{}</code>", in_html(title),
                  counted(plan.steps.size(), "step"), in_html(plan.compiler), in_html(plan.compiler_version),
                  plan::short_digest(plan::digest(plan::write_plan(plan))));
  if (plan.reverse) out += fmt::format(", undo <code>{}</code>", plan::short_digest(*plan.reverse));
  out += ".</p>\n<table>\n<tr><th>database</th><th>engine</th><th>version</th></tr>\n";
  for (const auto& database : plan.databases)
    out += fmt::format("<tr><td>{}</td><td>{} {} or newer</td><td>{} → {}</td></tr>\n", in_html(database.name),
                       in_html(database.engine), in_html(database.oldest_version), in_html(database.from_name),
                       in_html(database.to_name));
  out += "</table>\n";
  for (const auto& each : overview(plan)) out += block(each);
  for (const auto& each : states) {
    const auto tables = drawn(drawing_of(each, plan));
    if (tables.empty()) continue;
    out += heading(states.size() > 1 ? "tables of " + each.after->name : "tables") + tables;
  }
  if (!plan.steps.empty()) out += heading("order") + "<div class=\"drawn\">\n" + picture(plan) + "</div>\n";
  return page(title, out + all_steps(plan));
}

std::string html(const catalog::Catalog& catalog) {
  return page(catalog.title, catalog_body(std::to_string(catalog.number), catalog.title,
                                          plan::digest(catalog::write_catalog(catalog)), catalog.databases));
}

std::string html(const catalog::StageCatalog& catalog) {
  return page(catalog.title, catalog_body(catalog.name(), catalog.title,
                                          plan::digest(catalog::write_stage_catalog(catalog)), catalog.databases));
}

}  // namespace dmc::explain
