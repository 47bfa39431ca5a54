// Looking things up in a database of the model, and the order its lists promise.
#include "compiler/model/database.hpp"

#include <algorithm>
#include <array>
#include <compare>

#include "compiler/model/intent.hpp"
#include "compiler/model/parents.hpp"
#include "compiler/model/print_words.hpp"

namespace dmc::model {

namespace {

/// Whether the item's path comes before, is, or comes after that one.
template <class T>
std::strong_ordering compare(const T& item, std::string_view path) {
  if constexpr (requires { item.of_table; })
    if (item.of_table) return item.path() <=> path;
  if constexpr (requires { item.schema; })
    if (!item.schema.empty()) {
      const std::string_view schema = item.schema;
      if (const auto order = schema <=> path.substr(0, schema.size()); order != 0) return order;
      path.remove_prefix(schema.size());
      if (const auto order = std::string_view(".") <=> path.substr(0, 1); order != 0) return order;
      path.remove_prefix(1);
    }
  return std::string_view(item.name) <=> path;
}

/// At once where the list is in order; one that is not, or does not have it, is gone through.
template <class List>
auto* find(List& list, std::string_view path) {
  const auto place = std::lower_bound(list.begin(), list.end(), path,
                                      [](const auto& item, std::string_view path) { return compare(item, path) < 0; });
  if (place != list.end() && compare(*place, path) == 0) return &*place;
  const auto found = std::ranges::find_if(list, [path](const auto& item) { return compare(item, path) == 0; });
  return found == list.end() ? nullptr : &*found;
}

/// Moves nothing that is in order already, because tables are large and are sorted more than once.
template <class T, class Before>
void sort_list(std::vector<T>& list, const Before& before) {
  if (!std::is_sorted(list.begin(), list.end(), before)) std::stable_sort(list.begin(), list.end(), before);
}

template <class T>
void by_path(std::vector<T>& list) {
  sort_list(list, [](const T& a, const T& b) {
    if constexpr (requires { a.of_table; })
      if (a.of_table || b.of_table) return a.path() < b.path();
    if constexpr (requires { a.schema; })
      if (!a.schema.empty() || !b.schema.empty()) return a.path() < b.path();
    return a.name < b.name;
  });
}

template <class T>
void by_name(std::vector<T>& list) {
  sort_list(list, [](const T& a, const T& b) { return a.name < b.name; });
}

void sort_partitions(Partitioning& partitioning) {
  by_path(partitioning.partitions);
  for (Partition& partition : partitioning.partitions)
    for (Partitioning& inner : partition.by) sort_partitions(inner);
}

}  // namespace

const Table* Database::table(std::string_view path) const { return find(tables, path); }
Table* Database::table(std::string_view path) { return find(tables, path); }
const View* Database::view(std::string_view path) const { return find(views, path); }
const Trigger* Database::trigger(std::string_view path) const { return find(triggers, path); }
const Object* Database::object(std::string_view path) const { return find(objects, path); }

const Object* Database::object_called(std::string_view label) const {
  constexpr std::string_view whole = "object ";
  return object(label.starts_with(whole) ? label.substr(whole.size()) : label);
}

std::vector<std::string> parents_of(const Table& table) {
  std::vector<std::string> parents;
  const auto found = std::ranges::find(table.settings, "inherits", &Setting::name);
  if (found == table.settings.end()) return parents;
  return paths_in(found->value);
}

std::vector<std::string> paths_in(std::string_view list) {
  std::vector<std::string> paths;
  while (!list.empty()) {
    const auto comma = last_outside_quotes(list, ",");
    const auto begin = comma == std::string_view::npos ? 0 : list.find_first_not_of(' ', comma + 1);
    if (begin != std::string_view::npos) paths.push_back(unquoted_path(trimmed(list.substr(begin))));
    list = list.substr(0, comma == std::string_view::npos ? 0 : comma);
  }
  std::ranges::reverse(paths);
  return paths;
}

std::string Object::provides() const {
  constexpr std::array unnamed = std::to_array<std::string_view>(
      {"comment", "grant", "no grant", "revoke", "default privileges", "row policy", "rule", "publication",
       "event trigger", "cast", "column default", "column options", "column not null", "partition constraint",
       "partition setting", "partition trigger", "sequence owner"});
  if (name.find(' ') == std::string::npos) return name;
  if (std::ranges::find(unnamed, type) != unnamed.end() || !name.starts_with(type + " ")) return {};
  std::string_view rest = std::string_view(name).substr(type.size() + 1);
  if (type == "schema") return std::string(rest);
  std::string last;
  for (bool quoted = false; const char c : rest) {
    if (c == '(' && !quoted) break;
    // The second of two quotes opens again what the first one closed: one of them is meant.
    if (c == '"' && !quoted && last.ends_with('"')) last.pop_back();
    quoted = quoted != (c == '"');
    if (c == '.' && !quoted)
      last.clear();
    else
      last += c;
  }
  if (last.size() > 2 && last.front() == '"') last = last.substr(1, last.size() - 2);
  return last;
}

namespace {

/// `PATH` of a relation in the words of plans.
std::vector<std::string> relation_labels(std::string_view path) {
  return {"table " + unquoted_path(path), "view " + unquoted_path(path)};
}

/// "trigger t on users" → "trigger users.t"; "function f()" as it is.
std::vector<std::string> thing_labels(std::string_view thing) {
  const auto behind = [&](std::string_view word) { return thing.substr(word.size()); };
  const auto on = last_outside_quotes(thing, " on ");
  if (thing.starts_with("trigger ") && on != std::string_view::npos) {
    constexpr std::size_t word = 8, gap = 4;
    return {"trigger " + unquoted_path(thing.substr(on + gap)) + "." + unquoted_path(thing.substr(word, on - word)),
            "partition " + std::string(thing)};
  }
  constexpr std::string_view constraint = "constraint ", gap_word = " on ";
  if (thing.starts_with(constraint) && on != std::string_view::npos) {
    const auto relation = thing.substr(on + gap_word.size());
    auto labels = relation_labels(relation);
    labels.push_back("partition constraint " + std::string(relation) + "." +
                     std::string(thing.substr(constraint.size(), on - constraint.size())));
    return labels;
  }
  if (thing.starts_with("column ")) {
    const auto column = behind("column ");
    return relation_labels(column.substr(0, last_outside_quotes(column, ".")));
  }
  if (thing.starts_with("policy ")) return {"row " + std::string(thing)};
  for (const std::string_view word : {"table ", "view ", "materialized view "})
    if (thing.starts_with(word)) return relation_labels(behind(word));
  if (thing.starts_with("function ")) return {std::string(thing), "aggregate " + std::string(behind("function "))};
  if (thing.starts_with("type "))
    return {"type " + std::string(behind("type ")), "enum " + std::string(behind("type ")),
            "domain " + std::string(behind("type "))};
  return {std::string(thing)};
}

}  // namespace

std::vector<std::string> Object::lives_on() const {
  const std::string_view whole(name);
  if (type == "row policy" || type == "rule") {
    constexpr std::size_t gap = 4;
    const auto on = last_outside_quotes(whole, " on ");
    return on == std::string_view::npos ? std::vector<std::string>{} : relation_labels(whole.substr(on + gap));
  }
  if (type == "column default" || type == "column options") {
    const auto column = whole.substr(type.size() + 1);
    return relation_labels(column.substr(0, last_outside_quotes(column, ".")));
  }
  for (const std::string_view kind : {"comment on ", "grant on ", "no grant on ", "revoke on "}) {
    if (!whole.starts_with(kind)) continue;
    auto thing = whole.substr(kind.size());
    if (kind != "comment on ")
      thing = thing.substr(0, last_outside_quotes(thing, kind == "revoke on " ? " from " : " to "));
    return thing_labels(thing);
  }
  return {};
}

void Database::sort() {
  by_path(tables);
  by_path(views);
  by_path(triggers);
  by_path(objects);
  for (Table& table : tables) {
    by_name(table.uniques);
    by_name(table.checks);
    by_name(table.foreign_keys);
    by_name(table.indexes);
    by_name(table.settings);
    by_name(table.exclusions);
    if (table.partitioned) sort_partitions(*table.partitioned);
    for (Index& index : table.indexes) by_name(index.settings);
  }
  for (View& view : views) {
    by_name(view.settings);
    by_name(view.indexes);
    for (Index& index : view.indexes) by_name(index.settings);
  }
}

std::string Path::text() const {
  std::string joined;
  for (const std::string& part : parts) {
    if (!joined.empty()) joined += '.';
    joined += part;
  }
  return joined;
}

}  // namespace dmc::model
