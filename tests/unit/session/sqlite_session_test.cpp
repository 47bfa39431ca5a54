#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>

#include <doctest/doctest.h>
#include <sqlite3.h>

#include "runtime/session/target.hpp"
#include "tests/support/small_world.hpp"

using namespace dmc::session;
using dmc::tests::Folder;

namespace {

struct Opened {
  Folder folder;
  std::unique_ptr<Connector> connector = dmc::session::connector();
  Url url{"sqlite", folder.at("shop.db")};
  std::unique_ptr<Session> open(Access access = Access::write) { return connector->open(url, Missing::create, access); }
};

std::string error_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const SessionError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("values come back as they were bound") {
  Opened opened;
  const auto session = opened.open();
  session->execute("create table t (a, b, c, d, e)");
  const std::vector<Value> row{nullptr, std::int64_t{-7}, 0.5, std::string("é'\n"), Blob{std::string("\0\xff", 2)}};
  CHECK(session->execute("insert into t values (?1, ?2, ?3, ?4, ?5)", row) == 1);
  CHECK(session->query("select * from t").rows.front() == row);
  CHECK(session->query("select * from t").columns == std::vector<std::string>{"a", "b", "c", "d", "e"});
}

TEST_CASE("rows changed are those of this statement") {
  Opened opened;
  const auto session = opened.open();
  session->execute("create table t (a)");
  CHECK(session->execute("insert into t values (1), (2), (3)") == 3);
  CHECK(session->execute("create table u (a)") == 0);
  CHECK(session->execute("update t set a = 9 where a > 5") == 0);
}

TEST_CASE("a database that may not grow any more says so when it commits") {
  Opened opened;
  const auto session = opened.open();
  session->transaction(Transaction::begin);
  session->execute("create table t as select zeroblob(100000) as a");
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  rlimit small = before;
  small.rlim_cur = 8192;
  setrlimit(RLIMIT_FSIZE, &small);
  const auto error = error_of([&] { session->transaction(Transaction::commit); });
  setrlimit(RLIMIT_FSIZE, &before);
  CHECK(error.find("the disk is full or a limit for files was reached, while committing") != std::string::npos);
}

TEST_CASE("a file that is no database is named, and no question of ours") {
  Opened opened;
  std::ofstream(opened.url.location) << std::string(4096, 'x');
  CHECK(error_of([&] { opened.open(); }) == "the file is not an SQLite database: " + opened.url.location);
}

TEST_CASE("a text holds one statement") {
  Opened opened;
  const auto session = opened.open();
  session->execute("create table t (a); -- and nothing else\n");
  CHECK(error_of([&] { session->execute("insert into t values (1); delete from t"); }).find("holds several") !=
        std::string::npos);
  CHECK(error_of([&] { session->execute("insert into t values (1); nonsense"); }).find("holds several") !=
        std::string::npos);
  CHECK(error_of([&] { session->execute("  -- nothing"); }).find("no statement") != std::string::npos);
  CHECK(session->query("select * from t").rows.empty());
}

TEST_CASE("a step cannot begin or end a transaction itself") {
  Opened opened;
  const auto session = opened.open();
  for (const char* verb : {"begin", "commit", "rollback", "end"})
    CHECK(error_of([&] { session->execute(verb); }).find("may not begin or end") != std::string::npos);
  session->transaction(Transaction::begin);
  CHECK(session->in_transaction());
  CHECK(error_of([&] { session->execute("commit"); }).find("may not begin or end") != std::string::npos);
  CHECK(session->in_transaction());
  session->transaction(Transaction::rollback);
  CHECK(!session->in_transaction());
  session->transaction(Transaction::rollback);
}

TEST_CASE("a check can look and nothing else") {
  Opened opened;
  const auto session = opened.open();
  session->execute("create table t (a)");
  session->execute("insert into t values (1)");
  session->transaction(Transaction::begin);
  session->read_only(true);
  CHECK(session->query("select a from t").rows.size() == 1);
  CHECK(session->query("select name from pragma_table_info('t')").rows.size() == 1);
  CHECK(session->query("pragma foreign_key_check").rows.empty());
  CHECK(session->query("pragma user_version").rows.size() == 1);
  for (const char* sql : {"delete from t", "drop table t", "pragma user_version = 7", "pragma query_only = 0", "commit",
                          "attach 'x' as x", "insert into t values (2) returning a", "pragma journal_mode = wal",
                          "pragma foreign_keys = 0", "savepoint s", "create temp table x (a)", "vacuum",
                          "update sqlite_master set sql = null"})
    CHECK_MESSAGE(error_of([&] { session->query(sql); }) != "no error", sql);
  CHECK(session->in_transaction());
  session->read_only(false);
  CHECK(session->execute("insert into t values (2)") == 1);
  session->transaction(Transaction::commit);
  CHECK(session->query("select * from t").rows.size() == 2);
}

TEST_CASE("a write statement that was prepared before cannot be used by a check") {
  Opened opened;
  const auto session = opened.open();
  session->execute("create table t (a)");
  const std::vector<Value> one{std::int64_t{1}};
  session->execute("insert into t values (?1)", one);
  session->read_only(true);
  CHECK(error_of([&] { session->execute("insert into t values (?1)", one); }) != "no error");
  session->read_only(false);
  CHECK(session->query("select * from t").rows.size() == 1);
}

TEST_CASE("a session for reading writes nothing") {
  Opened opened;
  opened.open()->execute("create table t (a)");
  const auto session = opened.open(Access::read);
  CHECK(error_of([&] { session->execute("insert into t values (1)"); }).find("cannot be written") != std::string::npos);
  session->read_only(true);
  session->read_only(false);
  CHECK(error_of([&] { session->execute("insert into t values (1)"); }).find("cannot be written") != std::string::npos);
}

TEST_CASE("a locked database may be tried again, a constraint may not") {
  Opened opened;
  const auto one = opened.open();
  const auto two = opened.open();
  one->execute("create table t (a unique)");
  two->execute("pragma busy_timeout = 1");
  one->transaction(Transaction::begin);
  try {
    two->transaction(Transaction::begin);
    FAIL("two writers");
  } catch (const SessionError& error) {
    CHECK(error.retryable);
    CHECK(!error.transaction_lost);
  }
  one->execute("insert into t values (1)");
  one->transaction(Transaction::commit);
  try {
    two->execute("insert into t values (1)");
    FAIL("a duplicate");
  } catch (const SessionError& error) {
    CHECK(!error.retryable);
    CHECK(std::string(error.what()) == "UNIQUE constraint failed: t.a: insert into t values (1)");
  }
}

TEST_CASE("STP-2: an engine that ended the transaction itself says so") {
  Opened opened;
  const auto session = opened.open();
  session->execute("create table t (a unique)");
  session->execute("insert into t values (1)");
  session->transaction(Transaction::begin);
  try {
    session->execute("insert or rollback into t values (1)");
    FAIL("a duplicate");
  } catch (const SessionError& error) {
    CHECK(error.transaction_lost);
  }
  CHECK(!session->in_transaction());
}

TEST_CASE("errors name the statement, shortened, and no value of a row") {
  Opened opened;
  const auto session = opened.open();
  session->execute("create table t (a text check (length(a) < 3))");
  const std::vector<Value> value{std::string("secret value")};
  const auto text = error_of([&] { session->execute("insert into t values (?1)", value); });
  CHECK(text.find("CHECK constraint failed") == 0);
  CHECK(text.find("secret") == std::string::npos);
  const auto lengthy = error_of([&] { session->execute("select\n   " + std::string(500, 'x')); });
  CHECK(lengthy.size() < 400);
  CHECK(lengthy.ends_with("…"));
}

TEST_CASE("a missing database, a folder and a file of something else are told apart") {
  Opened opened;
  CHECK_THROWS_AS(opened.connector->open(opened.url, Missing::refuse, Access::write), TargetMissing);
  CHECK_THROWS_AS(opened.connector->open(opened.url, Missing::create, Access::read), TargetMissing);
  CHECK(!std::filesystem::exists(opened.url.location));
  CHECK_THROWS_AS(opened.connector->open({"sqlite", opened.folder.at("no/such/x.db")}, Missing::refuse, Access::write),
                  TargetMissing);
  CHECK(error_of([&] {
          opened.connector->open({"sqlite", opened.folder.at(".")}, Missing::refuse, Access::write);
        }).find("folder") != std::string::npos);
  std::ofstream(opened.folder.at("text.db")) << std::string(5000, 'x');
  CHECK(error_of([&] {
          opened.connector->open({"sqlite", opened.folder.at("text.db")}, Missing::refuse, Access::write);
        }).find("not an SQLite database") != std::string::npos);
}

TEST_CASE("an interrupt from another thread cancels the statement in flight") {
  Opened opened;
  const auto session = opened.open();
  Stop stop;
  const Stop::InFlight in_flight(stop, *session);
  stop.signal();
  CHECK(stop.requested());
  CHECK(!stop.immediately());
  // An interrupt that comes before the statement begins is none, so a busy machine may need another.
  std::atomic<bool> over = false;
  std::thread other([&] {
    while (!over) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      stop.signal();
    }
  });
  CHECK(error_of([&] {
          session->query("with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n");
        }).find("cancelled") == 0);
  over = true;
  other.join();
}

