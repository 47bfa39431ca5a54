// Constraints and indexes that only change their name.
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

}  // namespace

std::vector<std::string> rename_sequence(const model::Table& before, const std::string& from, const model::Table& after,
                                         const std::string& to) {
  const auto counts_by_default = [](const model::Column* column) {
    return column && column->identity && column->identity_options.find("sequence name ") == std::string::npos;
  };
  const auto was = made_up_name(before.name, from, "seq"), is = made_up_name(after.name, to, "seq");
  if (!counts_by_default(before.column(from)) || !counts_by_default(after.column(to)) || was == is) return {};
  return {fmt::format("alter sequence {} rename to {}", full(after.schema, was), quoted(is))};
}

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
  each_renamed(before.foreign_keys, after.foreign_keys, constraint);
  each_renamed(before.exclusions, after.exclusions, constraint);
  each_renamed(before.indexes, after.indexes, [&](const std::string& from, const std::string& to) {
    statements.push_back(fmt::format("alter index {} rename to {}", full(after.schema, from), quoted(to)));
  });
  return statements;
}

}  // namespace dmc::dialects::postgres
