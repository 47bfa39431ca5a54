// Looking things up in what was gathered.
#include "compiler/check/draft.hpp"

#include <algorithm>

#include "compiler/check/literals.hpp"
#include "compiler/model/parents.hpp"

namespace dmc::check {

namespace {

/// The tables that `settings inherits = 'a, audit.b'` lists.
std::vector<const TableDraft*> parents_of(const DatabaseDraft& database, const TableDraft& table) {
  std::vector<const TableDraft*> parents;
  model::Table listed;
  for (const ast::TableClause* clause : table.clauses)
    if (const auto* settings = std::get_if<ast::Settings>(clause))
      for (const ast::Setting& setting : settings->settings)
        if (const auto* text = std::get_if<ast::Text>(&setting.value))
          listed.settings.push_back({text_of(setting.name), std::string(text->value)});
  for (const std::string& path : model::parents_of(listed))
    for (const TableDraft& other : database.tables)
      if (Directory::path_of({EntityKind::table, other.schema, other.syntax->name.parts.back().text, 0, {}}) == path)
        parents.push_back(&other);
  return parents;
}

const ast::Column* find_column(const DatabaseDraft& database, const TableDraft& table, std::string_view name,
                               int generations) {
  if (const ast::Column* column = find_column(table, name, database.fold())) return column;
  if (generations == 0) return nullptr;
  for (const TableDraft* parent : parents_of(database, table))
    if (const ast::Column* column = find_column(database, *parent, name, generations - 1)) return column;
  return nullptr;
}

}  // namespace

const ast::Column* find_column(const DatabaseDraft& database, const TableDraft& table, std::string_view name) {
  constexpr int most_generations = 32;  // tables that inherit from each other are somebody else's error
  return find_column(database, table, name, most_generations);
}

const ast::Column* find_column(const TableDraft& table, std::string_view name, bool fold) {
  const auto found = std::ranges::find_if(
      table.columns, [&](const ast::Column* column) { return same_name(column->name.text, name, fold); });
  return found == table.columns.end() ? nullptr : *found;
}

bool has_errors_since(const grammar::Diagnostics& diagnostics, std::size_t before) {
  const auto& all = diagnostics.all();
  return std::any_of(all.begin() + static_cast<std::ptrdiff_t>(before), all.end(),
                     [](const auto& diagnostic) { return diagnostic.severity == grammar::Severity::error; });
}

}  // namespace dmc::check
