// Tables of several hosts on one that knows of no other: what is sent, and what reads back.
#include "runtime/rehearse/clickhouse_alone.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace dmc::rehearse;

namespace {

constexpr const char* replicated =
    "CREATE TABLE hits\n(\n  id UInt64,\n  version UInt32\n)\nENGINE = "
    "ReplicatedReplacingMergeTree('/t/{shard}/hits', '{replica}', version)\nORDER BY id";

}  // namespace

TEST_CASE("a Replicated table is the plain one of its kind, and says what it would be") {
  const auto sent = sent_alone(replicated);
  CHECK(sent ==
        "CREATE TABLE hits\n(\n  id UInt64,\n  version UInt32,\n  _dmc_engine String ALIAS "
        "'ReplicatedReplacingMergeTree(\\'/t/{shard}/hits\\', \\'{replica}\\', version)'\n)\nENGINE = "
        "ReplacingMergeTree(version)\nORDER BY id");
  CHECK(read_alone("CREATE TABLE shop.hits ( id UInt64,  _dmc_engine String ALIAS "
                   "'ReplicatedReplacingMergeTree(\\'/t/{shard}/hits\\', \\'{replica}\\', version)') ENGINE = "
                   "ReplacingMergeTree(version) ORDER BY id") ==
        "CREATE TABLE shop.hits ( id UInt64,  _dmc_engine String ALIAS "
        "'ReplicatedReplacingMergeTree(\\'/t/{shard}/hits\\', \\'{replica}\\', version)') ENGINE = "
        "ReplicatedReplacingMergeTree('/t/{shard}/hits', '{replica}', version) ORDER BY id");
}

TEST_CASE("a table that is made like another one has from it what it would be") {
  CHECK(sent_alone("CREATE TABLE hits AS _dmc_backup_1\nENGINE = ReplicatedMergeTree('/t', 'r')\nORDER BY id") ==
        "CREATE TABLE hits AS _dmc_backup_1\nENGINE = MergeTree\nORDER BY id");
}

TEST_CASE("a question for the engine is one for that of the one host") {
  CHECK(sent_alone("select 1 from system.tables where name = 'hits' and engine = 'ReplicatedMergeTree'") ==
        "select 1 from system.tables where name = 'hits' and engine = 'MergeTree'");
}

TEST_CASE("a Distributed table reads the one of this host; other tables and statements stay as they are") {
  const auto sent =
      sent_alone("CREATE TABLE all\n(\n  id UInt64\n)\nENGINE = Distributed('c', 'shop', 'hits', rand())");
  CHECK(sent.ends_with("\n)\nENGINE = Merge('shop', '^hits$')"));
  for (const std::string same :
       {"CREATE TABLE t\n(\n  id UInt64\n)\nENGINE = MergeTree\nORDER BY id", "ALTER TABLE t DROP COLUMN c"}) {
    CHECK(sent_alone(same) == same);
    CHECK(read_alone(same) == same);
  }
}
