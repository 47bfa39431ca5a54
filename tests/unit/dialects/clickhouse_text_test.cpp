// One form for texts that mean the same, and the reader of the server's own CREATE.
#include <doctest/doctest.h>

#include "compiler/dialects/clickhouse/inspect/create.hpp"
#include "compiler/dialects/clickhouse/normal.hpp"
#include "compiler/dialects/clickhouse/rewords.hpp"
#include "compiler/dialects/clickhouse/secrets.hpp"
#include "compiler/dialects/clickhouse/text.hpp"

using namespace dmc;
using dialects::clickhouse::normal_key;
using dialects::clickhouse::normal_text;
using dialects::clickhouse::read_create;
using dialects::clickhouse::readable;

TEST_CASE("quotes are doubled instead of behind a backslash") {
  CHECK(readable(R"('it\'s')") == "'it''s'");
  CHECK(readable(R"('a\\')") == R"('a\\')");
  CHECK(readable(R"(`a\`b`)") == "`a``b`");
  CHECK(readable("'it''s'") == "'it''s'");
}

TEST_CASE("parentheses that change nothing go, others stay") {
  CHECK(normal_text("(a > 1) and (b in (1,2))") == "a > 1 AND b IN (1,2)");
  CHECK(normal_text("(a or b) and c") == "(a OR b) AND c");
  CHECK(normal_text("a or (b and c)") == "a OR b AND c");
  CHECK(normal_text("a - (b - c)") == "a - (b - c)");
  CHECK(normal_text("(a - b) - c") == "a - b - c");
  CHECK(normal_text("(-z) * (3 + 4)") == "-z * (3 + 4)");
  CHECK(normal_text("not (a = 1)") == "NOT a = 1");
  CHECK(normal_text("(not a) = 1") == "(NOT a) = 1");
  CHECK(normal_text("a -(-1)") == "a - -1");
  CHECK(normal_text("f((a + b))") == "f(a + b)");
  CHECK(normal_text("((a, b))") == "(a, b)");
  CHECK(normal_text("x -> (x + 1)") == "x -> x + 1");
  CHECK(normal_text("(select 1)") == "(SELECT 1)");
  CHECK(normal_text("quantile(0.5)((a))") == "quantile(0.5)(a)");
  CHECK(normal_text("(a between 1 and 2) and b") == "(a BETWEEN 1 AND 2) AND b");
}

TEST_CASE("what a server writes as a function becomes one") {
  CHECK(normal_text("ts + interval 90 day") == "ts + toIntervalDay(90)");
  CHECK(normal_text("ts + INTERVAL (a + 1) MONTHS") == "ts + toIntervalMonth(a + 1)");
  CHECK(normal_text("cast(a as Decimal(10,2))") == "CAST(a, 'Decimal(10, 2)')");
  CHECK(normal_text("5::UInt8 + f(x)::String") == "CAST('5', 'UInt8') + CAST(f(x), 'String')");
  CHECK(normal_text("date '2020-01-01'") == "toDate('2020-01-01')");
  CHECK(normal_text("a <> 1 or b == 2") == "a != 1 OR b = 2");
  CHECK(normal_text("select d from shop.t4, other.t5", "shop") == "SELECT d FROM t4, other.t5");
  CHECK(normal_key("(id, `a b`)") == "id, `a b`");
  CHECK(normal_key("tuple(d DESC, v)") == "d DESC, v");
  CHECK(normal_key("()") == "tuple()");
  CHECK(normal_key("(a) + (b)") == "a + b");
}

TEST_CASE("engines and codecs get what a server adds") {
  using dialects::clickhouse::normal_codec;
  using dialects::clickhouse::normal_engine;
  CHECK(normal_engine("MergeTree()", "") == "MergeTree");
  CHECK(normal_engine("`Null`", "") == "Null");
  CHECK(normal_engine("Buffer(shop, t, 1, 2)", "shop") == "Buffer(currentDatabase(), 't', 1, 2)");
  CHECK(normal_engine("ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', v)", "") ==
        "ReplicatedReplacingMergeTree(v)");
  CHECK(normal_codec("Delta, zstd", "Nullable(UInt32)") == "Delta(4), ZSTD(1)");
  CHECK(normal_codec("Gorilla, LZ4HC", "Float64") == "Gorilla(8), LZ4HC(0)");
}

