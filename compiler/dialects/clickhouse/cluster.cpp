// A server that was down executes a statement that came with `ON CLUSTER` when it comes back, even behind its undo: it
// is never sent. Every host gets each statement itself. What its replicas bring one another is sent to one of them.
#include "compiler/dialects/clickhouse/cluster.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <variant>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/ddl.hpp"
#include "compiler/dialects/clickhouse/readers.hpp"
#include "compiler/dialects/clickhouse/step_parts.hpp"
#include "compiler/dialects/clickhouse/storage.hpp"
#include "compiler/dialects/clickhouse/text.hpp"
#include "compiler/model/sql_text.hpp"

namespace dmc::dialects::clickhouse {

namespace {

using model::Table;

/// What a server does by itself is waited for as long as a mutation is, where it moves rows, and for an hour where it
/// does not: behind a statement that reads the table for so long.
constexpr std::int64_t arrival_deadline_ms = 24 * std::int64_t{3'600'000}, alter_deadline_ms = 3'600'000;
/// Of a replica in system.replicas. A log without entries is 0, as one with its first entry is. One whose server came
/// back has not taken up its replica as long as ZooKeeper holds the session of the one that died: until its first look
/// at the log it shows neither what is in its queue nor mutations. All that says so is its delay, which is infinite
/// (the seconds since 1970, ClickHouse's StorageReplicatedMergeTree::getAbsoluteDelay; seen on 18.16).
constexpr std::string_view log_is_read =
    "((log_pointer > log_max_index or log_max_index = 0) and absolute_delay < 1000000000)";

std::string in_replicas(std::string_view table) {
  return fmt::format("from system.replicas where database = currentDatabase() and table = {}", text_literal(table));
}

/// Altered on every host: a server keeps these in its own metadata.
bool is_local(std::string_view action) {
  constexpr auto words = std::to_array<std::string_view>(
      {"COMMENT COLUMN ", "FREEZE", "MODIFY COMMENT ", "MODIFY SETTING ", "RESET SETTING "});
  return std::ranges::any_of(words, [&](std::string_view word) { return action.starts_with(word); });
}

/// A mutation that comes to the same however often it is sent gets a token all the same: by that the other replicas
/// know that it has arrived.
void know_by_token(plan::Step& step, std::string& statement, std::string_view table) {
  constexpr std::string_view of_all = " WHERE 1";
  const auto at = statement.find(of_all);
  if (step.exactly_once_by != plan::ExactlyOnce::repeat || at == std::string::npos) return;
  statement.replace(at, of_all.size(), fmt::format(" WHERE '{0}' = '{0}'", plan::token_hole));
  step.exactly_once_by = plan::ExactlyOnce::token;
  step.post.push_back(mutation_is_known(table));
}

/// The table that the steps of a change alter, as it is when they do.
std::optional<Table> altered(const change::ChangeKind& kind) {
  if (const auto* alter = std::get_if<change::AlterTable>(&kind)) {
    Table table = alter->after;
    table.storage = alter->before.storage;
    return table;
  }
  if (const auto* backfill = std::get_if<change::BackfillRows>(&kind)) return backfill->table;
  if (const auto* drop = std::get_if<change::DropRows>(&kind)) return drop->table;
  return std::nullopt;
}

/// As a server answers it: a name in braces is a macro of its configuration.
std::string cluster_name(const std::string& cluster) {
  if (!cluster.starts_with('{') || !cluster.ends_with('}')) return text_literal(cluster);
  return fmt::format("(select substitution from system.macros where macro = {})",
                     text_literal(cluster.substr(1, cluster.size() - 2)));
}

void add_clusters(const model::Database& database, std::set<std::string>& clusters) {
  for (const auto& table : database.tables) clusters.insert(table.cluster);
  for (const auto& view : database.views) clusters.insert(view.cluster);
}

}  // namespace

bool is_replicated(const Table& table) { return table.storage && table.storage->engine.starts_with("Replicated"); }

std::string replica_path(const Table& table) {
  const auto arguments = parts_of(call_of(table.storage->engine).arguments);
  return arguments.empty() ? std::string() : arguments.front();
}

plan::OneReplica on_one_replica(std::string_view table) {
  plan::OneReplica one;
  one.ready = {
      some_rows(fmt::format("{} can be written through its keeper", table),
                fmt::format("select 1 {} and is_readonly = 0 and is_session_expired = 0", in_replicas(table)),
                "see that ZooKeeper answers; system.replicas says how it is"),
      // The server counts the delay by its own clock from what ZooKeeper dates by its own.
      no_rows(fmt::format("this replica of {} is not far behind the others", table),
              fmt::format("select 1 {} and (absolute_delay > 300 or queue_size > 1000)", in_replicas(table)),
              "wait until it has come up with them; system.replication_queue says what it lacks"),
      no_rows(
          fmt::format("no alter or mutation of {} fails again and again", table),
          fmt::format("select 1 from system.replication_queue where database = currentDatabase() and table = {} and "
                      "type in ('ALTER_METADATA', 'MUTATE_PART') and num_tries > 10 limit 1",
                      text_literal(table)),
          "system.replication_queue says why")};
  one.progress = fmt::format("select columns_version {}", in_replicas(table));
  one.deadline_ms = alter_deadline_ms;
  return one;
}

void pass_on(plan::Step& step, const Table& table) {
  auto* run = std::get_if<plan::RunSql>(&step.action);
  const auto beginning = "ALTER TABLE " + quoted(table.name) + " ";
  if (step.one_replica || !run || run->statements.size() != 1 || !run->statements.front().starts_with(beginning))
    return;
  const auto action = std::string_view(run->statements.front()).substr(beginning.size());
  if (is_local(action)) return;
  if (action.starts_with("UPDATE ")) know_by_token(step, run->statements.front(), table.name);
  step.one_replica = on_one_replica(table.name);
}

void pass_on(const Lowering& lowering, Pairs& pairs) {
  const auto table = altered(lowering.change.kind);
  if (!table || !is_replicated(*table)) return;
  for (auto& pair : pairs) {
    pass_on(pair.forward, *table);
    if (pair.reverse) pass_on(*pair.reverse, *table);
  }
}

std::string has_what_mutated(std::string_view table) {
  // Of parts, those that a mutation wrote have five numbers in their name.
  return fmt::format(
      "(select count() {} and is_session_expired = 0 and {}) = 1 and (select count() from system.replication_queue "
      "where database = currentDatabase() and table = {} and (type = 'MUTATE_PART' or type = 'GET_PART' and "
      "length(splitByChar('_', new_part_name)) = 5)) = 0",
      in_replicas(table), log_is_read, text_literal(table));
}

std::string drop_table(const Lowering& lowering, const Table& table, std::string_view as, bool if_exists) {
  // Where a server drops in its own time, the path of the replica would be taken for as long.
  const bool at_once = is_replicated(table) && lowering.oldest() >= exchange_tables;
  return fmt::format("DROP TABLE {}{}{}", if_exists ? "IF EXISTS " : "", quoted(as), at_once ? " SYNC" : "");
}

plan::OneReplica attached_by_one_replica(std::string_view table) {
  auto one = on_one_replica(table);
  one.deadline_ms = arrival_deadline_ms;
  // The question in parentheses is answered first: what the replica took over from the log by then is in the queue.
  one.ready.push_back(some_rows(
      fmt::format("nothing that was attached to {} is on its way", table),
      fmt::format("select count() from system.replication_queue where database = currentDatabase() and table = {} and "
                  "type = 'REPLACE_RANGE' having count() = 0 and (select count() {} and {}) = 1",
                  text_literal(table), in_replicas(table), log_is_read),
      "system.replication_queue says what it lacks"));
  return one;
}

std::vector<plan::Step> arrival(const std::string& object, const std::string& summary,
                                const std::vector<std::string>& tables) {
  std::vector<std::string> names;
  for (const auto& table : tables) names.push_back(text_literal(table));
  const auto of_tables = fmt::format("database = currentDatabase() and table in ({})", joined(names, ", "));
  const auto in_queue = fmt::format(
      "from system.replication_queue where {} and type in ('GET_PART', 'ATTACH_PART', 'REPLACE_RANGE')", of_tables);
  const auto replicas = fmt::format(
      "select count() from system.replicas where {} and is_readonly = 0 and "
      "is_session_expired = 0",
      of_tables);
  const auto made = [&](plan::Action action, const std::string& words) {
    plan::Step step;
    step.action = std::move(action);
    step.object = object;
    step.summary = words;
    step.exactly_once_by = plan::ExactlyOnce::repeat;
    step.timeouts.lock_ms = 0;
    return step;
  };
  plan::Wait wait;
  wait.until = some_rows("this replica has read what its shard has",
                         fmt::format("{} and {} having count() = {}", replicas, log_is_read, tables.size()),
                         "system.replicas says how it is, and that it can ask ZooKeeper");
  wait.deadline_ms = arrival_deadline_ms;
  // What is on its way by then has a name each; what comes later is not waited for, or the wait would never end.
  plan::ForEach parts;
  parts.what = "part";
  parts.rows = fmt::format("select distinct new_part_name {}", in_queue);
  parts.settled = no_rows(fmt::format("part {} is here", plan::ForEach::hole),
                          fmt::format("select 1 {} and new_part_name = '{}' limit 1", in_queue, plan::ForEach::hole),
                          "system.replication_queue says why it is not, in num_tries and last_exception");
  std::vector<plan::Step> steps;
  steps.push_back(made(std::move(wait), summary));
  steps.push_back(made(std::move(parts), summary + ": every part that is on its way"));
  steps.back().timeouts.deadline_ms = arrival_deadline_ms;
  steps.back().post.push_back(
      {"the tables are in use", replicas, plan::Comparison::equal, std::to_string(tables.size()), ""});
  return steps;
}

Pairs wait_for_replicas(const Lowering& lowering, std::string_view query) {
  std::vector<std::string> read;
  for (const auto& table : lowering.before.tables)
    if (is_replicated(table) && names(query, table.name)) read.push_back(table.name);
  if (read.empty()) return {};
  const auto& object = lowering.change.object;
  Pairs pairs;
  for (auto& step : arrival(object, "wait for what other replicas have", read))
    pairs.push_back(pair_of(std::move(step), exact(), nothing(object, "nothing to take back: it only looked")));
  return pairs;
}

namespace {

/// Hosts that would make a copy of their own each, and not the same one: rows of a table that is Replicated only before
/// or only behind the change, and replicas whose path every server makes up for itself.
bool wants_one_host(const Table& was, const Table& is) {
  if (is_replicated(was) != is_replicated(is)) return true;
  const auto path = is_replicated(is) ? replica_path(is) : "";
  return is_replicated(is) && (path.empty() || path.find("{uuid}") != std::string::npos) && !alters_in_place(was, is);
}

}  // namespace

std::vector<plan::QueryCheck> looks_at_cluster(const model::Database& before, const model::Database& after) {
  std::set<std::string> clusters;
  add_clusters(before, clusters);
  add_clusters(after, clusters);
  clusters.erase(std::string());
  std::vector<plan::QueryCheck> looks;
  for (const auto& cluster : clusters) {
    const auto of_cluster = "from system.clusters where cluster = " + cluster_name(cluster);
    looks.push_back(some_rows(fmt::format("the server knows the cluster '{}'", cluster),
                              fmt::format("select 1 {} limit 1", of_cluster),
                              "its remote_servers say which clusters there are, and system.clusters shows them"));
    constexpr std::string_view mend =
        "name each of them once, as 'replica' of a 'shard' of the inventory, or with --on DATABASE/SHARD/REPLICA=URL";
    looks.push_back({fmt::format("the hosts of cluster '{}' are the targets of this run", cluster),
                     fmt::format("select count() {}", of_cluster), plan::Comparison::equal,
                     std::string(plan::hosts_hole), std::string(mend)});
    looks.push_back({fmt::format("the shards of cluster '{}' are those of this run", cluster),
                     fmt::format("select uniqExact(shard_num) {}", of_cluster), plan::Comparison::equal,
                     std::string(plan::shards_hole), std::string(mend)});
  }
  std::set<std::string> replicated;
  for (const auto* database : {&before, &after})
    for (const auto& table : database->tables)
      if (is_replicated(table)) replicated.insert(text_literal(table.name));
  if (!replicated.empty())
    looks.push_back(no_rows("every replica of a table is a target of this run",
                            fmt::format("select 1 from system.replicas where database = currentDatabase() and table in "
                                        "({}) and total_replicas > {} limit 1",
                                        joined({replicated.begin(), replicated.end()}, ", "), plan::replicas_hole),
                            "name each of them; one that is gone for good has to be taken out of ZooKeeper first"));
  for (const auto& table : after.tables)
    if (const auto* was = before.table(table.name); was && was->storage && table.storage && is_merge_tree(table) &&
                                                    is_merge_tree(*was) && wants_one_host(*was, table))
      looks.push_back(
          no_rows(fmt::format("the shard has one host, where '{}' is copied into a table that would not hold "
                              "the same on several",
                              table.name),
                  fmt::format("select 1 from system.one where {} > 1", plan::replicas_hole),
                  "make a table of another name beside it, move the rows with a `run`, and rename the two"));
  return looks;
}

void check_on_cluster(const Table& table, grammar::Diagnostics& diagnostics) {
  if (table.cluster.empty() || !is_replicated(table)) return;
  const auto arguments = parts_of(call_of(table.storage->engine).arguments);
  const auto holds = [&](std::size_t at, std::string_view macro) {
    return arguments.size() > at && arguments[at].find(macro) != std::string::npos;
  };
  if (holds(0, "{shard}") && holds(1, "{replica}") && !holds(0, "{uuid}")) return;
  diagnostics
      .error("E0957", table.origin.span,
             fmt::format("the replicas of table '{}' would not find each other", table.name),
             "every host makes the table itself, so that its path must name the shard, and its name the replica")
      .help.push_back(fmt::format("write:  engine = {}('/clickhouse/tables/{{shard}}/DATABASE/{}', '{{replica}}');",
                                  engine_name(table.storage->engine), table.name));
}

bool asks_for_cluster(std::string_view statement) {
  const auto is = [](std::string_view text, std::string_view word) {
    return std::ranges::equal(text, word, [](char one, char other) { return (one | 0x20) == other; });
  };
  const auto tokens = model::sql_tokens(statement);
  for (std::size_t at = 1; at < tokens.size(); ++at)
    if (is(tokens[at - 1].text, "on") && is(tokens[at].text, "cluster")) return true;
  return false;
}

void refuse_on_cluster(const std::string& whose, std::optional<grammar::Span> span, grammar::Diagnostics& diagnostics) {
  diagnostics
      .error("E0957", span, whose + " asks for 'on cluster'",
             "a server that is down would carry it out when it comes back, even behind its undo")
      .help.emplace_back("leave 'on cluster' out: dmc sends the statement to every host of the inventory itself");
}

}  // namespace dmc::dialects::clickhouse
