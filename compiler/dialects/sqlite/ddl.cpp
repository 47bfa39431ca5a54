// A constraint of one column stands with that column, one of several at the end: the way a person writes a table.
#include "compiler/dialects/sqlite/ddl.hpp"

#include <algorithm>

#include "compiler/dialects/sqlite/expression.hpp"
#include "compiler/dialects/sqlite/names.hpp"
#include "compiler/dialects/sqlite/normal.hpp"
#include "compiler/dialects/sqlite/tokens.hpp"

namespace dmc::dialects::sqlite {

namespace {

using model::Column;
using model::Element;
using model::ForeignKey;
using model::Key;
using model::Table;

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

std::string named(std::string_view name, const std::string& derived) {
  return name.empty() || name == derived ? std::string() : "CONSTRAINT " + quoted(name) + " ";
}

std::string on_conflict(const std::optional<std::string>& conflict) {
  return conflict ? " ON CONFLICT " + upper(*conflict) : std::string();
}

std::string in_parentheses(std::string_view expression) { return "(" + std::string(expression) + ")"; }

bool stands_with(const Key& key, const Column& column) {
  return key.elements.size() == 1 && key.elements[0].column == column.name && !key.elements[0].collation;
}

/// A descending key of one INTEGER column must stand with it: at the end it would make that column the rowid.
bool inline_key(const Table& table, const Column& column) {
  return table.primary_key && stands_with(*table.primary_key, column);
}

bool inline_unique(const Key& key, const Column& column) {
  return stands_with(key, column) && !key.elements[0].descending;
}

bool inline_check(const Table& table, const model::Check& check, const Column& column) {
  const auto columns = columns_in(check.expression.text, table);
  return columns.size() == 1 && columns[0] == column.name;
}

bool inline_reference(const ForeignKey& key, const Column& column) {
  return key.columns.size() == 1 && key.columns[0] == column.name;
}

std::string references(const ForeignKey& key) {
  std::string out = "REFERENCES " + quoted(key.table);
  if (!key.referenced.empty()) out += " (" + quoted_list(key.referenced) + ")";
  if (key.on_delete != "no action") out += " ON DELETE " + upper(key.on_delete);
  if (key.on_update != "no action") out += " ON UPDATE " + upper(key.on_update);
  if (key.deferrable) out += key.initially_deferred ? " DEFERRABLE INITIALLY DEFERRED" : " DEFERRABLE";
  return out;
}

std::string elements_text(const std::vector<Element>& elements) {
  std::vector<std::string> parts;
  for (const auto& element : elements) parts.push_back(element_text(element));
  return joined(parts, ", ");
}

/// The constraints that stand with no column.
std::vector<std::string> table_constraints(const Table& table) {
  std::vector<std::string> parts;
  const auto no_column = [&](const auto& stands_inline) { return std::ranges::none_of(table.columns, stands_inline); };
  if (table.primary_key && no_column([&](const Column& column) { return inline_key(table, column); }))
    parts.push_back(named(table.primary_key->name, derived_name(table, *table.primary_key, true)) + "PRIMARY KEY (" +
                    elements_text(table.primary_key->elements) + ")" + on_conflict(table.primary_key->conflict));
  for (const auto& key : table.uniques)
    if (no_column([&](const Column& column) { return inline_unique(key, column); }))
      parts.push_back(named(key.name, derived_name(table, key, false)) + "UNIQUE (" + elements_text(key.elements) +
                      ")" + on_conflict(key.conflict));
  for (const auto& check : table.checks)
    if (no_column([&](const Column& column) { return inline_check(table, check, column); }))
      parts.push_back(check_clause(table, check));
  for (const auto& key : table.foreign_keys)
    if (no_column([&](const Column& column) { return inline_reference(key, column); }))
      parts.push_back(named(key.name, derived_name(table, key)) + "FOREIGN KEY (" + quoted_list(key.columns) + ") " +
                      references(key));
  return parts;
}

}  // namespace

std::string element_text(const Element& element) {
  std::string out = element.column ? quoted(*element.column) : std::string();
  if (!element.column && element.expression) out = in_parentheses(element.expression->text);
  if (element.collation) out += " COLLATE " + quoted(*element.collation);
  if (element.descending) out += " DESC";
  return out;
}

std::string check_clause(const Table& table, const model::Check& check) {
  return named(check.name, derived_name(table, check)) + "CHECK " + in_parentheses(check.expression.text);
}

std::string column_definition(const Table& table, const Column& column) {
  std::string out = quoted(column.name);
  if (!column.type.empty()) out += " " + column.type;
  if (column.collation) out += " COLLATE " + quoted(*column.collation);
  if (column.generated)
    out += " GENERATED ALWAYS AS " + in_parentheses(column.generated->expression.text) +
           (column.generated->stored ? " STORED" : " VIRTUAL");
  const bool alias = rowid_alias(table) == column.name;
  if (column.not_null && !alias) out += " NOT NULL" + on_conflict(column.not_null_conflict);
  if (column.default_value)
    out += " DEFAULT " + (is_plain_default(column.default_value->text) ? column.default_value->text
                                                                       : in_parentheses(column.default_value->text));
  if (inline_key(table, column)) {
    const auto& key = *table.primary_key;
    out += " " + named(key.name, derived_name(table, key, true)) + "PRIMARY KEY" +
           (key.elements[0].descending ? " DESC" : "") + on_conflict(key.conflict);
    if (alias && column.identity) out += " AUTOINCREMENT";
  }
  for (const auto& key : table.uniques)
    if (inline_unique(key, column))
      out += " " + named(key.name, derived_name(table, key, false)) + "UNIQUE" + on_conflict(key.conflict);
  for (const auto& check : table.checks)
    if (inline_check(table, check, column)) out += " " + check_clause(table, check);
  for (const auto& key : table.foreign_keys)
    if (inline_reference(key, column)) out += " " + named(key.name, derived_name(table, key)) + references(key);
  return out;
}

std::string create_table(const Table& table, std::string_view as) {
  std::vector<std::string> lines;
  for (const auto& column : table.columns) lines.push_back("  " + column_definition(table, column));
  for (const auto& constraint : table_constraints(table)) lines.push_back("  " + constraint);
  std::string out =
      "CREATE TABLE " + quoted(as.empty() ? std::string_view(table.name) : as) + " (\n" + joined(lines, ",\n") + "\n)";
  if (is_without_rowid(table)) out += " WITHOUT ROWID";
  if (is_strict(table)) out += is_without_rowid(table) ? ", STRICT" : " STRICT";
  return out;
}

std::string create_index(const Table& table, const model::Index& index, std::string_view on) {
  std::string out = index.unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ";
  out += quoted(index.name) + " ON " + quoted(on.empty() ? std::string_view(table.name) : on) + " (" +
         elements_text(index.elements) + ")";
  if (index.where) out += " WHERE " + index.where->text;
  return out;
}

std::string create_view(const model::View& view) {
  std::string out = "CREATE VIEW " + quoted(view.name);
  if (!view.columns.empty()) out += " (" + quoted_list(view.columns) + ")";
  return out + " AS\n" + view.query.text;
}

std::string create_trigger(const model::Trigger& trigger, std::string_view on) {
  std::string out = "CREATE TRIGGER " + quoted(trigger.name) + " " + upper(trigger.timing) + " ";
  out += upper(joined(trigger.events, " or "));
  if (!trigger.of_columns.empty()) out += " OF " + quoted_list(trigger.of_columns);
  out += " ON " + quoted(on.empty() ? std::string_view(trigger.table) : on) + " FOR EACH ROW";
  if (trigger.when) out += "\nWHEN " + in_parentheses(trigger.when->text);
  return out + "\nBEGIN\n  " + (trigger.body ? trigger.body->text : std::string()) + "\nEND";
}

}  // namespace dmc::dialects::sqlite
