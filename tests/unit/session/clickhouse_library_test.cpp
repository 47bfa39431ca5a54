// The embedded ClickHouse, in this process.
#include "tests/support/clickhouse_opened.hpp"
#include "tests/support/skip.hpp"

using namespace dmc::session;
using namespace dmc::session::on_clickhouse;

TEST_CASE("chdb: where there is no library it is said what to install") {
  const dmc::tests::Folder folder;
  const auto open = [&](const std::string& path, Missing missing) {
    return connector()->open({"clickhouse", "chdb:" + path}, missing, Access::write);
  };
  CHECK_THROWS_AS(open(folder.at("none"), Missing::refuse), TargetMissing);
#if !defined(__SANITIZE_ADDRESS__)
  use_chdb_library("/nowhere/libchdb.so");
  is_in_golden(error_of([&] { open(folder.at("data"), Missing::create); }), 0);
  use_chdb_library("");
#endif
}

TEST_CASE("chdb: the same statements in the process itself") {
#if defined(__SANITIZE_ADDRESS__)
  return dmc::tests::skip("chdb", "AddressSanitizer does not bear libchdb");
#endif
  if (dmc::tests::chdb_library().empty())
    return dmc::tests::skip("chdb", "no libchdb.so here: tests/support/chdb.sh fetches it (180 MB)");
  use_chdb_library(dmc::tests::chdb_library());
  static const dmc::tests::Folder folder;
  const Url url{"clickhouse", "chdb:" + folder.at("data")};
  const auto connector = dmc::session::connector();
  const auto session = connector->open(url, Missing::create, Access::write);
  session->execute("create table t (k UInt64, s String, x Nullable(Int8)) engine = MergeTree order by k", {});
  const std::vector<Value> values{std::int64_t{1}, std::string("it's \n\n \\"), nullptr};
  CHECK(session->execute("insert into t values (?, ?, ?)", values) == 1);
  CHECK(session->query("select k, s, x from t", {}).rows.at(0) == values);
  // The engine would store the first row and execute what stands behind the empty line.
  const auto inlined = error_of([&] { session->execute("insert into t format TSV\n2\ta\t\\N\n\ndrop table t", {}); });
  CHECK(has(inlined, "they are streamed"));
  CHECK(!inlined.begun);
  const auto unknown = error_of([&] { session->query("select * from nope", {}); });
  CHECK(has(unknown, "code 60 UNKNOWN_TABLE"));
  CHECK(!unknown.begun);
  session->read_only(true);
  CHECK(has(error_of([&] { session->execute("drop table t", {}); }), "164"));
  CHECK(one(*session, "select count() from t") == Value(std::int64_t{1}));
  session->read_only(false);
  const auto streams = open_clickhouse_streams(url, Access::write);
  int block = 0;
  CHECK(streams->give("insert into t", "TabSeparated", [&] {
    std::string text;
    if (block++ < 10)
      for (int i = 0; i < 20'000; ++i) text += std::to_string(block * 100'000 + i) + "\t\\n\\n\t\\N\n";
    return text;
  }) == 200'000);
  std::int64_t count = 0;
  streams->read("select k, s, x from t where k > 1", [&](const Row& row) {
    if (row.size() == 3) ++count;
  });
  CHECK(count == 200'000);
  const auto behind = error_of(
      [&] { streams->read("select throwIf(number = 3000000) as x from numbers(4000000)", [](const Row&) {}); });
  CHECK(has(behind, "code 395"));
  CHECK(one(*session, "select 1") == Value(std::int64_t{1}));
  CHECK(session->place().identity().at(0).second.size() == 36);
  CHECK(session->place().handle().empty());
  // One folder at a time.
  CHECK(has(error_of([&] {
              connector->open({"clickhouse", "chdb:" + folder.at("other")}, Missing::create, Access::write);
            }),
            "another folder open"));
}
