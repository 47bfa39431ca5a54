// Partitions are taken over by links to their files, which costs no room until one of the two is merged; a table that
// is not kept in parts is read and written.
#include "compiler/dialects/clickhouse/artifact.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/cluster.hpp"
#include "compiler/dialects/clickhouse/ddl.hpp"
#include "compiler/dialects/clickhouse/step_parts.hpp"
#include "compiler/dialects/clickhouse/text.hpp"

namespace dmc::dialects::clickhouse {

namespace {

using model::Table;

bool holds_values(const model::Column& column) {
  return !column.ephemeral && !(column.generated && !column.generated->stored);
}

}  // namespace

std::string local_engine(const std::string& engine) {
  const auto call = call_of(engine);
  auto arguments = parts_of(call.arguments);
  // Path and replica are said together or not at all.
  if (arguments.size() >= 2 && arguments.front().starts_with('\''))
    arguments.erase(arguments.begin(), arguments.begin() + 2);
  return call.name.substr(std::string_view("Replicated").size()) +
         (arguments.empty() ? "" : "(" + joined(arguments, ", ") + ")");
}

Table local(Table table) {
  if (is_replicated(table)) table.storage->engine = local_engine(table.storage->engine);
  return table;
}

std::string partitions_of(const std::string& table) {
  return fmt::format(
      "select distinct partition_id from system.parts where database = currentDatabase() and table = {} and active "
      "order by partition_id",
      text_literal(table));
}

std::string row_hash(const model::Table& table, const std::vector<std::string>& columns) {
  std::vector<std::string> parts;
  for (const auto& column : table.columns) {
    if (!holds_values(column)) continue;
    if (!columns.empty() && std::ranges::find(columns, column.name) == columns.end()) continue;
    // 18.16 has no hash of these, nor of what holds them.
    const auto mentions = [&](std::string_view type) { return column.type.find(type) != std::string::npos; };
    const bool as_text = mentions("Decimal") || mentions("UUID");
    const auto name = quoted(column.name);
    // A hash over a null is null, and would not count.
    const bool may_be_null =
        column.type.starts_with("Nullable(") || column.type.starts_with("LowCardinality(Nullable(");
    if (may_be_null)
      parts.push_back(as_text ? fmt::format("isNull({0}), toString(assumeNotNull({0}))", name)
                              : fmt::format("isNull({0}), assumeNotNull({0})", name));
    else if (as_text || mentions("Nullable("))
      parts.push_back(fmt::format("toString({})", name));
    else
      parts.push_back(name);
  }
  return "cityHash64(" + joined(parts, ", ") + ")";
}

plan::QueryCheck same_rows(const model::Table& table, const std::string& one, const std::string& other,
                           const std::string& where) {
  const auto of = [&](const std::string& name) {
    return fmt::format("select count() as _dmc_n, sum({}) as _dmc_s from {}{}", row_hash(table), quoted(name),
                       where.empty() ? "" : " where " + where);
  };
  return {fmt::format("{} and {} hold the same rows", one, other),
          fmt::format("select uniqExact(_dmc_n, _dmc_s) from ({} union all {})", of(one), of(other)),
          plan::Comparison::equal, "1", ""};
}

plan::Step link_partitions(const model::Table& table, const std::string& object, const std::string& summary,
                           const std::string& from, const std::string& into) {
  plan::ForEach each;
  each.what = "partition";
  each.rows = partitions_of(from);
  each.statements = {
      fmt::format("ALTER TABLE {} REPLACE PARTITION ID '{}' FROM {}", quoted(into), plan::ForEach::hole, quoted(from))};
  each.settled = same_rows(table, from, into, fmt::format("_partition_id = '{}'", plan::ForEach::hole));
  each.settled.means = fmt::format("partition {} of {} and {} holds the same rows", plan::ForEach::hole, from, into);
  auto step = for_each(std::move(each), object, summary, "parts");
  step.post.push_back(same_rows(table, from, into));
  return step;
}

plan::Step Artifact::filled(const std::string& object, const std::string& summary, const std::string& from,
                            const std::string& into) const {
  if (is_merge_tree(table_)) return link_partitions(table_, object, summary, from, into);
  const auto columns = written_columns(table_);
  plan::ForEach each;
  each.what = "copy";
  each.rows = "select 'all'";
  each.statements = {"TRUNCATE TABLE " + quoted(into),
                     fmt::format("INSERT INTO {} ({}) SELECT {} FROM {}", quoted(into), quoted_list(columns),
                                 quoted_list(columns), quoted(from))};
  each.settled = same_rows(table_, from, into);
  auto step = for_each(std::move(each), object, summary);
  step.post.push_back(same_rows(table_, from, into));
  return step;
}

namespace {

/// Makes the table of the backup of `source`; the way back drops it.
StepPair made(const Table& table, const std::string& object, const std::string& source, const std::string& name) {
  auto create = once(object, "make room for the rows of " + table.name, create_table_like(source, local(table), name));
  create.pre.push_back(name_is_free("table", name));
  create.post.push_back(relation_is("table", name));
  create.leftovers.push_back(leftover(name, "purge"));
  auto drop = once(object, "drop the backup " + name + ", which is no longer needed", "DROP TABLE " + quoted(name));
  drop.pre.push_back(relation_is("table", name));
  drop.post.push_back(relation_is_gone("table", name));
  return pair_of(std::move(create), exact(), std::move(drop));
}

StepPair read_back(const Table& table, const std::string& object, const std::string& source, const std::string& name,
                   plan::QueryCheck equal) {
  plan::Backup backup;
  backup.source = object;
  backup.tombstone = source;
  backup.artifact = name;
  for (const auto& column : table.columns) backup.columns.push_back(column_definition(column));
  backup.rows = "select toInt64(count()) from " + quoted(name);
  backup.read_back = {std::move(equal)};
  plan::Step step;
  step.action = std::move(backup);
  step.object = object;
  step.summary = "read back " + name + ", the backup of " + object;
  return pair_of(std::move(step), exact(), nothing(object, "nothing to take back: it only looked"));
}

}  // namespace

namespace {

/// On a replica, what other ones have of the table is waited for.
void add_arrival(Pairs& pairs, const Table& table, const std::string& object, const std::string& name) {
  if (!is_replicated(table)) return;
  for (auto& step : arrival(object, "wait for rows of other replicas", {name}))
    pairs.push_back(pair_of(std::move(step), exact(), nothing(object, "nothing to take back: it only looked")));
}

}  // namespace

std::vector<std::string> written_columns(const Table& table) {
  std::vector<std::string> columns;
  for (const auto& column : table.columns)
    if (holds_values(column) && !column.generated) columns.push_back(column.name);
  return columns;
}

Pairs keep_rows(const Table& table, const std::string& object, const std::string& name, const std::string& where) {
  const auto columns = written_columns(table);
  plan::ForEach each;
  each.what = "copy";
  each.rows = "select 'all'";
  each.statements = {"TRUNCATE TABLE " + quoted(name),
                     fmt::format("INSERT INTO {0} ({1}) SELECT {1} FROM {2} WHERE {3}", quoted(name),
                                 quoted_list(columns), quoted(table.name), where)};
  each.settled = same_rows(table, table.name, name, where);
  Pairs pairs;
  pairs.push_back(made(table, object, table.name, name));
  add_arrival(pairs, table, object, table.name);
  pairs.push_back(pair_of(for_each(std::move(each), object, "keep the rows that change in " + name), exact(),
                          nothing(object, "nothing to take back: the copy goes")));
  pairs.push_back(read_back(table, object, table.name, name, same_rows(table, table.name, name, where)));
  for (auto& pair : pairs) pair.forward.all_known = pair.reverse->all_known = is_replicated(table);
  return pairs;
}

plan::QueryCheck nothing_lacks(const Table& table, const std::string& name, const std::string& where) {
  const auto hash = row_hash(table);
  return no_rows(fmt::format("{} holds every row of {}", table.name, name),
                 fmt::format("select 1 from {0} where ({1}) and {2} not in (select {2} from {3} where {1}) limit 1",
                             quoted(name), where, hash, quoted(table.name)));
}

Pairs Artifact::kept(const Lowering&, const std::string& object) const {
  Pairs pairs;
  pairs.push_back(made(table_, object, source_, name_));
  add_arrival(pairs, table_, object, source_);
  pairs.push_back(pair_of(filled(object, "keep " + object + " in " + name_, source_, name_), exact(),
                          nothing(object, "nothing to take back: the copy goes")));
  pairs.push_back(read_back(table_, object, source_, name_, same_rows(table_, source_, name_)));
  return pairs;
}

Pairs Artifact::restored_on_undo(const Lowering&, const std::string& object, plan::Step drop) const {
  Pairs pairs;
  plan::Step look;
  look.action = plan::Verify{same_rows(table_, source_, name_), true};
  look.object = object;
  look.summary = name_ + " holds every row of " + object;
  auto back = filled(object, "fill " + table_.name + " again from " + name_, name_, source_);
  if (is_replicated(table_)) back.one_replica = attached_by_one_replica(source_);
  pairs.push_back(pair_of(std::move(look), exact(), std::move(back)));
  auto create = once(object, "create table " + table_.name + " again", create_table_like(name_, table_, source_));
  create.pre.push_back(name_is_free("table", source_));
  create.post.push_back(relation_is("table", source_));
  pairs.push_back(pair_of(std::move(drop), exact(), std::move(create)));
  return pairs;
}

}  // namespace dmc::dialects::clickhouse
