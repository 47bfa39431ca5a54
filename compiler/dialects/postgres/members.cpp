// Constraints, indexes and sequences that only change their name.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"

namespace dmc::dialects::postgres {

namespace {

/// Calls `renamed` for every element of `before` that `after` holds under another name only.
template <class T, class Renamed>
void each_renamed(const std::vector<T>& before, const std::vector<T>& after, const Renamed& renamed) {
  std::vector<std::string> taken;
  const auto named = [](const std::vector<T>& list, const std::string& name) {
    return std::ranges::find(list, name, &T::name) != list.end();
  };
  for (const auto& old : before) {
    if (named(after, old.name)) continue;
    for (const auto& now : after) {
      if (named(before, now.name) || std::ranges::find(taken, now.name) != taken.end()) continue;
      auto same = now;
      same.name = old.name;
      same.origin = old.origin;
      if (!(same == old)) continue;
      taken.push_back(now.name);
      renamed(old.name, now.name);
      break;
    }
  }
}

/// Of a column that is counted by a sequence of the name that the server makes up.
std::vector<std::string> rename_sequence(const model::Column& column, const std::string& schema,
                                         const std::string& from, const std::string& to) {
  if (!column.identity || column.identity_options.find("sequence name ") != std::string::npos || from == to) return {};
  return {fmt::format("alter sequence {} rename to {}", full(schema, from), quoted(to))};
}

}  // namespace

std::vector<std::string> rename_members(const model::Table& before, const model::Table& after) {
  std::vector<std::string> statements;
  const auto constraint = [&](const std::string& from, const std::string& to) {
    statements.push_back(
        fmt::format("alter table {} rename constraint {} to {}", full(after), quoted(from), quoted(to)));
  };
  if (before.primary_key && after.primary_key && before.primary_key->name != after.primary_key->name) {
    auto same = *after.primary_key;
    same.name = before.primary_key->name;
    same.origin = before.primary_key->origin;
    if (same == *before.primary_key) constraint(before.primary_key->name, after.primary_key->name);
  }
  each_renamed(before.uniques, after.uniques, constraint);
  each_renamed(before.checks, after.checks, constraint);
  // A key to the table itself follows it.
  auto keys = before.foreign_keys;
  for (auto& key : keys)
    if (key.table == before.path()) key.table = after.path();
  each_renamed(keys, after.foreign_keys, constraint);
  each_renamed(before.exclusions, after.exclusions, constraint);
  each_renamed(before.indexes, after.indexes, [&](const std::string& from, const std::string& to) {
    statements.push_back(fmt::format("alter index {} rename to {}", full(after.schema, from), quoted(to)));
  });
  return statements;
}

std::vector<std::string> rename_sequences(const model::Table& before, const model::Table& after) {
  std::vector<std::string> statements;
  for (const auto& column : after.columns)
    append(statements, rename_sequence(column, after.schema, made_up_name(before.name, column.name, "seq"),
                                       made_up_name(after.name, column.name, "seq")));
  return statements;
}

std::vector<std::string> rename_sequences(const model::Table& table, std::string_view from, std::string_view to) {
  const auto* column = table.column(to);
  return column ? rename_sequence(*column, table.schema, made_up_name(table.name, from, "seq"),
                                  made_up_name(table.name, to, "seq"))
                : std::vector<std::string>();
}

std::vector<std::string> rename_not_null(const Lowering& lowering, const model::Table& table, std::string_view from,
                                         std::string_view to) {
  if (lowering.major() < not_null_not_valid) return {};
  const auto was = made_up_name(table.name, from, "not_null"), is = made_up_name(table.name, to, "not_null");
  const auto called = [&](const std::string& name) {
    return fmt::format(
        "exists (select 1 from pg_catalog.pg_constraint c join pg_catalog.pg_attribute a on a.attrelid = "
        "c.conrelid and a.attnum = c.conkey[1] where c.conrelid = {} and c.contype = 'n' and c.conname = "
        "{} and a.attname = {})",
        oid_of(full(table)), text_literal(name), text_literal(to));
  };
  return {
      fmt::format("do $dmc$ begin if {} and not exists (select 1 from pg_catalog.pg_constraint where conrelid = {} "
                  "and conname = {}) then alter table {} rename constraint {} to {}; end if; end $dmc$",
                  called(was), oid_of(full(table)), text_literal(is), full(table), quoted(was), quoted(is))};
}

}  // namespace dmc::dialects::postgres
