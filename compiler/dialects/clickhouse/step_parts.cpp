// Checks ask the system tables about the session's own database, in words that 18.16 knows too.
#include "compiler/dialects/clickhouse/step_parts.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/cluster.hpp"
#include "compiler/dialects/clickhouse/ddl.hpp"
#include "compiler/dialects/clickhouse/readers.hpp"

namespace dmc::dialects::clickhouse {

namespace {

constexpr std::int64_t mutation_patience_ms = 10'000;
constexpr std::int64_t others_patience_ms = 60'000;  ///< with a mutation that somebody else began
constexpr std::int64_t mutation_deadline_ms = 24 * std::int64_t{3'600'000};

std::string in_tables(std::string_view name) {
  return fmt::format("select 1 from system.tables where database = currentDatabase() and name = {}",
                     text_literal(name));
}

std::string mutations_of(std::string_view table) {
  return fmt::format("from system.mutations where database = currentDatabase() and table = {} and is_done = 0",
                     text_literal(table));
}

plan::Step step_of(std::string object, std::string summary, std::string statement, std::string work) {
  plan::Step step;
  step.action = plan::RunSql{{std::move(statement)}, false, {}};
  step.locks.push_back({object, work == "catalog" ? "alter" : "mutation", std::move(work)});
  step.object = std::move(object);
  step.summary = std::move(summary);
  step.timeouts.lock_ms = 0;
  return step;
}

std::string with_settings(const Lowering& lowering, const model::Table& table, const std::string& actions, bool waits,
                          std::string_view more) {
  std::string out = "ALTER TABLE " + quoted(table.name) + " " + actions;
  if (lowering.oldest() < alter_settings) return more.empty() ? out : out + " SETTINGS " + std::string(more);
  const bool replicated = table.storage && table.storage->engine.starts_with("Replicated");
  out += fmt::format(" SETTINGS {} = {}, mutations_sync = {}",
                     lowering.oldest() < alter_sync ? "replication_alter_partitions_sync" : "alter_sync",
                     waits || replicated ? 1 : 0, replicated ? 1 : 0);
  return more.empty() ? out : out + ", " + std::string(more);
}

}  // namespace

plan::QueryCheck as_many(const std::string& table, const std::string& where, const std::string& other,
                         const std::string& condition, const std::string& means) {
  const auto count = [](const std::string& of, const std::string& met) {
    return fmt::format("(select count() from {} where {})", quoted(of), met);
  };
  return {means, fmt::format("select {} - {}", count(table, where), count(other, condition)), plan::Comparison::equal,
          "0", ""};
}

plan::QueryCheck no_rows(std::string means, std::string query, std::string mend) {
  return {std::move(means), std::move(query), plan::Comparison::is_empty, std::nullopt, std::move(mend)};
}

plan::QueryCheck some_rows(std::string means, std::string query, std::string mend) {
  return {std::move(means), std::move(query), plan::Comparison::is_not_empty, std::nullopt, std::move(mend)};
}

std::string server_is(Version least) {
  constexpr int most_minors = 1000;
  return fmt::format(
      "toUInt32OrZero(splitByChar('.', version())[1]) * {0} + toUInt32OrZero(splitByChar('.', version())[2]) >= {1}",
      most_minors, least.major * most_minors + least.minor);
}

plan::QueryCheck name_is_free(std::string_view kind, std::string_view name) {
  return no_rows(fmt::format("no {} or other table is called {} yet", kind, name), in_tables(name),
                 "look at what is there with dmc inspect; rename or drop it, or adopt it");
}

plan::QueryCheck relation_is(std::string_view kind, std::string_view name, std::string_view engine) {
  return some_rows(fmt::format("{} {} exists", kind, name),
                   in_tables(name) + (engine.empty() ? "" : " and engine = " + text_literal(engine)));
}

plan::QueryCheck relation_is_gone(std::string_view kind, std::string_view name) {
  return no_rows(fmt::format("{} {} is gone", kind, name), in_tables(name));
}

plan::QueryCheck table_meets(std::string means, std::string_view table, std::string_view condition) {
  return some_rows(std::move(means), fmt::format("{} and {}", in_tables(table), condition));
}

namespace {

/// Which rows of system.columns are of the table, and which of these the column's, where it meets the condition.
std::string columns_of(std::string_view table) {
  return fmt::format("from system.columns where database = currentDatabase() and table = {}", text_literal(table));
}
std::string is_column(std::string_view column, std::string_view condition) {
  return fmt::format("name = {}{}{}", text_literal(column), condition.empty() ? "" : " and ", condition);
}

}  // namespace

plan::QueryCheck column_meets(std::string means, std::string_view table, std::string_view column,
                              std::string_view condition) {
  return some_rows(std::move(means),
                   fmt::format("select 1 {} and {}", columns_of(table), is_column(column, condition)));
}

plan::QueryCheck column_is(std::string_view table, std::string_view column) {
  return column_meets(fmt::format("{} has a column {}", table, column), table, column, {});
}

plan::QueryCheck column_lacks(std::string means, std::string_view table, std::string_view column,
                              std::string_view condition) {
  return some_rows(std::move(means), fmt::format("select count() {} having count() > 0 and countIf({}) = 0",
                                                 columns_of(table), is_column(column, condition)));
}

plan::QueryCheck column_is_gone(std::string_view table, std::string_view column) {
  return column_lacks(fmt::format("{} has no column {}", table, column), table, column, {});
}

plan::QueryCheck column_has_type(std::string_view table, const model::Column& column) {
  std::string type = column.type;
  std::erase(type, ' ');
  // The server shows a quote in the name of an enum's value behind a backslash.
  const std::string shown =
      type.find("''") == std::string::npos
          ? "replaceAll(type, ' ', '')"
          : fmt::format("replaceAll(replaceAll(type, ' ', ''), {}, {})", text_literal("\\'"), text_literal("''"));
  return column_meets(fmt::format("{}.{} is {}", table, column.name, column.type), table, column.name,
                      shown + " = " + text_literal(type));
}

plan::QueryCheck nothing_under_way(std::string_view table) {
  auto check =
      some_rows(fmt::format("no mutation of {} is under way", table),
                fmt::format("select 1 from system.tables where database = currentDatabase() and name = {} and (select "
                            "count() {}) = 0",
                            text_literal(table), mutations_of(table)),
                "wait until it is done; where it fails, system.mutations says why:  kill mutation where …");
  check.patience_ms = others_patience_ms;
  return check;
}

plan::QueryCheck mutation_is_known(std::string_view table) {
  return some_rows(fmt::format("the mutation of {} is known", table),
                   fmt::format("select 1 from system.mutations where database = currentDatabase() and table = {} and "
                               "position(command, '{}') > 0",
                               text_literal(table), plan::token_hole));
}

plan::QueryCheck is_empty(std::string_view table, std::string mend) {
  return no_rows(fmt::format("table {} holds no rows", table), fmt::format("select 1 from {} limit 1", quoted(table)),
                 std::move(mend));
}

plan::Step once(std::string object, std::string summary, std::string statement, std::string work) {
  auto step = step_of(std::move(object), std::move(summary), std::move(statement), std::move(work));
  step.exactly_once_by = plan::ExactlyOnce::post;
  return step;
}

plan::Step again(std::string object, std::string summary, std::string statement, std::string work) {
  auto step = step_of(std::move(object), std::move(summary), std::move(statement), std::move(work));
  step.exactly_once_by = plan::ExactlyOnce::repeat;
  return step;
}

plan::Step for_each(plan::ForEach action, std::string object, std::string summary, std::string mode, std::string work) {
  plan::Step step;
  step.action = std::move(action);
  step.locks.push_back({object, std::move(mode), std::move(work)});
  step.object = std::move(object);
  step.summary = std::move(summary);
  step.exactly_once_by = plan::ExactlyOnce::repeat;
  step.timeouts.lock_ms = 0;
  return step;
}

plan::Step nothing(std::string object, std::string summary) {
  plan::Step step;
  step.action = plan::RunSql{{}, true, {}};
  step.object = std::move(object);
  step.summary = std::move(summary);
  return step;
}

std::string alter(const Lowering& lowering, const model::Table& table, const std::string& actions,
                  std::string_view more) {
  return with_settings(lowering, table, actions, true, more);
}

std::string mutate(const Lowering& lowering, const model::Table& table, const std::string& actions,
                   std::string_view more) {
  return with_settings(lowering, table, actions, false, more);
}

plan::Step inserts_gone(const std::string& object, const std::string& table) {
  constexpr std::int64_t an_hour_ms = 3'600'000;
  plan::Wait wait;
  wait.until = no_rows(fmt::format("no insert into {} is under way that began before it went out of use", table),
                       fmt::format("select 1 from system.processes where positionCaseInsensitive(query, 'insert') > 0 "
                                   "and position(query, 'system.processes') = 0 and match(query, {}) limit 1",
                                   text_literal(as_pattern(table))));
  wait.deadline_ms = an_hour_ms;
  plan::Step step;
  step.action = std::move(wait);
  step.object = object;
  step.summary = "wait for inserts that found " + table;
  step.exactly_once_by = plan::ExactlyOnce::repeat;
  step.timeouts.lock_ms = 0;
  return step;
}

std::optional<std::string> kill_mutations(const Lowering& lowering, const model::Table& table) {
  if (lowering.oldest() < kill_mutation) return std::nullopt;
  return fmt::format("KILL MUTATION WHERE database = currentDatabase() AND table = {} AND is_done = 0 SYNC",
                     text_literal(table.name));
}

plan::Step mutations_end(const Lowering& lowering, const model::Table& table, std::string summary,
                         std::vector<std::string> give_up) {
  plan::Wait wait;
  wait.until = nothing_under_way(table.name);
  wait.until.mend.clear();
  wait.until.patience_ms.reset();
  if (is_replicated(table)) wait.until.query += " and " + has_what_mutated(table.name);
  if (lowering.oldest() >= kill_mutation)
    wait.going = plan::QueryCheck{
        fmt::format("the mutation of {} goes on without failing", table.name),
        fmt::format("select concat(latest_failed_part, ': ', latest_fail_reason) {} and latest_fail_reason != '' "
                    "limit 1",
                    mutations_of(table.name)),
        plan::Comparison::equal, std::nullopt,
        give_up.empty() ? "it stays where it is, and blocks what comes behind it:  kill mutation where …" : ""};
  wait.patience_ms = mutation_patience_ms;
  wait.give_up = std::move(give_up);
  wait.deadline_ms = mutation_deadline_ms;
  plan::Step step;
  step.action = std::move(wait);
  step.object = "table " + table.name;
  step.summary = std::move(summary);
  step.exactly_once_by = plan::ExactlyOnce::repeat;
  step.timeouts.lock_ms = 0;
  return step;
}

StepPair waited(const Lowering& lowering, const model::Table& table, std::string summary,
                std::vector<std::string> give_up) {
  return pair_of(mutations_end(lowering, table, std::move(summary), std::move(give_up)), exact(),
                 nothing("table " + table.name, "nothing to take back: it only looked"));
}

plan::Reverse exact() { return {plan::ReverseClass::exact, std::nullopt}; }
plan::Reverse until_written(std::string loses) { return {plan::ReverseClass::exact_until_written, std::move(loses)}; }
plan::Reverse lossy(std::string loses) { return {plan::ReverseClass::lossy, std::move(loses)}; }
plan::Reverse no_way_back(std::string loses) { return {plan::ReverseClass::none, std::move(loses)}; }

void add_hazard(plan::Step& step, std::string_view id, std::string object, std::string evidence,
                std::optional<std::string> accepted) {
  step.hazards.push_back({std::string(id), std::move(object), std::move(evidence), std::move(accepted)});
}

std::optional<std::string> own_acceptance(const change::Change& change) {
  return change.declared ? std::optional(change.source) : std::nullopt;
}

plan::Leftover leftover(const std::string& name, std::string_view release) {
  return {name, "table", in_tables(name), {"DROP TABLE IF EXISTS " + quoted(name)}, std::string(release)};
}

plan::Leftover leftover_column(const Lowering& lowering, std::string_view table, const std::string& column) {
  return {column,
          "column",
          column_is(table, column).query,
          {fmt::format("ALTER TABLE {} DROP COLUMN {}{}", quoted(table),
                       lowering.oldest() >= column_if_exists ? "IF EXISTS " : "", quoted(column))},
          "purge"};
}

StepPair pair_of(plan::Step forward, plan::Reverse grade, plan::Step reverse) {
  StepPair pair;
  pair.forward = std::move(forward);
  pair.forward.reverse = std::move(grade);
  pair.reverse = std::move(reverse);
  return pair;
}

StepPair turned(StepPair pair) {
  StepPair other;
  other.forward = std::move(*pair.reverse);
  other.reverse = std::move(pair.forward);
  other.forward.reverse = exact();
  other.reverse->reverse = plan::Reverse();
  return other;
}

void append(Pairs& pairs, Pairs more) {
  pairs.insert(pairs.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace dmc::dialects::clickhouse
