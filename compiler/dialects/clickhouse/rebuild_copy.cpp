// What is read from the one table into the other, and how the two are compared.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/alteration.hpp"
#include "compiler/dialects/clickhouse/artifact.hpp"
#include "compiler/dialects/clickhouse/cluster.hpp"
#include "compiler/dialects/clickhouse/ddl.hpp"
#include "compiler/dialects/clickhouse/rebuilding.hpp"
#include "compiler/dialects/clickhouse/step_parts.hpp"

namespace dmc::dialects::clickhouse {

namespace {

using model::Column;
using model::Table;

}  // namespace

bool is_ordinary(const Column& column) { return !column.generated && !column.ephemeral; }

std::vector<Rebuild::Carried> Rebuild::carried(bool back) const {
  std::vector<Carried> list;
  for (const auto& column : new_.columns) {
    if (!is_ordinary(column)) continue;
    const auto move = std::ranges::find(alter_.moves, column.name, &change::ColumnMove::to);
    const bool moved = move != alter_.moves.end() && old_.column(column.name) == nullptr;
    const auto from = moved ? move->from : column.name;
    const auto* was = old_.column(from);
    if (!was || !is_ordinary(*was)) continue;
    const bool other_type = was->type != column.type;
    std::string value = quoted(back ? column.name : from);
    if (!back && other_type && move != alter_.moves.end() && move->using_expression)
      value = in_parentheses(move->using_expression->text);
    else if (back && other_type && move != alter_.moves.end() && move->undo)
      value = in_parentheses(move->undo->text);
    else if (other_type)
      value = fmt::format("cast({}, {})", value, text_literal(back ? was->type : column.type));
    list.emplace_back(back ? from : column.name, std::move(value));
  }
  return list;
}

std::string Rebuild::insert(const std::string& into, const std::string& from, const std::string& where, bool back,
                            const std::string& more_columns, const std::string& more_values) const {
  std::vector<std::string> columns, values;
  for (const auto& [column, value] : carried(back)) {
    columns.push_back(quoted(column));
    values.push_back(value);
  }
  return fmt::format("INSERT INTO {} ({}{}) SELECT {}{} FROM {} WHERE {}{}", quoted(into), joined(columns, ", "),
                     more_columns, joined(values, ", "), more_values, quoted(from), where, humbly());
}

std::string Rebuild::humbly() const {
  return lowering_.oldest() >= os_thread_priority ? " SETTINGS os_thread_priority = 19" : "";
}

std::string Rebuild::rows_of(const std::string& table, const std::string& where, bool old_side) const {
  std::vector<std::string> values;
  Table as;
  for (const auto& [column, value] : carried(false)) {
    values.push_back(old_side ? fmt::format("{} as {}", value, quoted(column)) : quoted(column));
    as.columns.push_back(*new_.column(column));
  }
  return fmt::format("select count() as _dmc_n, sum({}) as _dmc_s from (select {} from {} where {})", row_hash(as),
                     joined(values, ", "), quoted(table), where);
}

std::string Rebuild::all_of(const std::string& table, const std::string& where) const {
  return rows_of(table, where, table == beside_ ? exchanged_ : !exchanged_);
}

plan::QueryCheck Rebuild::same(const std::string& one, const std::string& other, const std::string& means) const {
  return {means, fmt::format("select uniqExact(_dmc_n, _dmc_s) from ({} union all {}){}", one, other, humbly()),
          plan::Comparison::equal, "1", ""};
}

plan::Step Rebuild::verify(plan::QueryCheck check) const {
  plan::Step step;
  step.object = object();
  step.summary = words(check.means);
  step.action = plan::Verify{std::move(check), true};
  return step;
}

plan::Step Rebuild::verify_back() const {
  return verify(same(rows_of(beside_, marked("= 3"), false), rows_of(name(), marked("= 4"), true),
                     fmt::format("{} holds every row that was inserted since", name())));
}

bool Rebuild::same_partitions() const {
  return old_.storage->partition_by == new_.storage->partition_by &&
         std::ranges::none_of(new_.columns, [&](const Column& column) { return column.generated.has_value(); }) &&
         std::ranges::all_of(carried(false), [](const auto& pair) { return pair.second == quoted(pair.first); });
}

void Rebuild::bring(const std::string& copy_name, const std::string& from, const std::string& into,
                    const std::string& where, const std::string& value, bool by_partition, bool back,
                    const std::string& what) {
  const auto& like = back ? old_ : new_;
  const Column place = [] {
    Column column;
    column.name = "_dmc_partition";
    column.type = "String";
    column.not_null = true;
    return column;
  }();
  auto table = local(like);
  if (!back && collapses()) table.storage->engine = "MergeTree";
  table.name = copy_name;
  table.columns.push_back(mark(value_of(value), false));
  table.projections.clear();
  const auto more_columns = by_rounds() ? ", " + quoted(mark_) : "",
             more_values = by_rounds() ? ", " + own_mark(value) : "";
  const bool labelled = by_partition && !same_partitions();
  if (labelled) table.columns.push_back(place);
  const auto one = fmt::format("_partition_id = '{}'", plan::ForEach::hole);
  std::vector<plan::Step> steps;
  steps.push_back(create(table, copy_name, fmt::format("a table for {}", what)));
  steps.back().leftovers.push_back(leftover(copy_name, "purge"));
  if (back) {
    std::get<plan::RunSql>(steps.back().action).statements = {create_table_like(into, local(like), copy_name)};
    steps.push_back(for_each(let_give(lowering_, table, mark(value_of(value), false)), object(),
                             words(fmt::format("what is copied is marked {}", value)), "alter", "catalog"));
  }

  plan::ForEach fill;
  if (by_partition) {
    fill.what = "partition";
    fill.rows = partitions_of(from);
    fill.statements = {insert(copy_name, from, fmt::format("{} and {}", where, one), back,
                              more_columns + (labelled ? ", " + quoted(place.name) : ""),
                              more_values + (labelled ? fmt::format(", '{}'", plan::ForEach::hole) : ""))};
    const auto there = labelled ? fmt::format("{} = '{}'", quoted(place.name), plan::ForEach::hole) : one;
    fill.settled = as_many(from, where + " and " + one, copy_name, there,
                           fmt::format("partition {} is copied", plan::ForEach::hole));
    fill.fresh = no_rows(fmt::format("nothing of partition {} is copied", plan::ForEach::hole),
                         fmt::format("select 1 from {} where {} limit 1", quoted(copy_name), there));
    fill.clean = {mutate(lowering_, table, "DELETE WHERE " + there)};
  } else {
    fill.what = "copy";
    // On the way back the table is only there where there is something to bring.
    fill.rows = fmt::format("select 'all' from system.tables where database = currentDatabase() and name = {}",
                            text_literal(copy_name));
    fill.statements = {"TRUNCATE TABLE " + quoted(copy_name),
                       insert(copy_name, from, where, back, more_columns, more_values)};
    fill.settled = as_many(from, where, copy_name, "1", what + " is copied");
  }
  steps.push_back(each(std::move(fill), fmt::format("copy {}", what), "rows"));
  if (!back) steps.back().post.push_back(as_many(from, where, copy_name, "1", what + " is copied"));

  if (labelled) {
    auto less = once(object(), words("the copy forgets where its rows came from"),
                     mutate(lowering_, table, "DROP COLUMN " + quoted(place.name)));
    less.pre.push_back(column_is(copy_name, place.name));
    less.post.push_back(column_is_gone(copy_name, place.name));
    steps.push_back(std::move(less));
    steps.push_back(mutations_end(lowering_, table, words("wait until every part has forgotten it")));
  }

  auto join = attach_partitions(copy_name, into, marked("= " + value));
  const auto in_mark = marked("= " + value) + " and " + one;
  // Replicas bring one another a partition as a whole, and know it again: nothing of it is there that has to go.
  if (!is_replicated(like)) {
    Table target = like;
    target.name = into;
    join.clean = {mutate(lowering_, target, "DELETE WHERE " + in_mark)};
  }
  steps.push_back(each(std::move(join), fmt::format("take {} over into {}", what, into), "rows"));
  if (is_replicated(like)) {
    steps.back().post.push_back(
        as_many(from, where, into, marked("= " + value), fmt::format("{} is in {}", what, into)));
    steps.back().one_replica = attached_by_one_replica(into);
  }
  auto gone = drop(copy_name, fmt::format("drop the table for {}", what));
  if (back) {
    // What is done last on the way back stands first.
    steps.push_back(std::move(gone));
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) add(only_back(std::move(*step)));
    return;
  }
  add(pair_of(std::move(steps.front()), exact(), std::move(gone)));
  for (auto step = steps.begin() + 1; step != steps.end(); ++step)
    add(pair_of(std::move(*step), exact(), idle("nothing to take back: the tables go")));
}

}  // namespace dmc::dialects::clickhouse
