// Data that moves, policies, clusters and patterns.
#include "built.hpp"

namespace dmc::ast::test {

TEST_CASE("replicas") {
  const Built built(
      "replica trading (trades, positions) from monolith { key (id); sync best_effort; history all; lag under 5m; "
      "batch 20_000; "
      "parallel 4; every 1m; on mismatch latest by at; }"
      "replica front.hits from events.hits { key (tenant, ts); columns (ts, tenant); where (tenant <> 0); history "
      "where (ts > 1); "
      "cursor (ts) late 10m; map { a = (b); c = (d); } rate 5; }");
  const auto& many = built.item<Replica>(0);
  CHECK(words(many.target.path) == "trading");
  CHECK(words(many.target.tables) == "trades positions");
  CHECK(words(many.source.path) == "monolith");
  CHECK(many.source.tables.empty());
  CHECK(words(many.clauses.key) == "id");
  CHECK(many.sync == Sync::best_effort);
  CHECK(std::holds_alternative<HistoryAll>(*many.history));
  CHECK(many.clauses.lag_under->milliseconds == 300'000);
  CHECK(std::get<Count>(*many.clauses.pace.batch).value == 20'000);
  CHECK(many.every->milliseconds == 60'000);
  CHECK(std::get<LatestBy>(*many.on_mismatch).column.text == "at");
  CHECK(built.sources.text(many.head) == "replica trading (trades, positions) from monolith");
  const auto& one = built.item<Replica>(1);
  CHECK(words(one.target.path) == "front hits");
  CHECK(words(one.clauses.columns->names) == "ts tenant");
  CHECK_FALSE(one.clauses.columns->except);
  CHECK(one.clauses.where->text == "tenant <> 0");
  CHECK(std::get<Sql>(*one.history).text == "ts > 1");
  CHECK(words(one.clauses.cursor->columns) == "ts");
  CHECK(one.clauses.cursor->late->milliseconds == 600'000);
  REQUIRE(one.clauses.map.size() == 2);
  CHECK(one.clauses.map[1].column.text == "c");
  CHECK_FALSE(one.sync.has_value());
}

TEST_CASE("the words of a replica") {
  const auto sync = [](const std::string& word) {
    return Built("replica a.t from b.t { sync " + word + "; }").item<Replica>().sync;
  };
  CHECK(sync("strong") == Sync::strong);
  CHECK(sync("eventual") == Sync::eventual);
  const Built none("replica a.t from b.t { history none; }");
  CHECK(std::holds_alternative<HistoryNone>(*none.item<Replica>().history));
}

TEST_CASE("reconcile") {
  const Built built(
      "reconcile trading (trades) with monolith { key (id); columns except (synced_at); every 5m; lag under 10m; "
      "on mismatch source wins; repair at most 100; }"
      "reconcile a.t with b.t { on mismatch target wins; repair at most 0.5%; }");
  const auto& first = built.item<Reconcile>(0);
  CHECK(first.clauses.columns->except);
  CHECK(first.every->milliseconds == 300'000);
  CHECK(std::holds_alternative<SourceWins>(*first.on_mismatch));
  CHECK(std::get<Count>(*first.repair_at_most).value == 100);
  CHECK(std::holds_alternative<TargetWins>(*built.item<Reconcile>(1).on_mismatch));
  CHECK(std::get<Percent>(*built.item<Reconcile>(1).repair_at_most).millionths == 500'000);
}

TEST_CASE("invariants, in a database and outside") {
  const Built built(
      "invariant 'no debt' on shop (select count(*) from a) = 0;"
      "database d on sqlite 3 { invariant 'x' on d (q) is empty; replica a.t from b.t { } reconcile a.t with b.t { } "
      "}");
  CHECK(built.item<Invariant>(0).name.value == "no debt");
  CHECK(built.item<Invariant>(0).database.text == "shop");
  const auto& items = built.item<Database>(1).items;
  CHECK(std::holds_alternative<Invariant>(items.at(0).value));
  CHECK(std::holds_alternative<Boxed<Replica>>(items.at(1).value));
  CHECK(std::holds_alternative<Boxed<Reconcile>>(items.at(2).value));
}

TEST_CASE("copy") {
  const InChange change(
      "copy crm.people from legacy.contacts { key (id); map { name = (trim(n)); } where (d is null); "
      "reject 'no email' when (email is null); reject 'b' when (b); rejects at most 0.1%; "
      "on conflict skip; batch 64MiB; pause 1s; }");
  const auto& copy = change.statement<Copy>();
  CHECK(words(copy.target.path) == "crm people");
  CHECK(words(copy.source.path) == "legacy contacts");
  CHECK(std::get<Sql>(copy.clauses.map.at(0).value).text == "trim(n)");
  REQUIRE(copy.clauses.rejects.size() == 2);
  CHECK(copy.clauses.rejects[0].name.value == "no email");
  CHECK(copy.clauses.rejects[0].condition.text == "email is null");
  CHECK(copy.clauses.on_conflict == Conflict::skip);
  const auto conflict = [](const std::string& word) {
    return InChange("copy a.t from b.t { on conflict " + word + "; }").statement<Copy>().clauses.on_conflict;
  };
  CHECK(conflict("upsert") == Conflict::upsert);
  CHECK(conflict("fail") == Conflict::fail);
}

TEST_CASE("cutover") {
  const InChange change(
      "cutover trading (trades, positions) { require mismatches under 0.1%; require lag under 5m; "
      "reads 10% for 1h, 50% for 1h, 100%; writes fenced; hold 24h; on breach revert; } cutover a.t { }");
  const auto& cutover = change.statement<Cutover>(0);
  CHECK(words(cutover.target.tables) == "trades positions");
  CHECK(std::get<Percent>(*cutover.require_mismatches_under).millionths == 100'000);
  CHECK(cutover.require_lag_under->milliseconds == 300'000);
  REQUIRE(cutover.reads.size() == 3);
  CHECK(cutover.reads[0].share.millionths == 10'000'000);
  CHECK(cutover.reads[0].duration->milliseconds == 3'600'000);
  CHECK_FALSE(cutover.reads[2].duration.has_value());
  CHECK(cutover.writes_fenced);
  CHECK(cutover.hold->milliseconds == 86'400'000);
  CHECK(cutover.revert_on_breach);
  CHECK_FALSE(change.statement<Cutover>(1).writes_fenced);
  CHECK_FALSE(change.statement<Cutover>(1).revert_on_breach);
}

TEST_CASE("policies") {
  const Built built(
      "policy { deny data.no_backup, lock; warn name; require approval 2 for data; require approval 1; "
      "name materialized view '[a-z]*'; lock timeout 2s retry 30 backoff 200ms to 10s; lock timeout 1s; "
      "statement timeout 20m; }");
  const auto& rules = built.item<Policy>().rules;
  REQUIRE(rules.size() == 8);
  CHECK(built.sources.text(built.item<Policy>().head) == "policy");
  CHECK(std::get<Deny>(rules[0]).hazards.at(0).text == "data.no_backup");
  CHECK(std::get<Deny>(rules[0]).hazards.at(1).text == "lock");
  CHECK(std::get<Warn>(rules[1]).hazards.size() == 1);
  CHECK(std::get<RequireApproval>(rules[2]).people.value == 2);
  CHECK(std::get<RequireApproval>(rules[2]).hazards.at(0).text == "data");
  CHECK(std::get<RequireApproval>(rules[3]).hazards.empty());
  CHECK(std::get<NameRule>(rules[4]).kind == ObjectKind::materialized_view);
  CHECK(std::get<NameRule>(rules[4]).expression.value == "[a-z]*");
  const auto& lock = std::get<LockTimeout>(rules[5]);
  CHECK(lock.timeout.milliseconds == 2000);
  CHECK(lock.retries->value == 30);
  CHECK(lock.backoff_from->milliseconds == 200);
  CHECK(lock.backoff_to->milliseconds == 10'000);
  CHECK_FALSE(std::get<LockTimeout>(rules[6]).retries.has_value());
  CHECK(std::get<StatementTimeout>(rules[7]).timeout.milliseconds == 1'200'000);
}

TEST_CASE("clusters") {
  const Built built(
      "cluster prod { approvers file './a.json'; require approval 2 for data; require attestation ci; secrets (A, B); "
      "disposable; "
      "database shop { shard eu1 at env EU1 tags (eu, canary); shard us1 at file './us' gate review; shard x at "
      "'sqlite:x.db' gate "
      "blocked; shards from json './t.json'; shards from registry (select 1); } "
      "wave canary where tag canary; wave rest parallel 8 approval 2 halt at 3 failed; }");
  const auto& cluster = built.item<Cluster>();
  REQUIRE(cluster.items.size() == 8);
  CHECK(std::get<ApproversFrom>(cluster.items[0]).file.path.value == "./a.json");
  CHECK(std::get<RequireApproval>(cluster.items[1]).people.value == 2);
  CHECK(std::get<RequireAttestation>(cluster.items[2]).by.text == "ci");
  CHECK(words(std::get<Secrets>(cluster.items[3]).names) == "A B");
  CHECK(std::holds_alternative<Disposable>(cluster.items[4]));
  const auto& database = std::get<ClusterDatabase>(cluster.items[5]);
  CHECK(database.name.text == "shop");
  REQUIRE(database.shards.size() == 5);
  const auto& eu = std::get<Shard>(database.shards[0]);
  CHECK(std::get<Environment>(eu.address).variable.text == "EU1");
  CHECK(words(eu.tags) == "eu canary");
  CHECK(eu.gate == ShardGate::ready);
  CHECK(std::get<FileReference>(std::get<Shard>(database.shards[1]).address).path.value == "./us");
  CHECK(std::get<Shard>(database.shards[1]).gate == ShardGate::review);
  CHECK(std::get<Text>(std::get<Shard>(database.shards[2]).address).value == "sqlite:x.db");
  CHECK(std::get<Shard>(database.shards[2]).gate == ShardGate::blocked);
  CHECK(std::get<ShardsFromJson>(database.shards[3]).path.value == "./t.json");
  CHECK(std::get<ShardsFromRegistry>(database.shards[4]).query.text == "select 1");
  CHECK(std::get<Wave>(cluster.items[6]).tag->text == "canary");
  const auto& rest = std::get<Wave>(cluster.items[7]);
  CHECK_FALSE(rest.tag.has_value());
  CHECK(rest.parallel->value == 8);
  CHECK(rest.approval->value == 2);
  CHECK(rest.halt_at->value == 3);
}

}  // namespace dmc::ast::test
