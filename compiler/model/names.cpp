// The names of constraints that their author left unnamed: they follow from what the constraint is, so that a source
// text and an inspected database agree on them.
#include <algorithm>

#include "compiler/model/database.hpp"
#include "compiler/model/masked.hpp"
#include "compiler/plan/digest.hpp"

namespace dmc::model {

namespace {

void append_part(std::string& name, std::string_view part) { name.append("_").append(part); }

std::string plain_name(const Table& table, const Key& key, bool primary) {
  std::string name = table.name;
  if (primary) return name + "_pkey";
  for (const Element& element : key.elements)
    append_part(name, element.column ? std::string_view(*element.column) : "expr");
  return name + "_key";
}

std::string plain_name(const Table& table, const Check& /*check*/) { return table.name + "_check"; }

std::string plain_name(const Table& table, const ForeignKey& key) {
  std::string name = table.name;
  for (const std::string& column : key.columns) append_part(name, column);
  return name + "_fkey";
}

/// For constraints that would otherwise be called alike.
template <class T>
std::string long_name(const std::string& plain, T constraint) {
  constraint.name.clear();
  mask(constraint);
  return plain + "_" + plan::short_digest(plan::digest(plan::canonical(constraint))).substr(0, 6);
}

template <class T, class Plain>
std::string derived(const T& constraint, const std::vector<T>& all, const Plain& plain) {
  const std::string name = plain(constraint);
  // One that its author named does not count, unless the author chose this very name. Digests and comparisons of SQL
  // come last, because they cost most.
  const auto takes = [&](const T& other) {
    if (&other == &constraint) return false;
    if (other.name == name) return true;
    if (!other.name.empty() && !other.name.starts_with(name)) return false;
    return plain(other) == name && (other.name.empty() || other.name == long_name(name, other));
  };
  const bool taken =
      std::any_of(all.begin(), all.end(), [&](const T& other) { return takes(other) && other != constraint; });
  return taken ? long_name(name, constraint) : name;
}

template <class T, class Plain>
void fill_in(std::vector<T>& all, const Plain& plain) {
  std::vector<std::string> names;
  names.reserve(all.size());
  for (const T& constraint : all)
    names.push_back(constraint.name.empty() ? derived(constraint, all, plain) : constraint.name);
  for (std::size_t i = 0; i < all.size(); ++i) all[i].name = std::move(names[i]);
}

auto plain_in(const Table& table) {
  return [&table](const auto& constraint) {
    if constexpr (std::same_as<std::remove_cvref_t<decltype(constraint)>, Key>)
      return plain_name(table, constraint, false);
    else
      return plain_name(table, constraint);
  };
}

}  // namespace

std::string derived_name(const Table& table, const Key& key, bool primary) {
  return primary ? plain_name(table, key, true) : derived(key, table.uniques, plain_in(table));
}

std::string derived_name(const Table& table, const Check& check) {
  return derived(check, table.checks, plain_in(table));
}

std::string derived_name(const Table& table, const Exclusion& exclusion) {
  std::string name = table.name;
  for (const Element& element : exclusion.elements) name += "_" + element.column.value_or("expr");
  return name + "_excl";
}

std::string derived_name(const Table& table, const ForeignKey& key) {
  return derived(key, table.foreign_keys, plain_in(table));
}

void name_constraints(Table& table) {
  if (table.primary_key && table.primary_key->name.empty())
    table.primary_key->name = plain_name(table, *table.primary_key, true);
  fill_in(table.uniques, plain_in(table));
  fill_in(table.checks, plain_in(table));
  fill_in(table.foreign_keys, plain_in(table));
  for (Exclusion& exclusion : table.exclusions)
    if (exclusion.name.empty()) exclusion.name = derived_name(table, exclusion);
}

void clear_derived_names(Table& table) {
  // Columns and indexes are most of a table, and names of constraints do not follow from them.
  Table named;
  named.schema = table.schema;
  named.name = table.name;
  named.primary_key = table.primary_key;
  named.uniques = table.uniques;
  named.checks = table.checks;
  named.foreign_keys = table.foreign_keys;
  if (table.primary_key && table.primary_key->name == derived_name(named, *named.primary_key, true))
    table.primary_key->name.clear();
  const auto clear = [&named](auto& list, const auto& before, auto... primary) {
    for (std::size_t i = 0; i < list.size(); ++i)
      if (before[i].name == derived_name(named, before[i], primary...)) list[i].name.clear();
  };
  clear(table.uniques, named.uniques, false);
  clear(table.checks, named.checks);
  clear(table.foreign_keys, named.foreign_keys);
}

}  // namespace dmc::model
