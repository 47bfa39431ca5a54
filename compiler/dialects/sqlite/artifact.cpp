// An artifact's columns have no type, so SQLite stores what it is given; its key is the source's, so rows can be
// paired.
#include "compiler/dialects/sqlite/artifact.hpp"

#include <algorithm>

#include "compiler/dialects/sqlite/names.hpp"
#include "compiler/dialects/sqlite/normal.hpp"
#include "compiler/dialects/sqlite/step_parts.hpp"

namespace dmc::dialects::sqlite {

namespace {

using model::Table;

/// The key's columns when every row has them.
std::vector<std::string> full_columns(const Table& table, const model::Key& key) {
  std::vector<std::string> names;
  for (const auto& element : key.elements) {
    const auto* column = element.column ? table.column(*element.column) : nullptr;
    if (!column || !column->not_null || column->generated) return {};
    names.push_back(column->name);
  }
  return names;
}

/// A comparison in which 1, 1.0, '1' and 'A', 'a' are all different.
std::string identical(const std::string& a, const std::string& b) {
  return "typeof(" + a + ") = typeof(" + b + ") and " + a + " is " + b + " collate binary";
}

}  // namespace

RowKey row_key(const Table& table, bool whole) {
  if (const auto alias = rowid_alias(table); !alias.empty()) return {{alias}, false, true};
  const auto rowid = rowid_name(table);
  if (whole && !rowid.empty()) return {{rowid}, true, true};
  if (table.primary_key)
    if (auto names = full_columns(table, *table.primary_key); !names.empty()) return {std::move(names), false, false};
  for (const auto& key : table.uniques)
    if (auto names = full_columns(table, key); !names.empty()) return {std::move(names), false, false};
  if (!rowid.empty()) return {{rowid}, true, true};
  return {};
}

void Artifact::recognise_by(const std::vector<std::string>& names) {
  may_move = key.is_rowid;
  if (!may_move) return;
  for (const auto& name : names) witnesses.push_back({quoted(name), "_dmc_beside_" + name});
}

std::string Artifact::key_name(std::size_t i) const { return key.is_rowid ? "_dmc_rowid" : key.columns[i]; }

std::string Artifact::create() const {
  std::vector<std::string> parts;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    names.push_back(quoted(key_name(i)));
    parts.push_back(names.back() +
                    (key.is_integer ? (counts ? " INTEGER PRIMARY KEY AUTOINCREMENT" : " INTEGER PRIMARY KEY") : ""));
  }
  for (const auto& column : columns) parts.push_back(quoted(column.name));
  for (const auto& column : witnesses) parts.push_back(quoted(column.name));
  const bool keyed = !key.is_integer && !names.empty();
  if (keyed) parts.push_back("PRIMARY KEY (" + joined(names, ", ") + ")");
  return "CREATE TABLE " + quoted(name) + " (" + joined(parts, ", ") + ")" + (keyed ? " WITHOUT ROWID" : "");
}

std::string Artifact::fill(std::string_view where) const {
  std::vector<std::string> into, from;
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    into.push_back(quoted(key_name(i)));
    from.push_back(quoted(key.columns[i]));
  }
  for (const auto* list : {&columns, &witnesses})
    for (const auto& column : *list) {
      into.push_back(quoted(column.name));
      from.push_back(column.source);
    }
  return "insert into " + quoted(name) + " (" + joined(into, ", ") + ") select " + joined(from, ", ") + " from " +
         quoted(source) + (where.empty() ? std::string() : " where " + std::string(where));
}

std::vector<std::string> Artifact::write() const {
  std::vector<std::string> statements{create(), fill()};
  if (counts) {
    statements.push_back("delete from sqlite_sequence where name = " + text_literal(name));
    statements.push_back("insert into sqlite_sequence (name, seq) select " + text_literal(name) +
                         ", seq from sqlite_sequence where name = " + text_literal(source));
  }
  return statements;
}

std::string Artifact::count() const { return "select count(*) from " + quoted(name); }

std::string Artifact::matches(std::string_view table) const {
  std::vector<std::string> equal;
  for (std::size_t i = 0; i < key.columns.size(); ++i)
    equal.push_back(quoted(table, key.columns[i]) + " = b." + quoted(key_name(i)));
  for (const auto& column : witnesses)
    equal.push_back(identical(quoted(table) + "." + column.source, "b." + quoted(column.name)));
  return joined(equal, " and ");
}

