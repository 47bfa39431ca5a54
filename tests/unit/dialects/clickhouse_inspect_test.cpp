// A live ClickHouse in the model's words, on 18.16 and on 26.x: printed, read back and compared with itself.
#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "compiler/check/check.hpp"
#include "compiler/dialects/clickhouse/inspect/inspect.hpp"
#include "compiler/dialects/dialect.hpp"
#include "compiler/dialects/spelling.hpp"
#include "compiler/model/print.hpp"
#include "compiler/plan/canonical_write.hpp"
#include "grammar/diagnostic.hpp"
#include "tests/support/clickhouse_opened.hpp"

using namespace dmc;
using session::on_clickhouse::Kind;
using session::on_clickhouse::on_both;
using session::on_clickhouse::Opened;

namespace {

struct AsText {
  std::optional<std::string> operator()(std::nullptr_t) const { return std::nullopt; }
  std::optional<std::string> operator()(const std::string& text) const { return text; }
  std::optional<std::string> operator()(const session::Blob& blob) const { return blob.bytes; }
  std::optional<std::string> operator()(auto number) const { return std::to_string(number); }
};

struct Read {
  dialects::Inspected inspected;
  int questions = 0;
  double seconds = 0;
};

Read read(session::Session& session) {
  Read result;
  const auto start = std::chrono::steady_clock::now();
  result.inspected = dialects::clickhouse::inspect([&](std::string_view sql) {
    ++result.questions;
    dialects::QueryRows rows;
    for (const auto& row : session.query(sql).rows) {
      auto& texts = rows.emplace_back();
      for (const auto& value : row) texts.push_back(std::visit(AsText{}, value));
    }
    return rows;
  });
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

/// Printed, checked as a source, and the same.
void is_read_back(const dialects::Inspected& inspected) {
  const dialects::Dialects dialects;
  const auto text =
      model::print(inspected.database, inspected.unmodelled, dialects::spelling_of(*dialects.find("clickhouse")));
  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  const auto project = check::check({{"project.mig", "project shop { edition 1; }\n"}, {"schema/shop.mig", text}},
                                    sources, dialects, diagnostics);
  for (const auto& diagnostic : diagnostics.sorted()) CHECK_MESSAGE(false, grammar::render(diagnostic, sources));
  REQUIRE(project.databases.size() == 1);
  const auto& again = project.databases[0];
  for (const auto& table : inspected.database.tables) {
    const auto* other = again.table(table.path());
    REQUIRE_MESSAGE(other, table.path());
    CHECK_MESSAGE(model::state_of(table) == model::state_of(*other), plan::canonical(table) << "\n"
                                                                                            << plan::canonical(*other));
  }
  CHECK_MESSAGE(model::state_hash(again) == model::state_hash(inspected.database), text);
}

/// Both servers take them.
const std::vector<const char*> plain = {
    "create table visits (site UInt32, day Date, at DateTime('UTC'), visitor UInt64, url String, sign Int8, price "
    "Decimal(18, 4), kind Enum8('view' = 1, 'it''s' = 2), key FixedString(16), goals Nested(id UInt32, at DateTime), "
    "tags "
    "Array(String), referer Nullable(String), host String materialized domain(url), age Int32 alias today() - day, "
    "length "
    "UInt16 default length(url) + 1, id UUID) engine = CollapsingMergeTree(sign) partition by (toYYYYMM(day), sign) "
    "order by "
    "(site, day, intHash32(visitor)) sample by intHash32(visitor) settings index_granularity = 4096",
    "create table prefix (a UInt32, b UInt32, `a b` String, `quo``te` Int8) engine = MergeTree order by (a, b, `a b`) "
    "primary "
    "key a",
    "create table unsorted (a UInt32 default 7) engine = MergeTree order by tuple()",
    "create table latest (a UInt32, version UInt64) engine = ReplacingMergeTree(version) partition by a % 10 order by "
    "a",
    "create table sums (a UInt32, n UInt64, m UInt64) engine = SummingMergeTree((n, m)) order by a",
    "create table states (a UInt32, s AggregateFunction(quantiles(0.5, 0.9), UInt64)) engine = AggregatingMergeTree "
    "order by a",
    "create table logs (a UInt32, t String default 'x\\'y\\\\') engine = Log",
    "create table tiny (a UInt32) engine = TinyLog",
    "create table stripes (a UInt32) engine = StripeLog",
    "create table kept (a UInt32) engine = Memory",
    "create table nothing (a UInt32) engine = Null",
    "create table buffered as unsorted engine = Buffer(dmc_test, unsorted, 16, 10, 100, 10000, 1000000, 10000000, "
    "100000000)",
    "create table merged (a UInt32) engine = Merge(dmc_test, '^unsorted')",
    "create view few as select site, count() as n from visits where (sign = 1) and (site in (1, 2)) group by site",
    "create materialized view sums_mv to sums as select site as a, count() as n, sum(price) as m from visits group by "
    "a",
    "create materialized view own engine = MergeTree order by site as select site, day from visits",
    "create table _dmc_left_out (a UInt32) engine = Log"};

/// What the newer one takes no more.
const char* const old_syntax =
    "create table old (day Date, a UInt32) engine = MergeTree(day, intHash32(a), (a, intHash32(a)), 8192)";

/// What came later.
const std::vector<const char*> modern = {
    "create table hits (tenant UInt32, at DateTime64(3, 'UTC') codec(Delta, ZSTD), url LowCardinality(String), path "
    "String "
    "ttl toDateTime(at) + interval 1 day, raw String ephemeral, low LowCardinality(Nullable(String)) comment 'it''s "
    "low', ok "
    "Bool default true, m Map(String, Array(UInt8)), point Point, ip IPv6, big Int256, doc JSON(a.b UInt8, "
    "max_dynamic_paths "
    "= 8), any Dynamic, either Variant(String, UInt8), pair Tuple(a Int8, b String), sum SimpleAggregateFunction(sum, "
    "UInt64), "
    "rough UInt32 statistics(tdigest, minmax), day Date32 materialized toDate32(at), index by_url lower(url) type "
    "bloom_filter(0.01) granularity 4, index by_both (tenant, ok) type minmax, index words path type tokenbf_v1(512, "
    "3, 0), "
    "projection by_tenant (select tenant, count() group by tenant), projection by_path (select * order by path), "
    "constraint "
    "positive check tenant > 0 and not (tenant = 7 or tenant between 90 and 99), constraint sure assume tenant < 1000) "
    "engine "
    "= MergeTree partition by toYYYYMM(at) primary key tenant order by (tenant, at, ok) ttl toDateTime(at) + interval "
    "90 day, "
    "toDateTime(at) + interval 7 day delete where tenant > 5 settings index_granularity = 8192, ttl_only_drop_parts = "
    "1 "
    "comment 'what was asked for'",
    "create table backwards (a UInt32, b UInt32) engine = MergeTree order by (a desc, b) settings "
    "allow_experimental_reverse_key = 1",
    "create table nullable (a Nullable(UInt32)) engine = MergeTree order by a settings allow_nullable_key = 1",
    "create table versions (a UInt32, v UInt64, gone UInt8) engine = ReplacingMergeTree(v, gone) order by a",
    "create table topic (a String) engine = Kafka settings kafka_broker_list = 'h:1', kafka_topic_list = 't', "
    "kafka_group_name = 'g', kafka_format = 'JSONEachRow', kafka_sasl_password = 'secret'",
    "create table elsewhere (a Int8) engine = MySQL('h:1', 'd', 't', 'u', 'secret')",
    "create dictionary names (id UInt64, name String default '') primary key id source(clickhouse(table 'unsorted' "
    "user "
    "'default' password 'secret')) layout(flat()) lifetime(min 0 max 1000) comment 'n'",
    "create view with_parameter as select tenant from hits where tenant = {t:UInt32}",
    "create view with_cte as with 1 as one select h.tenant, one from hits as h left join unsorted as u on h.tenant = "
    "u.a where "
    "h.tenant in (select a from unsorted) order by h.tenant limit 5 comment 'few'",
    "create function dmc_test_line as (x, k) -> x * k + 1"};

void make(session::Session& session, const std::vector<const char*>& statements) {
  for (const char* statement : statements) {
    INFO(statement);
    session.execute(statement, {});
  }
}

}  // namespace

TEST_CASE("what a ClickHouse server shows is printed and read back equal, whatever it holds") {
  on_both("everything inspected", [](Opened& opened) {
    const bool is_modern = opened.server.kind() == Kind::chdb;
    const auto session = opened.open();
    if (is_modern) {
      try {
        session->execute("drop function dmc_test_line", {});
      } catch (const session::SessionError&) {
      }
    }
    make(*session, plain);
    // What a library before 26 still calls an experiment.
    if (is_modern && tests::chdb_version() < "26") make(*session, {"set allow_experimental_statistics = 1"});
    make(*session, is_modern ? modern : std::vector{old_syntax});
    const auto first = read(*session);
    const auto& database = first.inspected.database;
    CHECK(first.inspected.unmodelled.empty());
    CHECK(database.tables.size() == (is_modern ? 19 : 14));
    CHECK(database.views.size() == (is_modern ? 5 : 3));
    CHECK(database.objects.size() == (is_modern ? 2 : 0));
    CHECK_FALSE(database.table("_dmc_left_out"));
    is_read_back(first.inspected);
    const auto second = read(*session);
    CHECK(plan::canonical(second.inspected.database) == plan::canonical(database));

    const auto* visits = database.table("visits");
    REQUIRE(visits);
    CHECK(visits->storage->engine == "CollapsingMergeTree(sign)");
    CHECK(visits->storage->partition_by.text == "toYYYYMM(day), sign");
    CHECK(visits->column("goals.id")->type == "Array(UInt32)");
    CHECK(visits->column("length")->default_value->text == "length(url) + 1");
    CHECK(visits->column("referer")->type == "Nullable(String)");
    CHECK(visits->settings == std::vector<model::Setting>{{"index_granularity", "4096"}});
    if (!is_modern) CHECK(database.table("old")->storage->partition_by.text == "toYYYYMM(day)");
    CHECK(database.table("buffered")->storage->engine.starts_with("Buffer(currentDatabase(), 'unsorted', 16"));
    CHECK(database.view("sums_mv")->to == "sums");
    CHECK(database.view("own")->storage->order_by.text == "site");
    CHECK(database.view("few")->query.text.find("dmc_test") == std::string::npos);
    if (!is_modern) return;
    CHECK(database.table("topic")->settings[4] == model::Setting{"kafka_topic_list", "t"});
    CHECK(database.table("elsewhere")->storage->engine == "MySQL('h:1', 'd', 't', 'u', '[HIDDEN]')");
    session->execute("drop function dmc_test_line", {});
  });
}

TEST_CASE("a ClickHouse of a thousand tables is inspected by a few questions") {
  on_both("a thousand tables", [](Opened& opened) {
    const auto session = opened.open();
    const int none = read(*session).questions;
    for (int at = 0; at < 1000; ++at)
      session->execute(
          "create table t" + std::to_string(at) +
              " (id UInt64, at DateTime, url String, n Nullable(Int32), m String materialized upper(url), x Int32 "
              "default id + 1) engine = MergeTree partition by toYYYYMM(at) order by (id, at)",
          {});
    const auto all = read(*session);
    CHECK(all.inspected.database.tables.size() == 1000);
    CHECK(all.questions == none);
    CHECK(none <= 9);
    MESSAGE("1000 tables in " << all.seconds << " s, " << none << " questions");
  });
}

TEST_CASE("ClickHouse: a secret that a server shows goes nowhere") {
  on_both("clickhouse secrets", [](Opened& opened) {
    const auto session = opened.open();
    session->execute("create table bought (id Int32) engine = MySQL('db:3306', 'shop', 'orders', 'app', 'a secret')",
                     {});
    const auto read_once = read(*session);
    const auto* table = read_once.inspected.database.table("bought");
    REQUIRE(table);
    CHECK(table->storage->engine == "MySQL('db:3306', 'shop', 'orders', 'app', '[HIDDEN]')");
    CHECK(plan::canonical(read_once.inspected.database).find("a secret") == std::string::npos);
  });
}
