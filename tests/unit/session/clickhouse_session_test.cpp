// Statements, values, errors, streams, interrupts and places of a session with real ClickHouse servers.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <thread>

#include "tests/support/clickhouse_opened.hpp"
#include "tests/support/skip.hpp"

using namespace dmc::session;
using namespace dmc::session::on_clickhouse;

TEST_CASE("ClickHouse: values come back as they are, and parameters are stored as they are") {
  on_both("clickhouse values", [](Opened& opened) {
    const auto session = opened.open();
    const auto rows = session->query(
        "select toUInt64(18446744073709551615) as a, toInt64(-7) as b, 0.1 as c, NULL as d, 'é' as e, "
        "unhex('00FF0A') as f, [1, 2] as g, toDate('2026-01-02') as h, '' as i",
        {});
    CHECK(rows.columns == std::vector<std::string>{"a", "b", "c", "d", "e", "f", "g", "h", "i"});
    CHECK(rows.rows.at(0) == Row{std::string("18446744073709551615"), std::int64_t{-7}, 0.1, nullptr, std::string("é"),
                                 Blob{std::string("\0\xff\n", 3)}, std::string("[1,2]"), std::string("2026-01-02"),
                                 std::string()});
    session->execute(
        "create table t (n UInt8, i Int64, d Float64, s String, b String, x Nullable(Int32)) engine = MergeTree() "
        "order by n",
        {});
    std::string all;
    for (int byte = 1; byte < 128; ++byte) all += static_cast<char>(byte);
    const std::vector<Value> values{std::int64_t{1},
                                    std::numeric_limits<std::int64_t>::min(),
                                    0.1 + 0.2,
                                    "it's \\' \"x\" \\N ?" + all + std::string("\0é", 3),
                                    Blob{std::string("a\0\xff\xfe'\\", 6)},
                                    nullptr};
    session->execute("insert into t values (?, ?, ?, ?, ?, ?)", values);
    session->execute("insert into t (n, i, d, s, b, x) select $1, $2, $3, $4, $5, $6",
                     std::vector<Value>{std::int64_t{2}, std::numeric_limits<std::int64_t>::max(), -1e-300,
                                        std::string(), std::string("-- '"), std::int64_t{-5}});
    const auto back = session->query("select n, i, d, s, b, x from t order by n", {});
    REQUIRE(back.rows.size() == 2);
    CHECK(back.rows[0] == values);
    CHECK(back.rows[1] == Row{std::int64_t{2}, std::numeric_limits<std::int64_t>::max(), -1e-300, std::string(),
                              std::string("-- '"), std::int64_t{-5}});
    CHECK(one(*session, "select count() from t where s = ? and i = ?", {values[3], values[1]}) ==
          Value(std::int64_t{1}));
    const auto none = session->query("select n, s from t where n > 9", {});
    CHECK(none.rows.empty());
    CHECK(none.columns == std::vector<std::string>{"n", "s"});
  });
}

TEST_CASE("ClickHouse: errors say code and name, and whether anything was begun") {
  on_both("clickhouse errors", [](Opened& opened) {
    const auto session = opened.open();
    session->execute("create table t (k UInt32) engine = MergeTree() order by k", {});
    const auto table = error_of([&] { session->query("select * from nope", {}); });
    CHECK(has(table, "code 60 UNKNOWN_TABLE"));
    CHECK(!table.begun);
    const auto syntax = error_of([&] { session->execute("selec 1", {}); });
    CHECK(has(syntax, "code 62 SYNTAX_ERROR"));
    CHECK(!syntax.begun);
    CHECK(!error_of([&] { session->execute("create table t (k UInt32) engine = MergeTree() order by k", {}); }).begun);
    const auto thrown = error_of([&] { session->query("select throwIf(number = 3000000) from numbers(4000000)", {}); });
    CHECK(has(thrown, "code 395"));
    CHECK(thrown.begun);
    CHECK(error_of([&] { session->query("select toUInt32(s) from (select 'hunter' as s)", {}); }).of_a_value);
    CHECK(!has(error_of([&] { session->query("select toUInt32(s) from (select concat('hun', 'ter') as s)", {}); }),
               "hunter"));
    // The connection is as good as new.
    CHECK(one(*session, "select 1") == Value(std::int64_t{1}));
  });
}

