// A table is rebuilt while others insert into it: every row is there once, forth and back, in the table and in what a
// materialized view makes of it.
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "compiler/dialects/clickhouse/ddl.hpp"
#include "runtime/session/target.hpp"
#include "tests/support/clickhouse_server.hpp"
#include "tests/unit/dialects/clickhouse_runner.hpp"
#include "tests/unit/dialects/clickhouse_story.hpp"

namespace {

using namespace dmc;
using namespace dmc::tests;
using Kind = ClickhouseServer::Kind;

constexpr int writers = 3;

std::unique_ptr<session::Session> opened(ClickhouseServer& server, const std::string& database) {
  return session::connector()->open(server.at(database), session::Missing::refuse, session::Access::write);
}

std::string answer(session::Session& session, const std::string& question) {
  const auto rows = session.query(question).rows;
  const auto& value = rows.at(0).at(0);
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  const auto* text = std::get_if<std::string>(&value);
  return text ? *text : "?";
}

/// Inserts rows with numbers of its own, as fast as it can, until it is told to stop.
class Writers {
 public:
  explicit Writers(ClickhouseServer& server) {
    for (int number = 0; number < writers; ++number)
      threads_.emplace_back([this, &server, number] {
        const auto session = opened(server, "dmc_writers");
        for (std::int64_t row = 1; !stop_; ++row) {
          const auto id = row * writers + number;
          const auto insert =
              "insert into t (id, k, v) values (" + std::to_string(id) + ", " + std::to_string(id % 7) + ", 'x')";
          // What was refused is not there: in 18.16 the table has no name for a moment.
          for (bool done = false; !done;) try {
              session->execute(insert, {});
              done = true;
            } catch (const session::SessionError&) {
              ++refused_;
            }
          ++written_;
        }
      });
  }
  ~Writers() { stop(); }
  std::int64_t stop() {
    stop_ = true;
    for (auto& thread : threads_) thread.join();
    threads_.clear();
    return written_;
  }
  std::int64_t refused() const { return refused_; }

 private:
  std::atomic<bool> stop_{false};
  std::atomic<std::int64_t> written_{0}, refused_{0};
  std::vector<std::thread> threads_;
};

void rebuilt_under_writers(Kind kind, const std::string& version) {
  auto* server = clickhouse_or_skip(kind, "rebuild under writers");
  if (!server) return;
  const auto fresh = opened(*server, "default");
  fresh->execute("drop database if exists dmc_writers", {});
  fresh->execute("create database dmc_writers", {});
  const auto session = opened(*server, "dmc_writers");
  const auto before = ch::table("t", {ch::column("id", "UInt64"), ch::column("k", "UInt32"), ch::column("v", "String")},
                                "k, id", "id % 2");
  auto after = before;
  after.storage->order_by = model::Sql{"id"};
  after.storage->partition_by = model::Sql{"id % 3"};
  const auto sums = ch::table("s", {ch::column("k", "UInt32"), ch::column("n", "UInt64")}, "k");
  const auto view = ch::view("m", "SELECT k, count() AS n FROM t GROUP BY k", "s");
  for (const auto& table : {before, sums}) session->execute(dialects::clickhouse::create_table(table), {});
  session->execute(dialects::clickhouse::create_view(view), {});
  session->execute("insert into t (id, k, v) select 1000000000 + number, number % 7, 'old' from numbers(100000)", {});
  const std::int64_t old_rows = 100'000;

  const auto pairs = steps_of(
      {"writers", ch::database({before, sums}, {view}), change::AlterTable{before, after, {}, {}, true}}, version);
  ChRunner runner(*session);
  const auto check = [&](std::int64_t written) {
    const auto all = std::to_string(old_rows + written);
    CHECK(answer(*session, "select toInt64(count()) from t") == all);
    CHECK(answer(*session, "select toInt64(uniqExact(id)) from t") == all);
    // An insert that finds the table in the instant of the exchange is the view's only possible miss.
    CHECK(answer(*session, "select toInt64(sum(n)) from s") == all);
  };
  std::int64_t written = 0;
  {
    Writers inserting(*server);
    for (const auto& pair : pairs) {
      CAPTURE(pair.forward.summary);
      runner.run(pair.forward);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    written = inserting.stop();
    MESSAGE(version << ": " << written << " rows were inserted meanwhile, " << inserting.refused() << " refused");
  }
  CHECK(written > writers);
  check(written);
  CHECK(answer(*session, "select sorting_key from system.tables where database = currentDatabase() and name = 't'") ==
        "id");
  std::int64_t more = 0;
  {
    // Numbers of rows that are there already are written again.
    Writers inserting(*server);
    for (auto pair = pairs.rbegin(); pair != pairs.rend(); ++pair) {
      CAPTURE(pair->reverse->summary);
      runner.run(*pair->reverse);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    more = inserting.stop();
    MESSAGE(version << ": " << more << " rows on the way back, " << inserting.refused() << " refused");
  }
  CHECK(answer(*session, "select toInt64(count()) from t") == std::to_string(old_rows + written + more));
  CHECK(answer(*session, "select toInt64(sum(n)) from s") == std::to_string(old_rows + written + more));
  CHECK(answer(*session, "select sorting_key from system.tables where database = currentDatabase() and name = 't'") ==
        "k, id");
  CHECK(answer(*session,
               "select toInt64(count()) from system.columns where database = currentDatabase() and name like "
               "'\\\\_dmc%'") == "0");
}

}  // namespace

TEST_CASE("ClickHouse: a table is rebuilt under writers on 18.16") { rebuilt_under_writers(Kind::debian, "18.16"); }
TEST_CASE("ClickHouse: a table is rebuilt under writers on a newer server") {
  rebuilt_under_writers(Kind::chdb, chdb_version());
}