TEST_CASE("what a schema says may call every function of SQLite, in checks too") {
  Opened opened;
  const auto session = opened.open();
  session->execute("create table t (a check (json_valid(a)))");
  session->execute("create view v as select json_extract(a, '$.b') as b from t");
  CHECK(session->execute("insert into t values ('{\"b\": 1}')") == 1);
  session->read_only(true);
  CHECK(session->query("select b from v").rows.front() == std::vector<Value>{std::int64_t{1}});
}

TEST_CASE("a stored text that SQLite does not take is no damaged file") {
  Opened opened;
  sqlite3* raw = nullptr;
  REQUIRE(sqlite3_open(opened.url.location.c_str(), &raw) == SQLITE_OK);
  sqlite3_exec(raw,
               "create table t (a); pragma writable_schema = 1; update sqlite_schema set sql = 'create table t (a,,)'",
               nullptr, nullptr, nullptr);
  sqlite3_close(raw);
  CHECK(error_of([&] { opened.open(); }).find("malformed database schema (t)") == 0);
}

TEST_CASE("a view that cannot be read and stands in the way of another table is named, with what to do") {
  Opened opened;
  const auto session = opened.open();
  session->execute("create table t (a, b)");
  session->execute("create view bad as select * from nope");
  const auto said = [&](const std::string& sql) { return error_of([&] { session->execute(sql); }); };
  CHECK(
      said("alter table t rename to u") ==
      "error in view bad: no such table: main.nope (SQLite alters no table as long as it cannot read view bad: drop or "
      "mend that first): alter table t rename to u");
  session->execute("drop view bad");
  session->execute("create view reader as select b from t");
  CHECK(said("alter table t drop column b") ==
        "error in view reader after drop column: no such column: b: alter table t drop column b");
}

