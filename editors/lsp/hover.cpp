// What is known of the thing under the cursor: its declaration, its type in the engine's own words, and what the newest
// change does because of it.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "compiler/explain/explain.hpp"
#include "compiler/lint/lint.hpp"
#include "editors/lsp/features.hpp"

namespace dmc::lsp {

namespace {

using grammar::Kind;
using grammar::Node;

std::string fenced(std::string_view text, std::string_view language) {
  return fmt::format("```{}\n{}\n```\n", language, text);
}

/// A declaration without its block, or all of one that is short.
std::string shown(const Met& met) {
  const auto whole = met.document->slice(met.mention.whole_begin, met.mention.whole_end);
  const bool is_short = std::ranges::count(whole, '\n') < 20;
  if (is_short) return fenced(whole, "mig");
  return fenced(std::string(whole.substr(0, whole.find('\n'))) + " …", "mig");
}

const model::Table* table_of(const Workspace& workspace, const Mention& column, const model::Database*& database) {
  for (const auto& candidate : workspace.checked().model.databases) {
    if (!column.database.empty() && candidate.name != column.database) continue;
    for (const auto& table : candidate.tables)
      if (table.name == column.owner) {
        database = &candidate;
        return &table;
      }
  }
  return nullptr;
}

/// "PostgreSQL: `character varying(20)`, may be null"
std::string native(const Asked& asked, const Mention& column) {
  const model::Database* database = nullptr;
  const auto* table = table_of(asked.workspace, column, database);
  const auto* known = table ? table->column(column.name) : nullptr;
  if (!known) return {};
  const auto* dialect = asked.dialects.find(database->engine);
  const auto label = dialect ? dialect->description().label : database->engine;
  return fmt::format("{}: `{}`{}\n", label, known->type.empty() ? "no type" : known->type,
                     known->not_null ? ", not null" : ", may be null");
}

/// The steps whose source words name this line: "change 7, line 4: …" and "schema/shop.mig:3: …".
std::string steps_from(const Workspace& workspace, std::string_view source) {
  constexpr std::size_t most = 8;
  std::string text;
  std::size_t count = 0;
  for (const auto& step : workspace.checked().plan.steps) {
    if (!step.source.starts_with(source) || ++count > most) continue;
    text += "\n---\n" + explain::markdown(step);
  }
  if (count > most) text += fmt::format("\n---\nand {} more\n", count - most);
  return text;
}

std::int64_t line_of(const Document& document, std::uint32_t offset) {
  return document.lines().place(document.text(), offset).line + 1;
}

/// The statement of a change that the place lies in.
struct Stated {
  Node statement;
  std::string_view number;
};
std::optional<Stated> statement_at(const Document& document, std::uint32_t offset) {
  const auto holds = [offset](const Node& node) { return node.span().begin <= offset && offset <= node.span().end; };
  for (const Node item : document.tree().root().children()) {
    const auto block = item.is(Kind::change) && holds(item) ? item.child(Kind::block) : std::nullopt;
    const auto number = item.child(Kind::number);
    if (!block || !number) continue;
    for (const Node statement : block->children())
      if (holds(statement)) return Stated{statement, number->text()};
  }
  return std::nullopt;
}

std::string of_statement(const Asked& asked) {
  const auto stated = statement_at(asked.document, asked.offset);
  if (!stated) return {};
  const auto& checked = asked.workspace.checked();
  const auto newest = asked.workspace.newest_change();
  if (asked.workspace.root().empty() || !newest || newest->mention.owner != stated->number) return {};
  for (const auto& finding : checked.findings)
    if (finding.what.severity == grammar::Severity::error)
      return fmt::format("This change does not compile yet. {}: {}\n", finding.file, finding.what.message);
  if (checked.plan.steps.empty()) return "This change has no steps.\n";
  const auto line = line_of(asked.document, stated->statement.span().begin);
  const auto steps = steps_from(asked.workspace, fmt::format("change {}, line {}:", stated->number, line));
  return steps.empty() ? "No step of the plan comes from this statement alone.\n" : "What it compiles to:\n" + steps;
}

std::string of_hazard(const Asked& asked) {
  const auto& tree = asked.document.tree();
  for (std::uint32_t id = 0; id < tree.records.size(); ++id) {
    const Node node(tree, id);
    if (!node.is(Kind::hazard) || asked.offset < node.span().begin || asked.offset > node.span().end) continue;
    for (const auto& explanation : lint::explanations())
      if (explanation.code == node.text()) return fmt::format("**{}**\n\n{}\n", explanation.title, explanation.text);
  }
  return {};
}

std::string of_name(const Asked& asked, const Mention& meant) {
  std::string text;
  const auto declared = asked.workspace.declarations(meant);
  for (const auto& met : declared) text += shown(met);
  if (meant.meaning == Meaning::column) text += native(asked, declared.empty() ? meant : declared.front().mention);
  for (const auto& met : declared) {
    const auto source = fmt::format("{}:{}:", met.document->name(), line_of(*met.document, met.mention.whole_begin));
    const auto steps = steps_from(asked.workspace, source);
    if (!steps.empty()) text += "\nWhat the newest change does because of it:\n" + steps;
  }
  return text;
}

/// A type of the engine's own: what the column that has it becomes.
std::string of_type(const Asked& asked, const Mention& type) {
  for (const auto& mention : asked.document.mentions().names)
    if (mention.meaning == Meaning::column && mention.declares && mention.whole_begin <= type.begin &&
        type.end <= mention.whole_end)
      return native(asked, mention);
  return {};
}

}  // namespace

Json hover(const Asked& asked) {
  std::string text = of_hazard(asked);
  Json where = absent();
  if (text.empty()) {
    if (const auto meant = asked.workspace.meant_at(asked.document, asked.offset)) {
      text = of_name(asked, *meant);
      if (text.empty() && meant->meaning == Meaning::type) text = of_type(asked, *meant);
      where = asked.document.range(meant->begin, meant->end);
    }
    const auto statement = of_statement(asked);
    if (!text.empty() && !statement.empty()) text += "\n---\n";
    text += statement;
  }
  if (text.empty()) return {};
  return json_object(
      {{"contents", json_object({{"kind", json("markdown")}, {"value", json(text)}})}, {"range", where}});
}

}  // namespace dmc::lsp
