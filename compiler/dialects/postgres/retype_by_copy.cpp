#include "compiler/dialects/postgres/retype_by_copy.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "compiler/dialects/postgres/alteration.hpp"
#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/quoting.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Table;

bool names_one(std::string_view text, const std::vector<std::string>& columns) {
  const auto names = model::names_in(text);
  return std::ranges::any_of(
      columns, [&](const auto& column) { return std::ranges::find(names, std::string_view(column)) != names.end(); });
}

bool names_one(const std::vector<model::Element>& elements, const std::vector<std::string>& columns) {
  return std::ranges::any_of(elements, [&](const auto& element) {
    return element.column ? std::ranges::find(columns, *element.column) != columns.end()
                          : names_one(element.expression->text, columns);
  });
}

/// Of `list` what names none of the columns, of `old` what names one.
template <class T, class Names>
void keep_those(std::vector<T>& list, const std::vector<T>& old, const Names& names) {
  std::erase_if(list, names);
  std::ranges::copy_if(old, std::back_inserter(list), names);
}

}  // namespace

std::string stays_in_place(const Table& table, const std::string& column) {
  const std::vector<std::string> one{column};
  if (table.partitioned) return "the table is partitioned";
  for (const auto& other : table.columns)
    if (other.generated && names_one(other.generated->expression.text, one))
      return fmt::format("'{}' is computed from it", grammar::escaped(other.name));
  for (const auto& exclusion : table.exclusions)
    if (names_one(exclusion.elements, one)) return fmt::format("'{}' excludes by it", grammar::escaped(exclusion.name));
  return {};
}

bool keeps_both(const Table& table, const std::string& column) {
  return std::ranges::any_of(table.columns,
                             [&](const auto& other) { return other.kept && other.kept->with == column; });
}

std::vector<RetypedByCopy> retyped_by_copy(const change::AlterTable& alter, const Table& now,
                                           const model::Database& database) {
  std::vector<RetypedByCopy> found;
  if (!alter.rebuild) return found;
  for (const auto& column : alter.after.columns) {
    const auto* was = now.column(column.name);
    if (!was || was->type == column.type || was->generated || column.generated) continue;
    if (keeps_both(alter.after, column.name)) continue;
    const auto move = std::ranges::find(alter.moves, column.name, &change::ColumnMove::to);
    const bool is_moved = move != alter.moves.end();
    const bool computes = is_moved && move->using_expression;
    if ((!computes && is_free(was->type, column.type, database)) || stays_in_place(now, column.name).empty()) continue;
    RetypedByCopy one{{column.name, fmt::format("{}::{}", quoted(column.name), column.type)},
                      {column.name, fmt::format("{}::{}", quoted(column.name), was->type)}};
    if (computes) {
      auto text = move->using_expression->text;
      if (move->from != column.name)
        text =
            model::with_renamed(text, move->from, column.name, {now.name, model::RenameScope::Text::expression, false});
      one.forth.value = in_parentheses(text);
    }
    if (is_moved && move->undo) one.back.value = in_parentheses(move->undo->text);
    one.computed = computes && !move->undo;
    one.written = is_moved && move->undo;
    found.push_back(std::move(one));
  }
  return found;
}

void keep_types(Table& middle, const Table& now, const std::vector<RetypedByCopy>& retyped) {
  if (retyped.empty()) return;
  std::vector<std::string> columns;
  for (const auto& one : retyped) columns.push_back(one.forth.column);
  for (auto& column : middle.columns) {
    const auto* was = now.column(column.name);
    const bool is_one = std::ranges::find(columns, column.name) != columns.end();
    if (!was || !(is_one || (column.generated && names_one(column.generated->expression.text, columns)))) continue;
    column.type = was->type;
    column.collation = was->collation;
    column.default_value = was->default_value;
    column.generated = was->generated;
    column.storage = was->storage;
    column.compression = was->compression;
  }
  keep_those(middle.checks, now.checks, [&](const auto& one) { return names_one(one.expression.text, columns); });
  keep_those(middle.exclusions, now.exclusions, [&](const auto& one) { return names_one(one.elements, columns); });
  keep_those(middle.foreign_keys, now.foreign_keys,
             [&](const auto& one) { return std::ranges::find_first_of(one.columns, columns) != one.columns.end(); });
}

}  // namespace dmc::dialects::postgres