std::string Artifact::value_of(std::string_view column, std::string_view table) const {
  return "(select b." + quoted(column) + " from " + quoted(name) + " as b where " + matches(table) + ")";
}

std::vector<plan::QueryCheck> Artifact::unmoved(std::string_view table) const {
  if (!may_move) return {};
  const auto rowid = quoted(table, key.columns.front());
  const auto number = rowid + " = b." + quoted(key_name(0));
  std::vector<std::string> rest;
  for (const auto& column : witnesses) rest.push_back("b." + quoted(column.name));
  if (rest.empty()) rest.emplace_back("null");
  // Of rows that are alike but for what is kept, one that is gone may have left its number to another.
  const auto other_row = "select 1 from " + quoted(name) + " as b join " + quoted(table) + " on " + number +
                         " where not (" + matches(table) + ")";
  const auto twin_gone = "select 1 from " + quoted(name) + " as b left join " + quoted(table) + " on " + number +
                         " group by " + joined(rest, ", ") + " having count(*) > 1 and count(" + rowid + ") < count(*)";
  return {no_rows("every row of " + std::string(table) + " still has its rowid",
                  "select 1 where exists (" + other_row + ") or exists (" + twin_gone + ")",
                  "rows were changed or deleted since, and a VACUUM may have numbered them anew: with --lossy, only "
                  "rows that still hold what they held get their values back")};
}

std::vector<plan::QueryCheck> Artifact::equal_to_source() const {
  std::vector<plan::QueryCheck> checks;
  checks.push_back(equals(
      "backup " + name + " has as many rows as " + source,
      "select (select count(*) from " + quoted(name) + ") = (select count(*) from " + quoted(source) + ")", "1"));
  const auto found = key.columns.empty()
                         ? "select 1 from (" + rows_of(name, false) + " except " + rows_of(source, true) + ") limit 1"
                         : "select 1 from " + quoted(name) + " as b where not exists (select 1 from " + quoted(source) +
                               " as s where " + same_values() + ") limit 1";
  checks.push_back(no_rows("every row of backup " + name + " is a row of " + source + ", value by value", found));
  return checks;
}

std::vector<plan::QueryCheck> Artifact::keeps_values() const {
  std::vector<std::string> names, worth;
  for (const auto& column : columns) {
    names.push_back(column.name);
    worth.push_back("(" + column.worth + ")");
  }
  const auto some = joined(worth, " or ");
  const auto found =
      key.columns.empty()
          ? "select 1 from (" + rows_of(source, true, some) + " except " + rows_of(name, false) + ") limit 1"
          : "select 1 from " + quoted(source) + " as s where (" + some + ") and not exists (select 1 from " +
                quoted(name) + " as b where " + same_values() + ") limit 1";
  return {no_rows("every value of " + listed(names) + " is kept in " + name, found,
                  "while they were kept rows came with a value, or got another key or other values: take this change "
                  "back (dmc undo), and run it again")};
}

std::string Artifact::rows_of(const std::string& table, bool of_source, const std::string& where) const {
  std::vector<std::string> values;
  std::string numbers;
  for (const auto& column : columns) {
    values.push_back("quote(" + (of_source ? column.source : quoted(column.name)) + ")");
    numbers += (numbers.empty() ? "" : ", ") + std::to_string(values.size());
  }
  return "select " + joined(values, ", ") + ", count(*) from " + quoted(table) +
         (where.empty() ? "" : " where " + where) + " group by " + numbers;
}

/// Of the source, `s`, and of the artifact, `b`: the same row, with the same values.
std::string Artifact::same_values() const {
  std::vector<std::string> same{matches("s")};
  if (!key.is_integer)
    for (std::size_t i = 0; i < key.columns.size(); ++i)
      same.push_back(identical("s." + quoted(key.columns[i]), "b." + quoted(key_name(i))));
  for (const auto& column : columns) same.push_back(identical("s." + column.source, "b." + quoted(column.name)));
  return joined(same, " and ");
}

}  // namespace dmc::dialects::sqlite
