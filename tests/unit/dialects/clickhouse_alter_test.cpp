// Tables altered on ClickHouse, as steps and on servers.
#include <doctest/doctest.h>

#include "tests/unit/dialects/clickhouse_story.hpp"

namespace {

using namespace dmc;
using namespace dmc::tests;
using namespace dmc::tests::ch;

model::Table hits() {
  auto made = table("t", {column("id", "UInt64"), column("k", "UInt32"), column("v", "String"), column("d", "Date")},
                    "k, id", "toYYYYMM(d)");
  return made;
}

const std::vector<std::string> few{
    "insert into t (id, k, v, d) values (1, 1, '10', '2026-01-01'), (2, 2, '20', "
    "'2026-02-01'), (3, 3, '30', '2026-02-02')"};

change::AlterTable altered(const model::Table& before, const model::Table& after) {
  return {before, after, {}, {}, false};
}

}  // namespace

TEST_CASE("ClickHouse: columns come") {
  auto after = hits();
  after.columns.push_back(column("n", "UInt32", "7"));
  after.columns.push_back(column("s", "Nullable(String)"));
  tell({"add_columns", database({hits()}), altered(hits(), after), "table t", few});
}

TEST_CASE("ClickHouse: columns come between others, and before all of them where the server can") {
  auto after = hits();
  after.columns = {column("f", "UInt8"), after.columns[0],      column("n", "UInt32", "7"), after.columns[1],
                   after.columns[2],     column("s", "String"), column("m", "String"),      after.columns[3]};
  ChStory story{"add_columns_between", database({hits()}), altered(hits(), after), "table t", few};
  story.holds = {
      "select groupArray(name) = ['id', 'n', 'k', 'v', 's', 'm', 'd'] from (select name from system.columns where "
      "database = currentDatabase() and table = 't' and name != 'f')"};
  tell(std::move(story));
}

TEST_CASE("ClickHouse: columns that go from between others come back there") {
  auto before = hits();
  before.columns.insert(before.columns.begin(), column("f", "UInt8"));
  before.columns.insert(before.columns.begin() + 4, column("w", "String"));
  auto after = before;
  std::erase_if(after.columns, [](const auto& one) { return one.name == "v" || one.name == "w"; });
  change::AlterTable kind = altered(before, after);
  kind.losses = {{"v", model::Backup::without}, {"w", model::Backup::without}};
  ChStory story{"drop_columns_between", database({before}), kind, "table t", few};
  story.same_rows = false;
  tell(std::move(story));
}

TEST_CASE("ClickHouse: two columns change names") {
  auto before = hits();
  before.columns.insert(before.columns.begin() + 3, column("w", "String"));
  auto after = before;
  std::swap(after.columns[2].name, after.columns[3].name);
  change::AlterTable kind = altered(before, after);
  kind.moves = {{"v", "w", {}, {}}, {"w", "v", {}, {}}};
  tell({"rename_columns_crosswise", database({before}), kind, "table t", few});
}

TEST_CASE("ClickHouse: a column of a table without rows of its own is renamed") {
  auto before = hits(), after = hits();
  before.storage = after.storage = model::Storage{};
  before.storage->engine = after.storage->engine = "Null";
  after.columns[2].name = "w";
  change::AlterTable kind = altered(before, after);
  kind.moves = {{"v", "w", {}, {}}};
  tell({"rename_column_of_null", database({before}), kind, "table t", few});
}

TEST_CASE("ClickHouse: a column whose default differs from row to row is written at once") {
  auto after = hits();
  after.columns.push_back(column("at", "DateTime", "now()"));
  ChStory story{"add_volatile", database({hits()}), altered(hits(), after), "table t", few};
  story.accept_loss = true;
  tell(std::move(story));
}

TEST_CASE("ClickHouse: a column that the sorting key ends with") {
  auto before = hits(), after = hits();
  before.storage->primary_key = after.storage->primary_key = model::Sql{"k, id"};
  after.columns.push_back(column("z", "UInt32"));
  after.storage->order_by = model::Sql{"k, id, z"};
  ChStory story{"append_key", database({before}), altered(before, after), "table t", few};
  story.holds = {
      "select sorting_key = 'k, id, z' from system.tables where database = currentDatabase() and name = 't'"};
  tell(std::move(story));
}

TEST_CASE("ClickHouse: columns go") {
  auto after = hits();
  std::erase_if(after.columns, [](const auto& one) { return one.name == "v"; });
  change::AlterTable kind = altered(hits(), after);
  kind.losses = {{"v", model::Backup::without}};
  ChStory story{"drop_column", database({hits()}), kind, "table t", few};
  story.same_rows = false;
  tell(std::move(story));
}

