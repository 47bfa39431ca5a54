// Tables and views that come and go on ClickHouse.
#include <doctest/doctest.h>

#include "tests/unit/dialects/clickhouse_story.hpp"

namespace {

using namespace dmc;
using namespace dmc::tests;
using namespace dmc::tests::ch;

model::Table raw() {
  return table("t", {column("id", "UInt64"), column("k", "UInt32"), column("v", "Nullable(String)")}, "k, id", "k % 2");
}
model::Table sums() { return table("s", {column("k", "UInt32"), column("n", "UInt64")}, "k"); }

const std::vector<std::string> few{"insert into t (id, k, v) values (1, 1, '10'), (2, 2, null), (3, 3, '30')"};

}  // namespace

TEST_CASE("ClickHouse: a table comes") {
  auto made = table("u", {column("id", "UInt64"), column("at", "DateTime", "now()")}, "id");
  tell({"create_table", database({raw()}), change::CreateTable{made}, "table u", few});
}

TEST_CASE("ClickHouse: a table goes") {
  ChStory story{"drop_table", database({raw()}), change::DropTable{raw(), model::Backup::without}, "table t", few};
  story.same_rows = false;
  tell(std::move(story));
}

TEST_CASE("ClickHouse: a table goes, and its rows are kept") {
  tell({"drop_table_with_backup", database({raw()}), change::DropTable{raw(), model::Backup::with}, "table t", few});
}

TEST_CASE("ClickHouse: a table is renamed") {
  auto after = raw();
  after.name = "u";
  tell({"rename_table", database({raw()}), change::RenameTable{raw(), after}, "table t", few});
}

TEST_CASE("ClickHouse: views come and are replaced") {
  tell({"create_view", database({raw()}), change::CreateView{view("w", "SELECT id FROM t")}, "view w", few});
  tell({"replace_view", database({raw()}, {view("w", "SELECT id FROM t")}),
        change::ReplaceView{view("w", "SELECT id FROM t"), view("w", "SELECT id, k FROM t")}, "view w", few});
}

TEST_CASE("ClickHouse: materialized views come and are replaced") {
  const auto one = view("m", "SELECT k, count() AS n FROM t GROUP BY k", "s");
  const auto other = view("m", "SELECT k, count() * 2 AS n FROM t GROUP BY k", "s");
  tell({"create_materialized_view", database({raw(), sums()}), change::CreateView{one}, "view m", few});
  tell({"replace_materialized_view", database({raw(), sums()}, {one}), change::ReplaceView{one, other}, "view m", few});
}

TEST_CASE("ClickHouse: views make way for a rename, and come back behind it") {
  const auto was = view("m", "SELECT k, count() AS n FROM t GROUP BY k", "s");
  const auto is = view("m", "SELECT k, count() AS n FROM u GROUP BY k", "s");
  tell({"view_before_rename", database({raw(), sums()}, {was}), change::DropView{was, is}, "view m", few});
  tell({"view_after_rename", database({raw(), sums()}), change::CreateView{was, is}, "view m", few});
  auto stored = was, other = is;
  for (auto* each : {&stored, &other}) {
    each->to.clear();
    each->storage = model::Storage{.engine = "MergeTree", .order_by = model::Sql{"k"}};
  }
  ChStory detached{"stored_view_before_rename",
                   database({raw()}, {stored}),
                   change::DropView{stored, other},
                   "view m",
                   few,
                   {"26.7"}};
  tell(std::move(detached));
  // What is detached shows nowhere, and a story cannot begin with it: tests/e2e/clickhouse_renames.sh does.
  ChStory attached{
      "stored_view_after_rename", database({raw()}), change::CreateView{other, stored}, "view m", few, {"26.7"}};
  attached.is_lived = false;
  tell(std::move(attached));
}

