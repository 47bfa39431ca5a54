// What SQLite's `alter table … rename` does to the stored texts, done to the model.
#include "compiler/dialects/sqlite/rename.hpp"

#include <algorithm>
#include <array>

#include "compiler/dialects/sqlite/expression.hpp"
#include "compiler/dialects/sqlite/query_names.hpp"
#include "compiler/dialects/sqlite/tokens.hpp"

namespace dmc::dialects::sqlite {

namespace {

using model::Database;
using model::Table;

bool has_column(const Table& table, std::string_view name) {
  return std::ranges::any_of(table.columns, [&](const auto& column) { return same_name(column.name, name); });
}

/// By what a view says of itself; what stands behind a `*` is not known here.
bool names_column(const model::View& view, std::string_view name) {
  if (!view.columns.empty())
    return std::ranges::any_of(view.columns, [&](const auto& column) { return same_name(column, name); });
  return std::ranges::any_of(tokens_of(view.query.text),
                             [&](const Token& token) { return token.can_be_name() && same_name(token.name(), name); });
}

void rename_in(std::string& name, std::string_view from, std::string_view to) {
  if (same_name(name, from)) name = to;
}

void rename_in(std::vector<std::string>& names, std::string_view from, std::string_view to) {
  for (auto& name : names) rename_in(name, from, to);
}

void rename_in(std::vector<model::Element>& elements, std::string_view from, std::string_view to) {
  for (auto& element : elements) {
    if (element.column) rename_in(*element.column, from, to);
    if (element.expression) element.expression->text = with_column_renamed(element.expression->text, from, to);
  }
}

/// The table's own columns, wherever its definition names them.
void rename_column_of(Table& table, std::string_view from, std::string_view to) {
  for (auto& column : table.columns) {
    rename_in(column.name, from, to);
    if (column.generated)
      column.generated->expression.text = with_column_renamed(column.generated->expression.text, from, to);
  }
  if (table.primary_key) rename_in(table.primary_key->elements, from, to);
  for (auto& key : table.uniques) rename_in(key.elements, from, to);
  for (auto& check : table.checks) check.expression.text = with_column_renamed(check.expression.text, from, to);
  for (auto& key : table.foreign_keys) rename_in(key.columns, from, to);
  for (auto& index : table.indexes) {
    rename_in(index.elements, from, to);
    if (index.where) index.where->text = with_column_renamed(index.where->text, from, to);
  }
}

void rename_in_tables(Database& database, std::string_view name, const std::optional<std::string>& column,
                      std::string_view to) {
  for (auto& table : database.tables) {
    const bool itself = same_name(table.path(), name);
    const bool child =
        std::ranges::any_of(table.foreign_keys, [&](const auto& key) { return same_name(key.table, name); });
    if (!itself && !child) continue;
    // SQLite holds no names for constraints that have none, so those follow from the new names.
    model::clear_derived_names(table);
    for (auto& key : table.foreign_keys) {
      if (!same_name(key.table, name)) continue;
      if (column)
        rename_in(key.referenced, *column, to);
      else
        key.table = to;
    }
    if (itself && column)
      rename_column_of(table, *column, to);
    else if (itself)
      table.name = to;
    model::name_constraints(table);
  }
}

/// For queries and statements; `others` is lent: tables and views that have such a column too.
Renaming renaming_of(const Database& database, const std::string& name, const std::optional<std::string>& column,
                     std::string_view to, std::vector<std::string>& others) {
  if (column) {
    for (const auto& other : database.tables)
      if (!same_name(other.path(), name) && has_column(other, *column)) others.push_back(folded(other.name));
    for (const auto& view : database.views)
      if (names_column(view, *column)) others.push_back(folded(view.name));
    std::ranges::sort(others);
  }
  return {name, column, std::string(to),
          [&others](std::string_view relation) { return std::ranges::binary_search(others, folded(relation)); }};
}

/// Where the statements of `begin … end` begin.
std::size_t behind_begin(std::string_view text) {
  const auto tokens = tokens_of(text);
  return !tokens.empty() && tokens.front().is("begin") ? tokens.front().end : 0;
}

/// A statement, and no expression that a query stands in.
bool is_statement(std::string_view text) {
  const auto tokens = tokens_of(text);
  constexpr std::array<std::string_view, 6> words{"select", "with", "insert", "replace", "update", "delete"};
  return !tokens.empty() && std::ranges::any_of(words, [&](auto word) { return tokens.front().is(word); });
}

}  // namespace

void rename(Database& database, std::string_view table, const std::optional<std::string>& column, std::string_view to) {
  const std::string name(table);
  std::vector<std::string> others;
  const auto renaming = renaming_of(database, name, column, to, others);
  rename_in_tables(database, name, column, to);
  for (auto& view : database.views) view.query.text = query_renamed(view.query.text, renaming);
  for (auto& trigger : database.triggers) {
    const bool on_table = same_name(trigger.table, name);
    if (trigger.when) trigger.when->text = statements_renamed(trigger.when->text, renaming, on_table);
    if (trigger.body) trigger.body->text = statements_renamed(trigger.body->text, renaming, on_table);
    if (!on_table) continue;
    if (column)
      rename_in(trigger.of_columns, *column, to);
    else
      trigger.table = to;
  }
}

std::vector<Mentions> mentions(const Database& database, const std::vector<AuthorText>& texts,
                               std::string_view relation, const std::optional<std::string>& column) {
  std::vector<std::string> others;
  const auto renaming = renaming_of(database, std::string(relation), column, {}, others);
  std::vector<Mentions> all;
  for (const auto& text : texts) {
    auto& found = all.emplace_back(std::in_place).value();
    const auto outputs = column ? model::result_names(text.text) : std::vector<std::size_t>();
    const bool on_table = same_name(text.table, relation);
    const auto begin = behind_begin(text.text);
    const auto body = text.text.substr(begin);
    for (const auto& edit : mentions_in(body, renaming, on_table, on_table && !is_statement(body)))
      found.push_back(
          {begin + edit.begin, begin + edit.end, true, std::ranges::binary_search(outputs, begin + edit.begin)});
  }
  return all;
}

}  // namespace dmc::dialects::sqlite