TEST_CASE("ClickHouse: a column goes, and its values are kept") {
  auto after = hits();
  std::erase_if(after.columns, [](const auto& one) { return one.name == "v"; });
  change::AlterTable kind = altered(hits(), after);
  kind.losses = {{"v", model::Backup::with}};
  tell({"drop_column_with_backup", database({hits()}), kind, "table t", few});
}

TEST_CASE("ClickHouse: a column is renamed") {
  auto after = hits();
  after.columns[2].name = "w";
  change::AlterTable kind = altered(hits(), after);
  kind.moves = {{"v", "w", {}, {}}};
  tell({"rename_column", database({hits()}), kind, "table t", few});
}

TEST_CASE("ClickHouse: a column is renamed that a projection reads") {
  auto before = hits(), after = hits();
  before.projections = {{"p", {"SELECT v, count() GROUP BY v"}, {}}, {"q", {"SELECT k ORDER BY k"}, {}}};
  after.projections = {{"p", {"SELECT w, count() GROUP BY w"}, {}}, {"q", {"SELECT k ORDER BY k"}, {}}};
  after.columns[2].name = "w";
  ChStory story{"rename_column_of_projection", database({before}), altered(before, after), "table t", few};
  std::get<change::AlterTable>(story.kind).moves = {{"v", "w", {}, {}}};
  story.versions = {"26.7"};
  tell(std::move(story));
}

TEST_CASE("ClickHouse: a number has room for more") {
  auto before = hits(), after = hits();
  before.columns.push_back(column("n", "UInt8"));
  after.columns.push_back(column("n", "UInt32"));
  change::AlterTable kind = altered(before, after);
  kind.moves = {{"n", "n", {}, {}}};
  tell({"retype_wider", database({before}), kind, "table t", few});
}

TEST_CASE("ClickHouse: a text becomes a number") {
  auto after = hits();
  after.columns[2].type = "UInt32";
  change::AlterTable kind = altered(hits(), after);
  kind.moves = {{"v", "v", {}, {}}};
  tell({"retype_parsed", database({hits()}), kind, "table t", few});
}

TEST_CASE("ClickHouse: a column may be null, or no longer") {
  auto after = hits();
  after.columns[2].type = "Nullable(String)";
  change::AlterTable kind = altered(hits(), after);
  kind.moves = {{"v", "v", {}, {}}};
  tell({"retype_nullable", database({hits()}), kind, "table t", few});
  kind = altered(after, hits());
  kind.moves = {{"v", "v", {}, {}}};
  tell({"retype_not_null", database({after}), kind, "table t", few});
}

TEST_CASE("ClickHouse: a default changes, and what was there keeps its values") {
  auto before = hits(), after = hits();
  before.columns.push_back(column("n", "UInt8", "1"));
  after.columns.push_back(column("n", "UInt8", "2"));
  ChStory story{"change_default", database({before}), altered(before, after), "table t", few};
  story.holds = {"select count() = 3 from t where n = 1"};
  tell(std::move(story));
}

TEST_CASE("ClickHouse: comments, codecs, time to live, settings") {
  auto before = hits(), after = hits();
  before.columns[2].comment = "old";
  after.columns[2].codec = "ZSTD(3)";
  after.columns[3].comment = "the day";
  after.columns.push_back(column("at", "DateTime"));
  before.columns.push_back(column("at", "DateTime"));
  after.columns[2].ttl = model::Sql{"at + toIntervalYear(20)"};
  after.storage->ttl = model::Sql{"d + toIntervalYear(20)"};
  after.settings = {{"merge_with_ttl_timeout", "7200"}};
  after.comment = "hits";
  ChStory story{"details",
                database({before}),
                altered(before, after),
                "table t",
                {"insert into t (id, k, v, d, at) values (1, 1, '10', '2026-01-01', now())"}};
  story.versions = {"26.7"};
  tell(std::move(story));
}

TEST_CASE("ClickHouse: comments") {
  auto before = hits(), after = hits();
  before.columns[2].comment = "old";
  after.columns[2].comment = "it's new";
  tell({"comment_column", database({before}), altered(before, after), "table t", few});
}

TEST_CASE("ClickHouse: indexes, projections and constraints come and go") {
  auto before = hits(), after = hits();
  model::Index index;
  index.name = "i";
  index.method = "bloom_filter(0.01)";
  model::Element element;
  element.column = "v";
  index.elements = {element};
  index.granularity = 2;
  after.indexes = {index};
  index.name = "j";
  before.indexes = {index};
  after.projections = {{"p", {"SELECT k, count() GROUP BY k"}, {}}};
  model::Check check;
  check.name = "c";
  check.expression = model::Sql{"k < 10"};
  after.checks = {check};
  ChStory story{"members", database({before}), altered(before, after), "table t", few};
  story.versions = {"26.7"};
  tell(std::move(story));
}