TEST_CASE("the skeleton of a CREATE is read, its expressions stay texts") {
  const auto created = read_create(
      "CREATE TABLE d.t (`INDEX` String, `a` Int32 DEFAULT TTL + 1 COMMENT 'it\\'s' CODEC(ZSTD(1)) TTL ts + "
      "toIntervalDay(1), `k` UInt8 EPHEMERAL, INDEX i (a, ts) TYPE set(10) GRANULARITY 2, CONSTRAINT c ASSUME a > 1, "
      "PROJECTION p (SELECT a ORDER BY a)) ENGINE = MergeTree PARTITION BY (a, ts) ORDER BY (a, ts) TTL ts TO DISK "
      "'x', "
      "ts + toIntervalDay(2) GROUP BY a SET k = max(k) SETTINGS index_granularity = 8192, x = 'y' COMMENT 'c'",
      "d");
  CHECK(created.kind == "table");
  CHECK(created.unread == "");
  const auto& table = created.table;
  REQUIRE(table.columns.size() == 3);
  CHECK(table.columns[0].name == "INDEX");
  CHECK(table.columns[1].comment == "it's");
  CHECK(table.columns[1].codec == "ZSTD(1)");
  CHECK(table.columns[1].ttl->text == "ts + toIntervalDay(1)");
  CHECK(table.columns[2].ephemeral->text == "");
  REQUIRE(table.indexes.size() == 1);
  CHECK(table.indexes[0].elements.size() == 2);
  CHECK(table.indexes[0].method == "set(10)");
  CHECK(table.indexes[0].granularity == 2);
  CHECK(table.checks.at(0).assumed);
  CHECK(table.projections.at(0).query.text == "SELECT a ORDER BY a");
  CHECK(table.storage->partition_by.text == "a, ts");
  CHECK(table.storage->ttl.text == "ts TO DISK 'x', ts + toIntervalDay(2) GROUP BY a SET k = max(k)");
  CHECK(table.settings.size() == 2);
  CHECK(table.comment == "c");
  const auto view = read_create(
      "CREATE MATERIALIZED VIEW d.v TO d.t (`a` UInt8) DEFINER = x SQL SECURITY DEFINER AS "
      "SELECT a FROM d.u COMMENT 'q'",
      "d");
  CHECK(view.to == "t");
  CHECK(view.query.text == "SELECT a FROM u");
  CHECK(view.table.comment == "q");
  CHECK(read_create("CREATE MATERIALIZED VIEW d.v REFRESH EVERY 1 HOUR TO d.t AS SELECT 1", "d").unread != "");
}

TEST_CASE("a server's wording of a text is told from another text") {
  using dialects::Wording;
  const auto wording = [](std::string said, std::string seen) {
    model::View declared, shown;
    declared.name = shown.name = "v";
    declared.query.text = std::move(said);
    shown.query.text = std::move(seen);
    return dialects::clickhouse::rewords(declared, shown);
  };
  CHECK(wording("select (a) from t", "SELECT a FROM t") == Wording::same);
  CHECK(wording("select a || 'x' from t where b between 1 and 2",
                "SELECT concat(a, 'x') FROM t WHERE b >= 1 AND b <= 2") == Wording::unproven);
  CHECK(wording("select a from t", "SELECT b FROM t") == Wording::another);
  CHECK(wording("select a from t where b = 1", "SELECT a FROM t WHERE b = 2") == Wording::another);
  model::Table declared, shown;
  declared.storage = model::Storage{.engine = "MySQL('h', 'd', 't', 'u', 'secret')"};
  shown.storage = model::Storage{.engine = "MySQL('h', 'd', 't', 'u', '[HIDDEN]')"};
  declared.cluster = "c";
  CHECK(dialects::clickhouse::rewords(declared, shown) == Wording::same);
  shown.storage->engine = "MySQL('i', 'd', 't', 'u', '[HIDDEN]')";
  CHECK(dialects::clickhouse::rewords(declared, shown) == Wording::another);
}

TEST_CASE("secrets of ClickHouse's statements are hidden where they stand, and nothing else is touched") {
  using dialects::clickhouse::holds_secret, dialects::clickhouse::without_secrets;
  struct Case {
    std::string text, shown;
  };
  const std::vector<Case> all{
      {"MySQL('h', 'd', 't', 'u', 'p')", "MySQL('h', 'd', 't', 'u', '[HIDDEN]')"},
      {"select * from postgresql('h', 'd', 't', 'u', 'p')", "SELECT * FROM postgresql('h', 'd', 't', 'u', '[HIDDEN]')"},
      {"ODBC('DSN=x;PWD=p', 'd', 't')", "ODBC('[HIDDEN]', 'd', 't')"},
      {"S3('https://b/x', 'key', 'word', 'CSV')", "S3('https://b/x', '[HIDDEN]', '[HIDDEN]', 'CSV')"},
      {"URL('https://u:p@h/x', 'CSV')", "URL('[HIDDEN]', 'CSV')"},
      {"source(clickhouse(host 'h' user 'u' password 'p' table 't'))",
       "source(clickhouse(host 'h' user 'u' password '[HIDDEN]' table 't'))"},
      {"Kafka settings kafka_sasl_password = 'p', kafka_topic_list = 't'",
       "Kafka settings kafka_sasl_password = '[HIDDEN]', kafka_topic_list = 't'"},
      {"mysql(named, password = 'p')", "mysql(named, password = '[HIDDEN]')"}};
  for (const auto& [text, shown] : all) {
    CHECK(holds_secret(text));
    CHECK(without_secrets(text) == shown);
    CHECK_MESSAGE(!holds_secret(shown), shown);
  }
  for (const std::string text :
       {"MergeTree", "Distributed('web', 'd', 't', rand())", "concat('https://h/', 'a@b:c')",
        "MySQL('h', 'd', 't', 'u', '${env WORD}')", "select password from users where password = name"}) {
    CHECK_MESSAGE(!holds_secret(text), text);
    if (text.find("${env") == std::string::npos) CHECK(without_secrets(text) == text);
  }
}
