// Plans as flow charts, databases as entity relationship diagrams.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "compiler/explain/explain.hpp"
#include "compiler/explain/table_changes.hpp"
#include "compiler/explain/words.hpp"

namespace dmc::explain {

namespace {

/// Text inside `"…"`: what the diagram language would act on becomes its own escapes.
std::string label(std::string_view text) {
  std::string out = "\"";
  for (const char c : shown(text)) {
    constexpr std::string_view active = "\"#<>`;&\\%";
    if (active.find(c) != std::string_view::npos)
      out += fmt::format("#{};", static_cast<int>(c));
    else
      out += c;
  }
  return out + "\"";
}

/// Whether a character may stand in a word: the last blocks of Unicode, above U+FFFF, may not.
bool is_word_letter(std::string_view letter) {
  const auto c = static_cast<unsigned char>(letter.front());
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= 0xC3 && c < 0xF0);
}

/// Where only a word may stand: everything else becomes `_`.
std::string word(std::string_view raw) {
  constexpr std::string_view inner = "0123456789-()[]";
  const auto harmless = shown(raw);
  std::string_view text = harmless;
  std::string out;
  while (!text.empty()) {
    std::size_t size = 1;
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) ++size;
    const auto letter = text.substr(0, size);
    const bool fits = is_word_letter(letter) || (!out.empty() && inner.find(letter) != std::string_view::npos);
    out += fits ? letter : "_";
    text.remove_prefix(size);
  }
  return out.empty() ? "_" : out;
}

std::string node(const plan::Step& step, std::size_t number, bool names_database) {
  const std::string text =
      label(fmt::format("{} {}{}", number, names_database ? step.database + ": " : "", step.summary));
  const bool is_gate = std::holds_alternative<plan::Gate>(step.action);
  return is_gate ? fmt::format("    s{}{{{{{}}}}}\n", number, text) : fmt::format("    s{}[{}]\n", number, text);
}

/// What stands beside an attribute: its name where that is no word, and what becomes of it.
std::string remark(const DrawnColumn& column, const std::string& name) {
  std::string text = name == column.name ? "" : column.name;
  const auto add = [&](const std::string& words) { text += (text.empty() ? "" : ", ") + words; };
  if (column.became == Became::added) add("new");
  if (column.became == Became::gone) add("goes");
  if (column.became == Became::changed) add(column.was);
  return text;
}

/// An attribute of a table, with what it is part of.
std::string row(const DrawnColumn& column) {
  const auto name = word(column.name);
  std::string text = fmt::format("    {} {}", word(column.type), name);
  if (!column.keys.empty()) text += " " + column.keys;
  if (const auto beside = remark(column, name); !beside.empty()) text += " " + label(beside);
  return text + "\n";
}

std::string title(const DrawnTable& table) {
  if (table.became == Became::added) return table.path + " (new)";
  if (table.became == Became::gone) return table.path + " (goes)";
  if (table.became == Became::adopted) return table.path + " (managed from now on)";
  if (table.became == Became::forgotten) return table.path + " (no longer managed)";
  return table.was.empty() ? table.path : table.path + " (was " + table.was + ")";
}

class Diagram {
 public:
  void add(const Drawing& drawing) {
    const auto first = tables_ + 1;
    for (const auto& table : drawing.tables) {
      out_ += fmt::format("  t{}[{}]", ++tables_, label(title(table)));
      if (!table.only_name) {
        out_ += " {\n";
        for (const auto& column : table.columns) out_ += row(column);
        out_ += "  }";
      }
      out_ += "\n";
    }
    for (const auto& key : drawing.keys) {
      std::string columns;
      for (const auto& column : key.columns) columns += (columns.empty() ? "" : ", ") + column;
      if (key.became == Became::added) columns += " (new)";
      if (key.became == Became::gone) columns += " (goes)";
      out_ += fmt::format("  t{} }}o--{} t{} : {}\n", first + key.from, key.required ? "||" : "o|", first + key.to,
                          label(columns));
    }
  }

  const std::string& text() const { return out_; }

 private:
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
  diagram.add(drawing_of(database));
  return diagram.text();
}

std::string mermaid(const plan::Plan& plan, const std::vector<TwoStates>& states) {
  Diagram diagram;
  for (const auto& each : states) diagram.add(drawing_of(each, plan));
  return diagram.text();
}

std::string mermaid(const catalog::Catalog& catalog) {
  Diagram diagram;
  for (const auto& database : catalog.databases) diagram.add(drawing_of(database.model));
  return diagram.text();
}

}  // namespace dmc::explain