TEST_CASE("STP-1 ClickHouse: what is asked changes nothing, and there are no transactions") {
  on_both("clickhouse read only", [](Opened& opened) {
    const auto session = opened.open();
    session->execute("create table t (k UInt32) engine = MergeTree() order by k", {});
    session->read_only(true);
    for (const char* sql : {"insert into t values (1)", "drop table t", "alter table t add column x Int8",
                            "create table u (k Int8) engine = Memory", "set readonly = 0"}) {
      const auto error = error_of([&] { session->execute(sql, {}); });
      CHECK_MESSAGE(has(error, "164"), sql << ": " << std::string(error.what()));
      CHECK(!error.begun);
    }
    CHECK(one(*session, "select count() from t") == Value(std::int64_t{0}));
    session->read_only(false);
    session->execute("insert into t values (1)", {});
    const auto reader = opened.open(Access::read);
    CHECK(has(error_of([&] { reader->execute("insert into t values (2)", {}); }), "164"));
    CHECK(one(*reader, "select count() from t") == Value(std::int64_t{1}));
    CHECK(!session->in_transaction());
    const auto error = error_of([&] { session->transaction(Transaction::begin); });
    CHECK(has(error, "no transactions"));
    CHECK(!error.begun);
    CHECK_NOTHROW(session->transaction(Transaction::rollback));
  });
}