TEST_CASE("ClickHouse: rows are filled and deleted by mutations") {
  model::BackfillStatement fill;
  fill.set = {{"v", model::Sql{"toString(id)"}, {}}};
  fill.where = model::Sql{"isNull(v)"};
  fill.backup = model::Backup::without;
  ChStory story{"backfill", database({raw()}), change::BackfillRows{raw(), fill, false}, "table t", few};
  story.same_rows = false;
  story.holds = {"select count() = 0 from t where isNull(v)"};
  tell(std::move(story));
  model::DropRowsStatement gone;
  gone.where = model::Sql{"id = 2"};
  gone.backup = model::Backup::without;
  ChStory drop{"drop_rows", database({raw()}), change::DropRows{raw(), gone}, "table t", few};
  drop.same_rows = false;
  drop.holds = {"select count() = 2 from t"};
  tell(std::move(drop));
  gone.backup = model::Backup::with;
  ChStory kept{"drop_rows_with_backup", database({raw()}), change::DropRows{raw(), gone}, "table t", few};
  kept.holds = {"select count() = 2 from t"};
  tell(std::move(kept));
  fill.backup = model::Backup::with;
  ChStory filled{"backfill_with_backup", database({raw()}), change::BackfillRows{raw(), fill, false}, "table t", few};
  filled.same_rows = false;
  tell(std::move(filled));
}

TEST_CASE("ClickHouse: another sorting key") {
  auto after = raw();
  after.storage->order_by = model::Sql{"id"};
  after.storage->partition_by = model::Sql{"id % 3"};
  ChStory story{"rebuild", database({raw(), sums()}, {view("m", "SELECT k, count() AS n FROM t GROUP BY k", "s")}),
                change::AlterTable{raw(), after, {}, {}, true}, "table t", few};
  story.holds = {"select sorting_key = 'id' from system.tables where database = currentDatabase() and name = 't'",
                 "select count() = 3 from t"};
  tell(std::move(story));
  // Where the partitions stay what they are, the copy needs no word of where its rows came from.
  after.storage->partition_by = raw().storage->partition_by;
  ChStory same{"rebuild_same_partitions", database({raw()}), change::AlterTable{raw(), after, {}, {}, true}, "table t",
               few};
  same.holds = {"select sorting_key = 'id' from system.tables where database = currentDatabase() and name = 't'",
                "select count() = 3 from t"};
  tell(std::move(same));
}

TEST_CASE("ClickHouse: another sorting key where replicas bring one another what is inserted") {
  auto before = raw(), after = raw();
  before.storage->engine = "ReplicatedMergeTree('/clickhouse/tables/{shard}/d/t', '{replica}')";
  after.storage->engine = "ReplicatedMergeTree('/clickhouse/tables/{shard}/d/t_2', '{replica}')";
  after.storage->order_by = model::Sql{"id"};
  after.storage->partition_by = model::Sql{"id % 3"};
  ChStory story{"rebuild_replicated", database({before}), change::AlterTable{before, after, {}, {}, true}, "table t"};
  story.is_lived = false;
  tell(std::move(story));
  // A table that had no replicas gets some, on one host.
  before.storage->engine = "MergeTree";
  ChStory more{"rebuild_into_replicated", database({before}), change::AlterTable{before, after, {}, {}, true},
               "table t"};
  more.is_lived = false;
  tell(std::move(more));
}

TEST_CASE("ClickHouse: a table goes with its replicas, and its rows are kept") {
  auto table = raw();
  table.storage->engine = "ReplicatedMergeTree('/clickhouse/tables/{shard}/d/t', '{replica}')";
  ChStory story{"drop_replicated_with_backup", database({table}), change::DropTable{table, model::Backup::with},
                "table t"};
  story.is_lived = false;
  tell(std::move(story));
}

TEST_CASE("ClickHouse: rows of replicas go, are kept, and come back by one of them") {
  auto table = raw();
  table.storage->engine = "ReplicatedMergeTree('/clickhouse/tables/{shard}/d/t', '{replica}')";
  model::DropRowsStatement drop;
  drop.where = model::Sql{"id > 1"};
  drop.backup = model::Backup::with;
  ChStory story{"drop_replicated_rows_with_backup", database({table}), change::DropRows{table, drop}, "table t"};
  story.is_lived = false;
  tell(std::move(story));
}
