// Who holds a ClickHouse database, how another runner ends it, and what then still arrives.
#include <chrono>
#include <csignal>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "tests/support/clickhouse_opened.hpp"
#include "tests/support/http_server.hpp"

using namespace dmc::session;
using namespace dmc::session::on_clickhouse;

namespace {

const Holder somebody{4711, "db-host", "o'neil", "dmc \\ 1", "2026-01-02T03:04:05Z"};

std::int64_t ms_of(const std::function<void()>& act) {
  const auto begin = std::chrono::steady_clock::now();
  act();
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin).count();
}

/// A process that holds the database and tells so; then it sends an insert again and again.
class Runner {
 public:
  explicit Runner(const Url& url) {
    std::array<int, 2> told{};
    REQUIRE(::pipe(told.data()) == 0);
    process_ = ::fork();
    if (process_ == 0) {
      try {
        const auto connector = dmc::session::connector();
        const auto lock = connector->lock(url, {::getpid(), "here", "child", "dmc", ""});
        const auto session = connector->open(url, Missing::refuse, Access::write, lock.get());
        const auto handle = session->place().handle() + "\n";
        if (::write(told[1], handle.data(), handle.size()) < 0) ::_exit(1);
        while (true) {
          session->execute("insert into t values (1)", {});
          std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
      } catch (const std::exception& error) {
        const std::string text = error.what();
        static_cast<void>(::write(told[1], text.data(), text.size()));
      }
      ::_exit(1);
    }
    ::close(told[1]);
    from_ = told[0];
    for (char c = 0; ::read(from_, &c, 1) == 1 && c != '\n';) handle_ += c;
  }
  ~Runner() {
    signal(SIGKILL);
    if (process_ > 0) ::waitpid(process_, nullptr, 0);
    ::close(from_);
  }
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  void signal(int what) const {
    if (process_ > 0) ::kill(process_, what);
  }
  const std::string& handle() const { return handle_; }
  /// What it died of.
  std::string last_words() {
    std::string text;
    for (char c = 0; ::read(from_, &c, 1) == 1;) text += c;
    return text;
  }

 private:
  int process_ = -1, from_ = -1;
  std::string handle_;
};

Value rows(Session& session) { return one(session, "select count() from t"); }

void with_table(Opened& opened) {
  opened.open()->execute("create table t (n Int32) engine = MergeTree order by n", {});
}

}  // namespace

TEST_CASE("ClickHouse: one runner holds a database, everybody sees which, and what it gives back is free at once") {
  on_both("clickhouse lock", [](Opened& opened) {
    CHECK(opened.connector->holder(opened.url).host.empty());
    auto lock = opened.connector->lock(opened.url, somebody);
    CHECK(opened.connector->holder(opened.url) == somebody);
    try {
      opened.connector->lock(opened.url, {});
      FAIL("it was not refused");
    } catch (const TargetHeld& held) {
      CHECK(held.holder == somebody);
      CHECK(std::string(held.what()) ==
            "the target is held by dmc \\ 1 (process 4711 of o'neil on db-host) since 2026-01-02T03:04:05Z");
    }
    // Another database of the same server is somebody else's.
    const auto other = opened.server.at(make_database(opened.server, "dmc_test_other"));
    CHECK(opened.connector->holder(other).host.empty());
    opened.connector->lock(other, {});
    lock.reset();
    CHECK(ms_of([&] { opened.connector->lock(opened.url, {}); }) < 2500);
  });
}