TEST_CASE("identity tells a file from its copy") {
  Opened opened;
  const auto first = opened.open()->place().identity();
  CHECK(first.front().first == "path");
  std::filesystem::copy_file(opened.url.location, opened.folder.at("copy.db"));
  CHECK(first != opened.connector->open({"sqlite", opened.folder.at("copy.db")}, Missing::refuse, Access::read)
                     ->place()
                     .identity());
  std::filesystem::create_symlink(opened.url.location, opened.folder.at("link.db"));
  CHECK(first == opened.connector->open({"sqlite", opened.folder.at("link.db")}, Missing::refuse, Access::read)
                     ->place()
                     .identity());
}

TEST_CASE("one runner at a time, by whatever path it comes") {
  Opened opened;
  opened.open();
  const Holder holder{42, "host", "someone", "dmc 0.1.0", "2026-01-02T03:04:05Z"};
  auto lock = opened.connector->lock(opened.url, holder);
  std::filesystem::create_symlink(opened.url.location, opened.folder.at("link.db"));
  for (const auto& path : {opened.url.location, opened.folder.at("link.db")}) try {
      opened.connector->lock({"sqlite", path}, holder);
      FAIL("two holders");
    } catch (const TargetHeld& held) {
      CHECK(held.holder == holder);
      CHECK(std::string(held.what()).find("process 42 of someone on host") != std::string::npos);
    }
  CHECK(opened.connector->holder(opened.url) == holder);
  lock.reset();
  CHECK(opened.connector->holder(opened.url).pid == 0);
  CHECK(std::filesystem::exists(opened.url.location + "-dmc"));
  CHECK_NOTHROW(opened.connector->lock(opened.url, holder));
}

TEST_CASE("the lock of a database that is not there yet is the same one") {
  Opened opened;
  const Holder holder{1, "", "", "", ""};
  const auto lock = opened.connector->lock(opened.url, holder);
  opened.open();
  CHECK_THROWS_AS(opened.connector->lock(opened.url, holder), TargetHeld);
}

TEST_CASE("a name in double quotes that nothing has is an error, not a text") {
  Opened opened;
  const auto session = opened.open();
  session->execute("create table t (a)");
  CHECK(error_of([&] { session->execute("delete from t where \"bb\" <> 'y'"); }).find("no such column: bb") !=
        std::string::npos);
  CHECK(error_of([&] { session->execute("create table u (a check (\"zip\" <> ''))"); }).find("no such column: zip") !=
        std::string::npos);
}

TEST_CASE("what an old schema says in double quotes keeps its meaning") {
  Opened opened;
  sqlite3* old = nullptr;
  REQUIRE(sqlite3_open(opened.folder.at("shop.db").c_str(), &old) == SQLITE_OK);
  REQUIRE(sqlite3_exec(old,
                       "create table t (a check (\"zip\" <> a)); create table log (b); create view v as select \"hey\" "
                       "as h, a from t; create trigger g after insert on t begin insert into log values (\"yo\"); end;",
                       nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(old);
  const auto session = opened.open();
  CHECK(session->execute("insert into \"t\" (\"a\") values ('q')") == 1);
  CHECK(session->query("select b from log").rows.front() == std::vector<Value>{std::string("yo")});
  CHECK(session->query("select \"h\" from v").rows.front() == std::vector<Value>{std::string("hey")});
  CHECK(error_of([&] { session->execute("insert into t values (\"wrong\")"); }).find("no such column: wrong") !=
        std::string::npos);
  session->execute("alter table log rename to record");
  session->execute("alter table t add column c");
  session->execute("alter table t drop column c");
  CHECK(session->execute("insert into t values ('r')") == 1);
  CHECK(session->query("select count(*) from record").rows.front() == std::vector<Value>{std::int64_t{2}});
}
