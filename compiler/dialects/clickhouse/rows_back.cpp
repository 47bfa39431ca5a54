// Rows that a mutation deleted, on the way back from their backup. Where each host has its own, it attaches the
// backup's partitions. Replicas bring one another what one of them attaches, and a server leaves out what it has
// attached before: there the rows get a mark on their way, by which they are counted, and the table has a column for it
// meanwhile.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/alteration.hpp"
#include "compiler/dialects/clickhouse/artifact.hpp"
#include "compiler/dialects/clickhouse/cluster.hpp"
#include "compiler/dialects/clickhouse/ddl.hpp"
#include "compiler/dialects/clickhouse/step_parts.hpp"

namespace dmc::dialects::clickhouse {

namespace {

using model::Table;

plan::QueryCheck nothing_written_since(const Table& table, const std::string& name, const std::string& where) {
  return no_rows("no such row was written since",
                 fmt::format("select 1 from {} where ({}) and (select count() from ({})) > 0 limit 1",
                             quoted(table.name), where, nothing_lacks(table, name, where).query),
                 "it would count twice: undo with --lossy to accept that");
}

/// The rows of the backup that the table has no like of.
std::string lacking(const Table& table, const std::string& where) {
  const auto hash = row_hash(table);
  return fmt::format("({1}) and {2} not in (select {2} from {0} where {1})", quoted(table.name), where, hash);
}

/// 'all', where the table is there and has the column: of a way back that was begun in the middle it may not be.
std::string where_there(const std::string& table, const std::string& column) {
  return fmt::format("select 'all' from system.columns where database = currentDatabase() and table = {} and name = {}",
                     text_literal(table), text_literal(column));
}

}  // namespace

model::Column mark_column(const std::string& mark, const std::string& type, const std::string& value, bool computed) {
  model::Column column;
  column.name = mark;
  column.type = type;
  column.not_null = true;
  if (computed)
    column.generated = model::Generated{{value}, true};
  else
    column.default_value = model::Sql{value};
  return column;
}

std::string own_mark(std::string_view value) {
  return fmt::format("{} * (cityHash64('{}', toString(now())) % 1000000007 * 1000000 + blockNumber()) + {}", marks,
                     plan::token_hole, value);
}

plan::ForEach attach_partitions(const std::string& from, const std::string& into, const std::string& marked) {
  const auto one = fmt::format("_partition_id = '{}'", plan::ForEach::hole);
  const auto there = marked + " and " + one;
  plan::ForEach join;
  join.what = "partition";
  join.rows = partitions_of(from);
  join.statements = {
      fmt::format("ALTER TABLE {} ATTACH PARTITION ID '{}' FROM {}", quoted(into), plan::ForEach::hole, quoted(from))};
  join.settled =
      as_many(from, one, into, there, fmt::format("partition {} of the copy is in {}", plan::ForEach::hole, into));
  join.fresh = no_rows(fmt::format("nothing of partition {} of the copy is in {}", plan::ForEach::hole, into),
                       fmt::format("select 1 from {} where {} limit 1", quoted(into), there));
  return join;
}

plan::ForEach let_give(const Lowering& lowering, const Table& copy, const model::Column& mark) {
  plan::ForEach let;
  let.what = "copy";
  let.rows = where_there(copy.name, mark.name);
  let.statements = {alter(lowering, copy, modify_words(mark))};
  let.settled = column_meets(fmt::format("rows of {} may be given a mark", copy.name), copy.name, mark.name,
                             "default_expression = " + text_literal(mark.default_value->text));
  return let;
}

plan::Step bring_rows_back(const Table& table, const std::string& object, const std::string& name,
                           const std::string& where) {
  const auto one = fmt::format("_partition_id = '{}'", plan::ForEach::hole);
  plan::ForEach each;
  each.what = "partition";
  each.rows = partitions_of(name);
  each.statements = {fmt::format("ALTER TABLE {} ATTACH PARTITION ID '{}' FROM {}", quoted(table.name),
                                 plan::ForEach::hole, quoted(name))};
  each.settled = nothing_lacks(table, name, "(" + where + ") and " + one);
  auto step = for_each(std::move(each), object, "bring the rows back from " + name);
  step.pre.push_back(nothing_written_since(table, name, where));
  return step;
}

Pairs bring_rows_back_to_replicas(const Lowering& lowering, const Table& table, const std::string& name,
                                  const std::string& where) {
  const auto object = "table " + table.name;
  const auto mark = own_name("mark", lowering.serves(table.name)), copy = own_name("return", lowering.serves(name));
  const std::string none = "toUInt64(0)", back = "toUInt64(1)";
  auto made = local(table);
  made.name = copy;
  std::vector<plan::Step> way;  // in the order of the way back
  const auto wait = [&] {
    for (auto& step : arrival(object, "wait for rows of other replicas", {table.name})) way.push_back(std::move(step));
  };
  wait();

  auto add = once(object, "a mark for rows that come back",
                  alter(lowering, table, "ADD COLUMN " + column_definition(mark_column(mark, "UInt64", none, true))));
  add.pre.push_back(column_is_gone(table.name, mark));
  add.post.push_back(column_is(table.name, mark));
  way.push_back(std::move(add));

  auto create = once(object, "a table for rows that come back", create_table_like(table.name, made, copy));
  create.pre.push_back(name_is_free("table", copy));
  create.post.push_back(relation_is("table", copy));
  create.leftovers.push_back(leftover(copy, "purge"));
  way.push_back(std::move(create));

  way.push_back(for_each(let_give(lowering, made, mark_column(mark, "UInt64", back, false)), object,
                         "their mark is given to them there", "alter", "catalog"));

  plan::ForEach fill;
  fill.what = "copy";
  fill.rows = where_there(copy, mark);
  const auto columns = quoted_list(written_columns(table)), lacks = lacking(table, where);
  fill.statements = {"TRUNCATE TABLE " + quoted(copy),
                     fmt::format("INSERT INTO {} ({}, {}) SELECT {}, {} FROM {} WHERE {}", quoted(copy), columns,
                                 quoted(mark), columns, own_mark("1"), quoted(name), lacks)};
  fill.settled = as_many(name, lacks, copy, "1", fmt::format("every row that {} lacks is copied", table.name));
  way.push_back(for_each(std::move(fill), object, "copy the rows that are lacking from " + name));

  const auto attach = way.size();
  way.push_back(for_each(attach_partitions(copy, table.name, fmt::format("{} % {} = 1", quoted(mark), marks)), object,
                         "bring the rows back from " + name, "parts"));
  way.back().pre.push_back(nothing_written_since(table, name, where));
  way.back().one_replica = attached_by_one_replica(table.name);
  wait();

  auto drop = once(object, "drop the table for rows that come back", "DROP TABLE " + quoted(copy));
  drop.pre.push_back(relation_is("table", copy));
  drop.post.push_back(relation_is_gone("table", copy));
  way.push_back(std::move(drop));

  auto unmark = once(object, "take the mark away", mutate(lowering, table, "DROP COLUMN " + quoted(mark)));
  unmark.pre.push_back(column_is(table.name, mark));
  unmark.post.push_back(column_is_gone(table.name, mark));
  way.push_back(std::move(unmark));
  way.push_back(mutations_end(lowering, table, "wait until no part has the mark"));

  Pairs pairs;
  for (std::size_t at = way.size(); at-- > 0;) {
    const auto summary = "on the way back only: " + way[at].summary;
    way[at].all_known = true;
    pairs.push_back(pair_of(nothing(object, summary),
                            at == attach ? until_written("rows like those written since") : exact(),
                            std::move(way[at])));
    pairs.back().forward.all_known = true;
  }
  return pairs;
}

}  // namespace dmc::dialects::clickhouse
