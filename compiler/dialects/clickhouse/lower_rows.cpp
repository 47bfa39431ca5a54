// Rows that are changed or deleted: one mutation, known by the token in its condition, and the wait for it.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/artifact.hpp"
#include "compiler/dialects/clickhouse/cluster.hpp"
#include "compiler/dialects/clickhouse/ddl.hpp"
#include "compiler/dialects/clickhouse/step_parts.hpp"

namespace dmc::dialects::clickhouse {

namespace {

using model::Table;

/// The mutation `action`, of the rows that meet the condition.
plan::Step mutation(const Lowering& lowering, const Table& table, const std::string& summary, const std::string& action,
                    const std::string& where) {
  auto step = once("table " + table.name, summary,
                   mutate(lowering, table,
                          fmt::format("{} WHERE ({}) AND '{}' = '{}'", action, where.empty() ? "1" : where,
                                      plan::token_hole, plan::token_hole)),
                   "rows");
  step.exactly_once_by = plan::ExactlyOnce::token;
  step.pre.push_back(nothing_under_way(table.name));
  step.post.push_back(mutation_is_known(table.name));
  return step;
}

/// One value that cannot be computed keeps the whole table's mutations from going on. It is asked for as a sum: what
/// stands in a condition beside another one 18.16 does not compute.
plan::QueryCheck can_be_computed(const Table& table, const std::vector<std::string>& expressions,
                                 const std::string& where, std::string means = "every new value can be computed") {
  return {std::move(means),
          fmt::format("select sum(ignore({})) from {}{}", joined(expressions, ", "), quoted(table.name),
                      where.empty() ? "" : " where (" + where + ")"),
          plan::Comparison::equal, "0", ""};
}

std::string unparenthesised(const std::optional<model::Sql>& where) { return where ? where->text : std::string(); }

}  // namespace

Pairs lower_backfill(const Lowering& lowering, const change::BackfillRows& backfill) {
  const auto& table = backfill.table;
  const auto& statement = backfill.statement;
  const auto where = unparenthesised(statement.where);
  std::vector<std::string> names, sets, values, emptied;
  for (const auto& assignment : statement.set) {
    names.push_back(assignment.column);
    const auto* column = table.column(assignment.column);
    const auto type = column ? column->type : "String";
    sets.push_back(fmt::format("{} = cast({}, {})", quoted(assignment.column), in_parentheses(assignment.value.text),
                               text_literal(type)));
    values.push_back(fmt::format("cast({}, {})", in_parentheses(assignment.value.text), text_literal(type)));
    emptied.push_back(
        column && column->default_value
            ? fmt::format("{} = {}", quoted(assignment.column), in_parentheses(column->default_value->text))
            : fmt::format("{0} = defaultValueOfArgumentType({0})", quoted(assignment.column)));
  }
  const auto what = table.name + "." + joined(names, ", ");
  auto forward = mutation(lowering, table, "fill " + what, "UPDATE " + joined(sets, ", "), where);
  forward.pre.push_back(can_be_computed(table, values, where));
  Pairs pairs;
  // One that fails is left to a person: killed half way, it would look like one that is done.
  auto wait = [&] {
    return mutations_end(lowering, table, fmt::format("wait until every part of {} is filled", table.name), {});
  };
  if (backfill.new_columns) {
    const auto loses = until_written("what was written to " + what + " since");
    pairs.push_back(pair_of(nothing("table " + table.name, "fill " + what + " by a mutation"), exact(), wait()));
    pairs.push_back(
        pair_of(std::move(forward), loses,
                mutation(lowering, table, "empty " + what + " again", "UPDATE " + joined(emptied, ", "), where)));
  } else if (statement.backup == model::Backup::with) {
    const auto name = own_name("backup", lowering.serves(what));
    const auto rows = where.empty() ? std::string("1") : where;
    append(pairs, keep_rows(table, "table " + table.name, name, rows));
    // The rows have no key by which their values would find them: the backup stays, for a person.
    pairs.front().reverse = nothing("table " + table.name, "keep " + name);
    forward.pre.push_back(same_rows(table, table.name, name, rows));
    pairs.push_back(pair_of(std::move(forward), lossy("what " + what + " was before, which is kept in " + name),
                            nothing("table " + table.name, "leave " + what + " as it is")));
  } else {
    add_hazard(forward, "data.no_backup", what, "no copy of the old values is kept", own_acceptance(lowering.change));
    pairs.push_back(pair_of(std::move(forward), lossy("what " + what + " was before"),
                            nothing("table " + table.name, "leave " + what + " as it is: no copy was kept")));
  }
  pairs.push_back(pair_of(wait(), exact(), nothing("table " + table.name, "nothing to take back: it only looked")));
  return pairs;
}

Pairs lower_drop_rows(const Lowering& lowering, const change::DropRows& drop) {
  const auto& table = drop.table;
  const auto where = drop.statement.where.text;
  Pairs pairs;
  auto forward = mutation(lowering, table, "delete rows of " + table.name, "DELETE", where);
  if (!where.empty())
    forward.pre.push_back(
        can_be_computed(table, {in_parentheses(where)}, "", "the condition can be computed for every row"));
  if (drop.statement.backup == model::Backup::with) {
    const auto object = "table " + table.name;
    const auto name = own_name("backup", lowering.serves(table.name));
    append(pairs, keep_rows(table, object, name, where));
    forward.pre.push_back(same_rows(table, table.name, name, where));
    // A mutation may still be at work when it is taken back: rows come back behind its end, or find that none went.
    if (is_replicated(table))
      append(pairs, bring_rows_back_to_replicas(lowering, table, name, where));
    else
      pairs.back() = pair_of(std::move(pairs.back().forward), until_written("rows like those written since"),
                             bring_rows_back(table, object, name, where));
    const auto gone = fmt::format("wait until they are gone from every part of {}", table.name);
    pairs.push_back(pair_of(std::move(forward), exact(), mutations_end(lowering, table, gone, {})));
    pairs.push_back(waited(lowering, table, fmt::format("wait until they are gone from every part of {}", table.name)));
    return pairs;
  }
  add_hazard(forward, "data.no_backup", table.name, "no copy of the rows is kept", own_acceptance(lowering.change));
  pairs.push_back(pair_of(std::move(forward), lossy("the rows of " + table.name + " that go"),
                          nothing("table " + table.name, "the rows that went stay away: no copy was kept")));
  pairs.push_back(waited(lowering, table, fmt::format("wait until they are gone from every part of {}", table.name)));
  return pairs;
}

}  // namespace dmc::dialects::clickhouse
