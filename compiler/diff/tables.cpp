// Whole tables, and what of a table is neither column, constraint nor index.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "compiler/diff/compare.hpp"
#include "compiler/diff/keeping.hpp"
#include "compiler/diff/pairing.hpp"
#include "compiler/model/parents.hpp"

namespace dmc::diff {

namespace {

/// How many columns two tables share, by name and type.
std::size_t shared_columns(const model::Table& one, const model::Table& other) {
  return static_cast<std::size_t>(std::ranges::count_if(one.columns, [&](const auto& column) {
    const auto* twin = other.column(column.name);
    return twin && twin->type == column.type;
  }));
}

/// The new tables that a lost one may have become: at least half of the columns are the same ones; the most alike
/// first.
std::vector<std::string> may_have_become(const model::Table& lost, const std::vector<const model::Table*>& added) {
  constexpr std::size_t looked_at = 1000, offered = 3;
  std::vector<std::pair<std::size_t, std::string>> alike;
  for (std::size_t at = 0; at < std::min(added.size(), looked_at); ++at) {
    const std::size_t shared = shared_columns(lost, *added[at]);
    if (shared > 0 && shared * 2 >= std::max(lost.columns.size(), added[at]->columns.size()))
      alike.push_back({lost.columns.size() - shared, added[at]->path()});
  }
  std::ranges::sort(alike);
  std::vector<std::string> names;
  for (std::size_t at = 0; at < std::min(alike.size(), offered); ++at) names.push_back(alike[at].second);
  return names;
}

Delta creation(Comparison& comparison, const model::Table& table) {
  Delta delta{.aspect = Aspect::table, .path = table.path(), .adds = true, .origin = table.origin};
  const auto take_objects = [&](const Needs& needs) {
    delta.needs.objects.insert(needs.objects.begin(), needs.objects.end());
  };
  if (!comparison.desired.objects.empty()) {
    if (const std::string schema = "schema " + table.schema; comparison.desired.object(schema))
      delta.needs.objects.insert(schema);
    for (const auto& column : table.columns) take_objects(needs_of(comparison, table, column));
    for (const auto& check : table.checks) take_objects(needs_of(comparison, table, check));
    for (const auto& index : table.indexes) take_objects(needs_of(comparison, table, index));
    for (const auto& key : table.uniques) take_objects(needs_of(comparison, table, key));
    for (const auto& exclusion : table.exclusions) take_objects(needs_of(comparison, table, exclusion));
    if (table.partitioned)
      delta.needs.objects.merge(read_expression(table.partitioned->by.text, comparison.names(), delta.path).objects);
  }
  for (const auto& parent : model::parents_of(table)) delta.needs.relations.insert(parent);
  for (const auto& key : table.foreign_keys)
    if (key.table != delta.path) {
      delta.references.insert(key.table);
      if (comparison.engine().foreign_keys_need_table && !key.referenced.empty() &&
          comparison.after.tables.has(key.table))
        delta.needs.keys.push_back({key.table, key.referenced});
    }
  return delta;
}

const model::Setting* find(const model::Table& table, const std::string& name) {
  const auto found = std::ranges::find(table.settings, name, &model::Setting::name);
  return found == table.settings.end() ? nullptr : &*found;
}

/// Some options are how the table is stored; other settings can be set in place.
bool is_option(const dialects::Description& engine, const std::string& name) {
  return std::ranges::find(engine.storage_options, name) != engine.storage_options.end();
}

std::string options_of(const dialects::Description& engine, const model::Table& table) {
  std::string text;
  for (const auto& [name, value] : table.settings)
    if (value == "true" || is_option(engine, name))
      text += (text.empty() ? "the option '" : ", '") + name + (value == "true" ? "'" : " = " + value + "'");
  return text.empty() ? "no options" : text;
}

/// Whether a value ends in the name of an index, or of a key, that is new: unique ones come at the end.
bool names_new_index(const std::string& value, const model::Table& before, const model::Table& desired) {
  const auto is_new = [&](const auto& each) {
    const bool named = value == each.name || value.ends_with(" " + each.name);
    return named && !has_constraint(before, each.name) && !has_index(before, each.name);
  };
  return (desired.primary_key && is_new(*desired.primary_key)) || std::ranges::any_of(desired.uniques, is_new) ||
         std::ranges::any_of(desired.indexes, is_new);
}

void compare_settings(Comparison& comparison, const model::Table& before, const model::Table& desired) {
  std::vector<std::string> names;
  for (const auto& setting : before.settings) names.push_back(setting.name);
  for (const auto& setting : desired.settings) names.push_back(setting.name);
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  bool rebuilds = false;
  for (const auto& name : names) {
    const auto *was = find(before, name), *is = find(desired, name);
    if (was && is && *was == *is) continue;
    rebuilds |= is_option(comparison.engine(), name);
    comparison.add({.aspect = Aspect::setting,
                    .path = desired.path(),
                    .member = name,
                    .tightens = is && names_new_index(is->value, before, desired),
                    .origin = desired.origin});
  }
  const Subject table = comparison.subject(Kind::table, desired.path());
  if (rebuilds && !comparison.survey.rebuilds.contains(table))
    comparison.undeclared.rebuild(table, desired.origin, options_of(comparison.engine(), before),
                                  options_of(comparison.engine(), desired));
}

/// Another way to divide the rows is another table.
void compare_partitions(Comparison& comparison, const model::Table& before, const model::Table& desired) {
  const auto &was = before.partitioned, &is = desired.partitioned;
  if (was == is) return;
  const auto words = [](const std::optional<model::Partitioning>& partitioning) {
    return partitioning ? fmt::format("partitions by {} ({})", partitioning->method, partitioning->by.text)
                        : std::string("no partitions");
  };
  const std::string path = desired.path();
  const Subject table = comparison.subject(Kind::table, path);
  if (!was || !is || was->method != is->method || !(was->by == is->by)) {
    if (!comparison.survey.rebuilds.contains(table))
      comparison.undeclared.rebuild(table, desired.origin, words(was), words(is));
    comparison.add({.aspect = Aspect::partition, .path = path, .origin = desired.origin});
    return;
  }
  // A copy has the partitions that are declared, and every row goes to one of them.
  if (comparison.survey.rebuilds.contains(table))
    return comparison.add({.aspect = Aspect::partition, .path = path, .origin = desired.origin});
  const auto find = [](const model::Partitioning& all, const std::string& wanted) -> const model::Partition* {
    const auto found =
        std::ranges::find(all.partitions, wanted, [](const auto& partition) { return partition.path(); });
    return found == all.partitions.end() ? nullptr : &*found;
  };
  for (const auto& partition : was->partitions)
    if (!find(*is, partition.path()))
      comparison.undeclared.loss(comparison.subject(Kind::partition, path, partition.path()), desired.origin, {});
  for (const auto& partition : is->partitions) {
    const auto* old = find(*was, partition.path());
    if (old && *old == partition) continue;
    comparison.add({.aspect = Aspect::partition,
                    .path = path,
                    .member = partition.path(),
                    .adds = !old,
                    .tightens = old != nullptr,
                    .origin = desired.origin});
  }
}

void compare_table(Comparison& comparison, const model::Table& before, model::Table& desired) {
  keep_constraint_names(before, desired);
  keep_index_names(before, desired);
  take_over_kept(comparison, before, desired);
  if (before == desired) return;
  compare_columns(comparison, before, desired);
  compare_constraints(comparison, before, desired);
  compare_indexes(comparison, before, desired);
  compare_projections(comparison, before, desired);
  compare_storage(comparison, before, desired);
  compare_settings(comparison, before, desired);
  compare_partitions(comparison, before, desired);
  if (before.comment != desired.comment)
    comparison.add({.aspect = Aspect::comment, .path = desired.path(), .origin = desired.origin});
}

/// The gone tables in the order in which they can go: what points before what it points at. Of tables that point at
/// each other none can be first, so the keys that close the circle are lost on their own.
class Departures {
 public:
  Departures(Comparison& comparison, const std::vector<const model::Table*>& gone)
      : comparison_(comparison), gone_(gone), pointers_(gone.size()) {
    for (std::size_t at = 0; at < gone.size(); ++at) place_.emplace(gone[at]->path(), at);
    for (std::size_t at = 0; at < gone.size(); ++at)
      for (const std::size_t target : targets(at)) pointers_[target].insert(at);
    for (std::size_t at = 0; at < gone.size(); ++at) left_.insert({pointers_[at].size(), at});
  }

