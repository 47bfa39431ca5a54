// Plans as flow charts, databases as entity relationship diagrams.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "compiler/explain/explain.hpp"
#include "compiler/explain/words.hpp"

namespace dmc::explain {

namespace {

/// Text inside `"…"`: what the diagram language would act on becomes its own escapes.
std::string label(std::string_view text) {
  std::string out = "\"";
  for (const char c : shown(text)) {
    constexpr std::string_view active = "\"#<>`;&";
    if (active.find(c) != std::string_view::npos)
      out += fmt::format("#{};", static_cast<int>(c));
    else
      out += c;
  }
  return out + "\"";
}

/// Where only a word may stand: everything else becomes `_`.
std::string word(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    const bool is_inner = (c >= '0' && c <= '9') || c == '-' || c == '(' || c == ')';
    out += is_letter || (is_inner && !out.empty()) ? c : '_';
  }
  return out.empty() ? "_" : out;
}

std::string node(const plan::Step& step, std::size_t number, bool names_database) {
  const std::string text =
      label(fmt::format("{} {}{}", number, names_database ? step.database + ": " : "", step.summary));
  const bool is_gate = std::holds_alternative<plan::Gate>(step.action);
  return is_gate ? fmt::format("    s{}{{{{{}}}}}\n", number, text) : fmt::format("    s{}[{}]\n", number, text);
}

std::string keys_of(const model::Table& table, const model::Column& column) {
  std::string keys;
  const auto add = [&](std::string_view key) { keys.append(keys.empty() ? " " : ", ").append(key); };
  const auto holds = [&](const model::Key& key) {
    return std::any_of(key.elements.begin(), key.elements.end(),
                       [&](const auto& each) { return each.column == column.name; });
  };
  if (table.primary_key && holds(*table.primary_key)) add("PK");
  if (std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(), [&](const auto& key) {
        return std::find(key.columns.begin(), key.columns.end(), column.name) != key.columns.end();
      }))
    add("FK");
  if (std::any_of(table.uniques.begin(), table.uniques.end(),
                  [&](const auto& key) { return key.elements.size() == 1 && holds(key); }))
    add("UK");
  return keys;
}

class Diagram {
 public:
  void add(const model::Database& database) {
    std::map<std::string, std::size_t> ids;
    for (const auto& table : database.tables) {
      ids.emplace(table.path(), ++tables_);
      out_ += fmt::format("  t{}[{}] {{\n", tables_, label(table.path()));
      for (const auto& column : table.columns)
        out_ += fmt::format("    {} {}{}\n", word(column.type), word(column.name), keys_of(table, column));
      out_ += "  }\n";
    }
    for (const auto& table : database.tables)
      for (const auto& key : table.foreign_keys) {
        const auto to = ids.find(key.table);
        if (to == ids.end()) continue;
        std::string columns;
        for (const auto& column : key.columns) columns += (columns.empty() ? "" : ", ") + column;
        out_ += fmt::format("  t{} }}o--{} t{} : {}\n", ids.at(table.path()), is_required(table, key) ? "||" : "o|",
                            to->second, label(columns));
      }
  }

  const std::string& text() const { return out_; }

 private:
  static bool is_required(const model::Table& table, const model::ForeignKey& key) {
    return std::all_of(key.columns.begin(), key.columns.end(), [&](const auto& name) {
      const auto* column = table.column(name);
      return column && column->not_null;
    });
  }

  std::string out_ = "erDiagram\n";
  std::size_t tables_ = 0;
};

}  // namespace

std::string mermaid(const plan::Plan& plan) {
  std::string out = "flowchart TD\n";
  std::map<std::string_view, std::size_t> numbers;
  const auto is_last_of_stage = [&](std::size_t i) {
    return i + 1 == plan.steps.size() || plan.steps[i + 1].stage != plan.steps[i].stage;
  };
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const auto& step = plan.steps[i];
    numbers.emplace(step.id, i + 1);
    if (i == 0 || is_last_of_stage(i - 1)) out += fmt::format("  subgraph stage{0}[\"stage {0}\"]\n", step.stage);
    out += node(step, i + 1, plan.databases.size() > 1);
    if (is_last_of_stage(i)) out += "  end\n";
  }
  for (std::size_t i = 0; i < plan.steps.size(); ++i)
    for (const auto& required : plan.steps[i].requires_steps)
      if (const auto before = numbers.find(required); before != numbers.end())
        out += fmt::format("  s{} --> s{}\n", before->second, i + 1);
  return out;
}

std::string mermaid(const model::Database& database) {
  Diagram diagram;
  diagram.add(database);
  return diagram.text();
}

std::string mermaid(const catalog::Catalog& catalog) {
  Diagram diagram;
  for (const auto& database : catalog.databases) diagram.add(database.model);
  return diagram.text();
}

}  // namespace dmc::explain
