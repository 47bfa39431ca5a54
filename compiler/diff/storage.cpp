// How a table that both sides have keeps its rows. Its dialect says which other storage the engine can alter it to; any
// other is another table.
#include <algorithm>
#include <array>
#include <utility>

#include "compiler/diff/compare.hpp"
#include "compiler/diff/matching.hpp"

namespace dmc::diff {

namespace {

/// The clauses as they stand in the source, in its order.
std::vector<std::pair<std::string, std::string>> clauses_of(const model::Table& table) {
  if (!table.storage) return {};
  const auto& storage = *table.storage;
  const auto list = [](const model::Sql& sql) { return sql.text.empty() ? std::string() : "(" + sql.text + ")"; };
  return {{"engine =", storage.engine},
          {"partition by", list(storage.partition_by)},
          {"primary key", list(storage.primary_key)},
          {"order by", list(storage.order_by)},
          {"sample by", list(storage.sample_by)},
          {"on cluster", table.cluster}};
}

/// The first clause in which they differ, as the one and as the other has it.
std::pair<std::string, std::string> difference(const model::Table& before, const model::Table& desired) {
  const auto was = clauses_of(before), is = clauses_of(desired);
  const auto words = [](const std::vector<std::pair<std::string, std::string>>& clauses, std::size_t at) {
    if (clauses.empty()) return std::string("no engine of its own");
    return clauses[at].second.empty() ? "no '" + clauses[at].first + "'"
                                      : "'" + clauses[at].first + " " + clauses[at].second + "'";
  };
  for (std::size_t at = 0; at < std::max(was.size(), is.size()); ++at)
    if (was.empty() || is.empty() || !(model::Sql{was[at].second} == model::Sql{is[at].second}))
      return {words(was, at), words(is, at)};
  return {words(was, 0), words(is, 0)};
}

}  // namespace

void compare_storage(Comparison& comparison, const model::Table& before, const model::Table& desired) {
  if (before.storage == desired.storage && before.cluster == desired.cluster) return;
  const auto path = desired.path();
  const Subject table = comparison.subject(Kind::table, path);
  const auto alters = comparison.engine().alters_storage;
  if ((!alters || !alters(before, desired)) && !comparison.survey.rebuilds.contains(table)) {
    const auto [was, is] = difference(before, desired);
    comparison.undeclared.rebuild(table, desired.origin, was, is);
  }
  Delta delta{.aspect = Aspect::storage, .path = path, .origin = desired.origin};
  if (desired.storage) delta.needs = needs_of(comparison, desired, *desired.storage);
  comparison.add(std::move(delta));
}

void compare_projections(Comparison& comparison, const model::Table& before, const model::Table& desired) {
  for (const auto& was : before.projections)
    if (!find_named(desired.projections, was.name))
      comparison.undeclared.loss(comparison.subject(Kind::projection, desired.path(), was.name), desired.origin, {});
  for (const auto& is : desired.projections) {
    const auto* was = find_named(before.projections, is.name);
    if (was && *was == is) continue;
    comparison.add({.aspect = Aspect::projection,
                    .path = desired.path(),
                    .member = is.name,
                    .adds = !was,
                    .needs = needs_of(comparison, desired, is),
                    .origin = is.origin});
  }
}

}  // namespace dmc::diff