  /// Null when none is left.
  const model::Table* next() {
    if (left_.empty()) return nullptr;
    const std::size_t at = left_.begin()->second;
    left_.erase(left_.begin());
    for (const std::size_t pointer : pointers_[at])
      for (const auto& key : gone_[pointer]->foreign_keys)
        if (key.table == gone_[at]->path())
          comparison_.undeclared.loss(comparison_.subject(Kind::constraint, gone_[pointer]->path(), key.name),
                                      comparison_.desired.origin, {});
    for (const std::size_t target : targets(at)) {
      if (left_.erase({pointers_[target].size(), target}) == 0) continue;
      pointers_[target].erase(at);
      left_.insert({pointers_[target].size(), target});
    }
    return gone_[at];
  }

 private:
  std::set<std::size_t> targets(std::size_t at) const {
    std::set<std::size_t> found;
    for (const auto& key : gone_[at]->foreign_keys)
      if (const auto target = place_.find(key.table); target != place_.end() && target->second != at)
        found.insert(target->second);
    return found;
  }

  Comparison& comparison_;
  const std::vector<const model::Table*>& gone_;
  std::map<std::string, std::size_t, std::less<>> place_;
  std::vector<std::set<std::size_t>> pointers_;         ///< of each, those that point at it and are not gone yet
  std::set<std::pair<std::size_t, std::size_t>> left_;  ///< by how many point at it
};

}  // namespace

void compare_tables(Comparison& comparison) {
  std::vector<const model::Table*> gone, added;
  const auto before = listed(comparison.after.tables, comparison.desired.tables);
  pair_by_path(
      before, comparison.desired.tables,
      [&](const model::Table& was, const model::Table& is) {
        if (was == is) return;
        // The pairing reads the list, this writes into an element of it, which moves nothing.
        compare_table(comparison, was,
                      comparison.desired.tables[static_cast<std::size_t>(&is - comparison.desired.tables.data())]);
      },
      [&](const model::Table& was) { gone.push_back(&was); }, [&](const model::Table& is) { added.push_back(&is); });
  Departures departures(comparison, gone);
  while (const auto* table = departures.next())
    comparison.undeclared.loss(comparison.subject(Kind::table, table->path()), comparison.desired.origin,
                               may_have_become(*table, added));
  for (const auto* table : added) comparison.add(creation(comparison, *table));
}

}  // namespace dmc::diff