TEST_CASE("ClickHouse: many rows come and go in bounded memory") {
  on_both("clickhouse streams", [](Opened& opened) {
    const auto session = opened.open();
    session->execute("create table t (k UInt64, s String) engine = MergeTree() order by k", {});
    const auto streams = open_clickhouse_streams(opened.url, Access::write);
    constexpr std::int64_t blocks = 50, rows = 20'000;
    std::int64_t block = 0;
    const auto next = [&] {
      std::string text;
      if (block++ == blocks) return text;
      // Empty texts make empty lines, which must not end the rows.
      for (std::int64_t i = 0; i < rows; ++i) text += std::to_string((block - 1) * rows + i) + "\t\\n\\n\n";
      return text;
    };
    const auto written = streams->give("insert into t", "TabSeparated", next);
    CHECK((written == blocks * rows || written == -1));
    std::int64_t count = 0, sum = 0;
    streams->read("select k, s from t", [&](const Row& row) {
      ++count;
      sum += std::get<std::int64_t>(row.at(0));
      if (std::get<std::string>(row.at(1)) != "\n\n") FAIL("a text changed");
    });
    CHECK(count == blocks * rows);
    CHECK(sum == blocks * rows * (blocks * rows - 1) / 2);
    // The bytes of one table become those of another.
    session->execute("create table u (k UInt64, s String) engine = MergeTree() order by k", {});
    std::string bytes;
    streams->take("select k, s from t", "Native", [&](std::string_view piece) { bytes += piece; });
    std::size_t at = 0;
    streams->give("insert into u", "Native", [&] {
      const auto piece = bytes.substr(at, 100'000);
      at += piece.size();
      return piece;
    });
    const std::string checksum = "select count(), sum(cityHash64(k, s)) from ";
    CHECK(session->query(checksum + "t", {}).rows == session->query(checksum + "u", {}).rows);
    // A callback that fails ends it and comes through, and the connection serves again.
    CHECK_THROWS_AS(streams->read("select k from t", [](const Row&) { throw std::runtime_error("full"); }),
                    std::runtime_error);
    CHECK_THROWS_AS(
        streams->give("insert into u", "TabSeparated", []() -> std::string { throw std::runtime_error("full"); }),
        std::runtime_error);
    const auto behind = error_of(
        [&] { streams->read("select throwIf(number = 3000000) as x from numbers(4000000)", [](const Row&) {}); });
    CHECK(has(behind, "code 395"));
    CHECK(behind.begun);
    const auto bad = error_of([&] {
      bool given = false;
      streams->give("insert into u", "TabSeparated", [&] { return std::exchange(given, true) ? "" : "x\ty\n"; });
    });
    CHECK(bad.of_a_value);
    CHECK(has(error_of([&] {
                open_clickhouse_streams(opened.url, Access::read)->give("insert into u", "TabSeparated", [] {
                  return std::string();
                });
              }),
              "164"));
  });
}

TEST_CASE("ClickHouse: the session knows what its server is") {
  on_both("clickhouse probe", [](Opened& opened) {
    const auto streams = open_clickhouse_streams(opened.url, Access::read);
    const auto& server = streams->server();
    CHECK(server.is_at_least(18, 16));
    CHECK(server.has_function("cityHash64"));
    CHECK(!server.has_function("no_such_function"));
    CHECK(server.has_setting("max_threads"));
    CHECK(!server.timezone.empty());
    const bool is_old = opened.server.kind() == Kind::debian;
    CHECK(server.is_at_least(20, 1) != is_old);
    CHECK(server.has_function("serverUUID") != is_old);
    CHECK(server.has_setting("mutations_sync") != is_old);
  });
}

TEST_CASE("ClickHouse: a database is told from another") {
  on_both("clickhouse identity", [](Opened& opened) {
    const auto session = opened.open();
    const auto first = session->place().identity();
    CHECK(first.at(0).first == "server_uuid");
    CHECK(first.at(0).second.empty() == (opened.server.kind() == Kind::debian));
    CHECK(opened.open()->place().likeness(first) == Likeness::same);
    Opened other(opened.server, "dmc_other");
    CHECK(other.open()->place().likeness(first) != Likeness::same);
    auto foreign = first;
    foreign.at(1).second = "another-host";
    CHECK(session->place().likeness(foreign) == Likeness::elsewhere);
    session->execute("drop database dmc_other", {});
  });
}

TEST_CASE("ClickHouse 18.16: an interrupt ends the statement on the server as well") {
  auto* server = clickhouse_or_skip(Kind::debian, "clickhouse interrupt");
  if (!server) return;
  Opened opened(*server, "dmc_test");
  const auto session = opened.open(), watcher = opened.open();
  const auto handle = session->place().handle();
  CHECK(handle.starts_with("dmc-"));
  CHECK(!watcher->place().alive(handle));
  std::thread interrupting([&] {
    while (!watcher->place().alive(handle)) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    session->interrupt();
  });
  const auto error = error_of([&] {
    session->query("select count() from (select sleep(1) from numbers(60)) settings max_block_size = 1", {});
  });
  interrupting.join();
  CHECK_MESSAGE(has(error, "cancelled, and the server executes it no more"), std::string(error.what()));
  CHECK(error.begun);
  CHECK(!error.retryable);
  CHECK(!watcher->place().alive(handle));
  CHECK(one(*session, "select 1") == Value(std::int64_t{1}));
}

TEST_CASE("ClickHouse 18.16: a deadline ends a statement, and a takeover ends those of another session") {
  auto* server = clickhouse_or_skip(Kind::debian, "clickhouse deadline");
  if (!server) return;
  const std::string slow = "select count() from (select sleep(1) from numbers(60)) settings max_block_size = 1";
  const auto open = [&](const std::string& options) {
    return connector()->open(server->at("default", "", options), Missing::refuse, Access::write);
  };
  const auto late = error_of([&] { open("?timeout=3")->query(slow, {}); });
  CHECK_MESSAGE(has(late, "no end within 3 s (timeout of the address), and the server executes it no more"),
                late.what());
  CHECK(late.begun);
  const auto old = open(""), next = open("");
  SessionError ended("nothing was thrown");
  std::thread working([&] { ended = error_of([&] { old->query(slow, {}); }); });
  while (!next->place().alive(old->place().handle())) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  next->place().end(old->place().handle());
  CHECK(!next->place().alive(old->place().handle()));
  working.join();
  CHECK(has(ended, "code 394 QUERY_WAS_CANCELLED"));
  CHECK_NOTHROW(next->place().end("no handle of ours"));
}

TEST_CASE("ClickHouse 18.16: who is let in, and who may only read") {
  auto* server = clickhouse_or_skip(Kind::debian, "clickhouse users");
  if (!server) return;
  const auto open = [&](const Url& url, Access access = Access::write) {
    return connector()->open(url, Missing::refuse, access);
  };
  CHECK(one(*open(server->at("default", "app:p%3Aw")),
            "select user from system.processes where query like '%processes%'") == Value(std::string("app")));
  for (const char* who : {"app:wrong", "app", "nobody:x"}) {
    const auto error = error_of([&] { open(server->at("default", who)); });
    is_in_golden(error, server->port());
  }
  is_in_golden(error_of([&] { open(server->at("no_such_database")); }), server->port());
  is_in_golden(error_of([&] { open(server->at("default", "reader:read")); }), server->port());
  const auto reader = open(server->at("default", "reader:read"), Access::read);
  CHECK(one(*reader, "select 1") == Value(std::int64_t{1}));
  CHECK(has(error_of([&] { reader->execute("create table x (a Int8) engine = Memory", {}); }), "164"));
  const dmc::tests::Folder folder;
  std::ofstream(folder.at("password")) << "p:w\n";
  CHECK_NOTHROW(open(server->at("default", "app", "?password_file=" + folder.at("password"))));
  CHECK(has(error_of([&] { open(server->at("default", "app", "?password_file=" + folder.at("none"))); }),
            "cannot be read"));
}

TEST_CASE("ClickHouse: compressed both ways it says the same") {
  on_both("clickhouse compression", [](Opened& opened) {
    const auto session = opened.open();
    session->execute("create table t (k UInt64) engine = MergeTree() order by k", {});
    if (opened.server.kind() == Kind::chdb) return;  // the test's own server packs nothing
    const auto url = opened.server.at("dmc_test", "", "?compression=gzip");
    const auto streams = open_clickhouse_streams(url, Access::write);
    int block = 0;
    streams->give("insert into t", "TabSeparated", [&] {
      std::string text;
      if (block++ < 20)
        for (int i = 0; i < 10'000; ++i) text += std::to_string(i) + "\n";
      return text;
    });
    std::int64_t count = 0;
    streams->read("select k from t", [&](const Row&) { ++count; });
    CHECK(count == 200'000);
    const auto packed = connector()->open(url, Missing::refuse, Access::write);
    CHECK(one(*packed, "select count() from t") == Value(std::int64_t{200'000}));
    CHECK(has(error_of([&] { packed->query("select * from nope", {}); }), "UNKNOWN_TABLE"));
    const auto behind = error_of(
        [&] { streams->read("select throwIf(number = 3000000) as x from numbers(4000000)", [](const Row&) {}); });
    CHECK_MESSAGE(has(behind, "code 395"), std::string(behind.what()));
  });
}

TEST_CASE("ClickHouse 18.16: with TLS both sides show who they are") {
  auto* server = clickhouse_or_skip(Kind::debian, "clickhouse TLS");
  if (!server) return;
  if (server->tls_port() == 0) return dmc::tests::skip("clickhouse TLS", "no openssl here to make certificates");
  const auto open = [&](const std::string& options) {
    return connector()->open(server->tls_at(options), Missing::refuse, Access::write);
  };
  const auto ours =
      "&certificate_file=" + server->certificate("client.pem") + "&key_file=" + server->certificate("client.key");
  CHECK(one(*open("?ca_file=" + server->certificate("ca.pem") + ours), "select 1") == Value(std::int64_t{1}));
  const auto foreign = error_of([&] { open("?ca_file=" + server->certificate("other.pem") + ours); });
  CHECK_MESSAGE(has(foreign, "[E0823]"), std::string(foreign.what()));
  CHECK_MESSAGE(has(foreign, "certificate"), std::string(foreign.what()));
  const auto unknown = error_of([&] { open("?ca_file=" + server->certificate("ca.pem")); });
  CHECK_MESSAGE(has(unknown, "[E0823]"), std::string(unknown.what()));
  const auto missing = error_of([&] { open("?ca_file=" + server->certificate("none.pem") + ours); });
  CHECK_MESSAGE(has(missing, "[E0823]"), std::string(missing.what()));
}

namespace {

/// Of this process, in MiB.
long resident() {
  std::ifstream in("/proc/self/statm");
  long whole = 0, pages = 0;
  in >> whole >> pages;
  return pages * 4 / 1024;
}

// What was given back the sanitizer keeps for a while, up to 256 MB of it.
#if defined(__SANITIZE_ADDRESS__)
constexpr long most_mb = 400;
#else
constexpr long most_mb = 24;
#endif

}  // namespace

TEST_CASE("ClickHouse: a stream of 200 MB leaves the process as small as it was") {
  on_both("clickhouse memory", [](Opened& opened) {
    const auto session = opened.open();
    session->execute("create table t (k UInt64, s String) engine = Null", {});
    const auto streams = open_clickhouse_streams(opened.url, Access::write);
    const long before = resident();
    long most = 0;
    std::int64_t count = 0;
    streams->read(
        "select number as k, "
        "'0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567' "
        "as s from numbers(2000000)",
        [&](const Row&) {
          if (++count % 50'000 == 0) most = std::max(most, resident() - before);
        });
    CHECK(count == 2'000'000);
    CHECK_MESSAGE(most < most_mb, most);
    if (opened.server.kind() == Kind::chdb) return;  // the test's own server keeps what it is given
    const std::string block(1'000'000, 'x');
    int blocks = 0;
    streams->give("insert into t", "TabSeparated", [&] {
      most = std::max(most, resident() - before);
      return blocks++ < 200 ? "1\t" + block + "\n" : std::string();
    });
    CHECK_MESSAGE(most < most_mb, most);
  });
}