TEST_CASE("ClickHouse: LCK-1 after its end a session can do nothing any more, whatever arrives") {
  on_both("clickhouse fence", [](Opened& opened) {
    with_table(opened);
    const auto lock = opened.connector->lock(opened.url, somebody);
    const auto session = opened.connector->open(opened.url, Missing::refuse, Access::write, lock.get());
    session->execute("insert into t values (1)", {});
    session->execute("set max_threads = 3", {});
    session->read_only(true);
    CHECK(error_of([&] { session->execute("insert into t values (1)", {}); }).begun == false);
    CHECK(rows(*session) == Value(std::int64_t{1}));
    session->read_only(false);
    CHECK(one(*session, "select value from system.settings where name = 'max_threads'") == Value(std::string("3")));
    const auto handle = session->place().handle();
    CHECK(handle.ends_with("@default"));

    const auto next = opened.connector->lock(opened.url, somebody, Held::end);
    const auto taker = opened.connector->open(opened.url, Missing::refuse, Access::write, next.get());
    CHECK(!taker->place().alive(handle));
    taker->place().end(taker->place().handle());  // itself: never
    for (int again = 0; again < 2; ++again) {
      taker->place().end(handle);
      for (const char* sql : {"insert into t values (2)", "create table u (n Int8) engine = Null", "drop table t",
                              "alter table t drop column n", "set readonly = 0"}) {
        const auto error = error_of([&] { session->execute(sql, {}); });
        CHECK_MESSAGE(has(error, "another runner has taken over"), sql << ": " << error.what());
        CHECK(!error.begun);
      }
      session->read_only(true);
      CHECK(has(error_of([&] { session->query("select 1", {}); }), "another runner has taken over"));
      session->read_only(false);
    }
    taker->execute("insert into t values (3)", {});
    CHECK(rows(*taker) == Value(std::int64_t{2}));
    CHECK_NOTHROW(taker->place().end("dmc-00000000deadbeef@default"));
    CHECK(has(error_of([&] { taker->place().end("dmc-00000000deadbeef@nobody"); }), "run as that user"));
  });
}

TEST_CASE("ClickHouse: a statement of the ended session ends first") {
  auto* server = clickhouse_or_skip(Kind::debian, "clickhouse: a statement that runs while its session is ended");
  if (!server) return;
  Opened opened(*server, "dmc_test");
  with_table(opened);
  const auto lock = opened.connector->lock(opened.url, somebody);
  const auto session = opened.connector->open(opened.url, Missing::refuse, Access::write, lock.get());
  const auto handle = session->place().handle();
  session->execute("set max_block_size = 1", {});
  std::thread long_one([&] {
    const auto error = error_of([&] {
      session->execute("insert into t select toInt32(number + sleepEachRow(0.02)) from system.numbers limit 100000",
                       {});
    });
    CHECK_MESSAGE(has(error, "394"), std::string(error.what()));
  });
  const auto taker = opened.open();
  for (int i = 0; i < 1000 && !taker->place().alive(handle); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  taker->place().end(handle);
  CHECK(!taker->place().alive(handle));
  const auto there = rows(*taker);
  long_one.join();
  CHECK(has(error_of([&] { session->execute("insert into t values (2)", {}); }), "another runner"));
  CHECK(rows(*taker) == there);
}

TEST_CASE("ClickHouse: a runner that was killed is gone in seconds, and one that stands still loses the database") {
  for (const auto kind : {Kind::debian, Kind::chdb}) {
    auto* server = clickhouse_or_skip(kind, "clickhouse: runners that are killed and frozen");
    if (!server) continue;
    Opened opened(*server, "dmc_test");
    with_table(opened);
    for (const int how : {SIGKILL, SIGSTOP}) {
      Runner runner(opened.url);
      CHECK_THROWS_AS(opened.connector->lock(opened.url, {}), TargetHeld);
      runner.signal(how);
      std::unique_ptr<Lock> lock;
      CHECK(ms_of([&] { lock = opened.connector->lock(opened.url, {}); }) < 5000);
      const auto session = opened.connector->open(opened.url, Missing::refuse, Access::write, lock.get());
      session->place().end(runner.handle());
      const auto there = rows(*session);
      if (how == SIGKILL) continue;
      runner.signal(SIGCONT);
      CHECK(runner.last_words().find("another runner has taken over") != std::string::npos);
      CHECK(rows(*session) == there);
    }
  }
}

TEST_CASE("ClickHouse: a mutation with the token of a step is work that goes on") {
  on_both("clickhouse mutations", [](Opened& opened) {
    opened.open()->execute("create table t (n Int32, s String) engine = MergeTree order by n", {});
    const auto session = opened.open();
    session->execute("insert into t select number, '' from numbers(10)", {});
    const std::string old = "dmc-00000000deadbeef@default";
    CHECK(!session->place().alive(old));
    // An older server waits for none, a newer one unless it is told not to.
    const bool waits =
        one(*session, "select count() from system.settings where name = 'mutations_sync'") != Value(std::int64_t{0});
    session->execute("alter table t update s = toString(sleepEachRow(0.1)) where n >= 0 and 'dmc:1:2' = 'dmc:1:2'" +
                         std::string(waits ? " settings mutations_sync = 0, alter_sync = 0" : ""),
                     {});
    CHECK(session->place().alive(old));
    session->place().end(old);
    CHECK(!session->place().alive(old));
    CHECK(one(*session, "select count() from t where s != ''") == Value(std::int64_t{10}));
  });
}
