#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

#include <doctest/doctest.h>

#include "runtime/session/postgres_errors.hpp"
#include "runtime/session/target.hpp"
#include "tests/support/postgres_proxy.hpp"
#include "tests/support/postgres_server.hpp"

using namespace dmc::session;
using dmc::tests::postgres_or_skip;
using dmc::tests::PostgresServer;

namespace {

struct Opened {
  explicit Opened(PostgresServer& server, const std::string& name = "session")
      : server(server), url(server.make(name)) {}
  std::unique_ptr<Session> open(Access access = Access::write, Lock* lock = nullptr) {
    return connector->open(url, Missing::refuse, access, lock);
  }
  PostgresServer& server;
  std::unique_ptr<Connector> connector = dmc::session::connector();
  Url url;
  Holder holder{1, "host", "tester", "dmc test", ""};
};

#define WITH_SERVER(name)                                \
  PostgresServer* server_found = postgres_or_skip(name); \
  if (!server_found) return;                             \
  Opened opened(*server_found)

template <class Act>
SessionError error_of(Act act) {
  try {
    act();
  } catch (const SessionError& error) {
    return error;
  }
  return SessionError("nothing was thrown");
}

bool has(const SessionError& error, const std::string& text) {
  return std::string(error.what()).find(text) != std::string::npos;
}

Value one(Session& session, const std::string& sql, std::vector<Value> parameters = {}) {
  return session.query(sql, parameters).rows.at(0).at(0);
}

std::int64_t count(Session& session, const std::string& table) {
  return std::get<std::int64_t>(one(session, "select count(*) from " + table));
}

}  // namespace

TEST_CASE("PostgreSQL: values come back as they are, and parameters become what the statement makes of them") {
  WITH_SERVER("postgres values");
  const auto session = opened.open();
  const auto row = session
                       ->query(
                           "select 7::smallint, 8::bigint, 0.5::float8, 12.50::numeric, true, null, 'é', "
                           "'\\x00ff'::bytea, '2026-01-02 03:04:05+00'::timestamptz, 5::oid",
                           {})
                       .rows.at(0);
  CHECK(row == Row{std::int64_t{7}, std::int64_t{8}, 0.5, std::string("12.50"), std::int64_t{1}, nullptr,
                   std::string("é"), Blob{std::string("\0\xff", 2)}, std::string("2026-01-02 03:04:05+00"),
                   std::int64_t{5}});
  session->execute(
      "create table public.t (i integer, b bigint, d real, n numeric, f boolean, x text, y bytea, w timestamptz, u "
      "uuid)",
      {});
  const std::vector<Value> values{std::int64_t{-3},
                                  std::int64_t{1} << 60,
                                  0.1,
                                  std::string("0.1"),
                                  std::int64_t{1},
                                  std::string("it's \"x\""),
                                  Blob{std::string("a\0b", 3)},
                                  std::string("2026-01-02 03:04:05+00"),
                                  std::string("00000000-0000-0000-0000-000000000001")};
  CHECK(session->execute("insert into public.t values ($1, $2, $3, $4, $5, $6, $7, $8, $9)", values) == 1);
  const auto back = session->query("select * from public.t", {});
  CHECK(back.columns.at(1) == "b");
  CHECK(std::equal(values.begin(), values.end(), back.rows.at(0).begin()));
  CHECK(session
            ->query("select 1 from public.t where d = $1 and u = $2 and w <= $3",
                    std::vector<Value>{0.1, values[8], values[7]})
            .rows.size() == 1);
  CHECK(session->execute("update public.t set i = i + $1 - 1", std::vector<Value>{std::int64_t{2}}) == 1);
  CHECK(session->execute("delete from public.t where i = 0", {}) == 0);
  CHECK(session->execute("select * from public.t", {}) == 0);
  CHECK(has(error_of([&] { session->query("select $1::text", std::vector<Value>{std::string("a\0b", 3)}); }),
            "zero byte"));
}

TEST_CASE("PostgreSQL: a message holds one statement") {
  WITH_SERVER("postgres one statement");
  const auto session = opened.open();
  CHECK(has(error_of([&] { session->execute("select 1; select 2", {}); }), "multiple commands"));
  CHECK(has(error_of([&] { session->execute("-- nothing", {}); }), "there is no statement"));
  CHECK(has(error_of([&] { session->execute("copy pg_catalog.pg_class to stdout", {}); }), "cannot copy rows"));
  session->execute("create table public.t (a int)", {});
  CHECK(has(error_of([&] { session->execute("copy public.t from stdin", {}); }), "dmc sends no rows"));
  CHECK(count(*session, "public.t") == 0);
}

TEST_CASE("PostgreSQL: a transaction ends as it was begun, and whoever failed in it commits nothing") {
  WITH_SERVER("postgres transactions");
  const auto session = opened.open();
  session->execute("create table public.t (a int primary key)", {});
  session->transaction(Transaction::begin);
  CHECK(session->in_transaction());
  session->execute("insert into public.t values (1)", {});
  session->transaction(Transaction::rollback);
  CHECK(!session->in_transaction());
  CHECK_NOTHROW(session->transaction(Transaction::rollback));
  session->transaction(Transaction::begin);
  session->execute("insert into public.t values (1)", {});
  const auto error = error_of([&] { session->execute("insert into public.t values (1)", {}); });
  CHECK(has(error, "t_pkey"));
  CHECK(!has(error, "(a)=(1)"));
  CHECK(!error.retryable);
  CHECK(!error.transaction_lost);
  CHECK(!session->in_transaction());
  const auto lost = error_of([&] { session->transaction(Transaction::commit); });
  CHECK(lost.transaction_lost);
  CHECK(has(lost, "nothing of it stays"));
  CHECK(count(*session, "public.t") == 0);
}

TEST_CASE("STP-2 PostgreSQL: no statement ends the transaction that it is in") {
  WITH_SERVER("postgres transaction verbs");
  const auto session = opened.open();
  session->execute("create table public.t (a int)", {});
  session->execute(
      "create procedure public.p() language plpgsql as 'begin insert into public.t values (2); commit; end'", {});
  session->transaction(Transaction::begin);
  session->execute("insert into public.t values (1)", {});
  for (const char* verb :
       {"commit and chain", " /* a /* b */ c */ COMMIT", "-- x\nrollback", "end", "abort", "begin", "start transaction",
        "savepoint s", "release s", "rollback to s", "prepare transaction 'x'"}) {
    const auto error = error_of([&] { session->execute(verb, {}); });
    CHECK_MESSAGE(has(error, "may not begin, divide or end"), verb);
    CHECK(!error.begun);
    CHECK(session->in_transaction());
  }
  CHECK(has(error_of([&] { session->execute("call public.p()", {}); }), "invalid transaction termination"));
  session->transaction(Transaction::rollback);
  CHECK(count(*session, "public.t") == 0);
  CHECK(transaction_verb("prepare p as select 1").empty());
  CHECK(transaction_verb("ended").empty());
  CHECK(transaction_verb("(select 1)").empty());
}

TEST_CASE("STP-1 PostgreSQL: what is asked changes nothing, inside a transaction and outside") {
  WITH_SERVER("postgres read only");
  const auto session = opened.open();
  session->execute("create table public.t (a int)", {});
  session->execute(
      "create function public.f() returns int language sql as 'insert into public.t values (7) returning a'", {});
  for (const bool inside : {false, true}) {
    if (inside) session->transaction(Transaction::begin);
    session->read_only(true);
    CHECK(count(*session, "public.t") == 0);
    const auto error = error_of([&] { session->query("select public.f()", {}); });
    CHECK_MESSAGE(has(error, "a question may not change anything"), error.what());
    session->read_only(false);
    CHECK(session->in_transaction() == inside);
    // It cannot be switched off from within.
    session->read_only(true);
    CHECK(count(*session, "public.t") == 0);
    CHECK_THROWS_AS(session->execute("set transaction read write", {}), SessionError);
    session->read_only(false);
    CHECK(session->execute("insert into public.t values (1)", {}) == 1);
    session->read_only(true);
    session->read_only(true);
    session->read_only(false);
    CHECK_THROWS_AS(session->execute("delete from public.t", {}), SessionError);
    session->read_only(false);
    if (inside) session->transaction(Transaction::commit);
    CHECK(count(*session, "public.t") == 1);
    session->execute("delete from public.t", {});
  }
  const auto reader = opened.open(Access::read);
  CHECK_THROWS_AS(reader->execute("insert into public.t values (1)", {}), SessionError);
}

TEST_CASE("PostgreSQL: what was never begun is told from what was") {
  WITH_SERVER("postgres begun");
  const auto session = opened.open();
  session->execute("create table public.t (a int)", {});
  session->execute("insert into public.t values (1), (1)", {});
  session->execute("create role nobody_in_particular", {});
  for (const char* sql : {"selec 1", "select * from public.nothing", "create table public.t (a int)",
                          "drop table public.nothing", "create index concurrently on public.nothing (a)"})
    CHECK_MESSAGE(!error_of([&] { session->execute(sql, {}); }).begun, sql);
  CHECK(error_of([&] { session->execute("create unique index concurrently i on public.t (a)", {}); }).begun);
  CHECK(count(*session, "pg_index where indexrelid = 'public.i'::regclass and not indisvalid") == 1);
  session->transaction(Transaction::begin);
  const auto inside = error_of([&] { session->execute("vacuum public.t", {}); });
  CHECK(!inside.begun);
  CHECK(has(inside, "cannot run inside a transaction block"));
  session->transaction(Transaction::rollback);
  session->execute(
      "create function public.g() returns int language plpgsql as 'begin return (select a from nowhere); end'", {});
  CHECK(error_of([&] { session->execute("select public.g()", {}); }).begun);
  session->execute("set role nobody_in_particular", {});
  const auto refused = error_of([&] { session->execute("drop table public.t", {}); });
  CHECK(!refused.begun);
  session->execute("reset role", {});
  session->execute("drop role nobody_in_particular", {});
}

TEST_CASE("PostgreSQL: no value of a row stands in an error") {
  WITH_SERVER("postgres values in errors");
  const auto session = opened.open();
  session->execute("create table public.t (a text)", {});
  session->execute("insert into public.t values ('canary-value')", {});
  const auto error = error_of([&] { session->execute("alter table public.t alter a type int using a::int", {}); });
  CHECK_MESSAGE(!has(error, "canary"), error.what());
  CHECK_MESSAGE(has(error, "invalid input syntax for type integer"), error.what());
  const auto asked = error_of([&] { session->query("select a::date from public.t", {}); });
  CHECK_MESSAGE(!has(asked, "canary"), asked.what());
}

TEST_CASE("PostgreSQL: a wait for a lock ends in time and names who stood in the way") {
  WITH_SERVER("postgres lock wait");
  const auto session = opened.open();
  session->execute("create table public.t (a int)", {});
  const auto blocker = opened.open();
  blocker->execute("set application_name = 'shop-frontend'", {});
  blocker->transaction(Transaction::begin);
  blocker->execute("lock table public.t in access share mode", {});
  session->execute("set lock_timeout = 400", {});
  const auto begin = std::chrono::steady_clock::now();
  session->transaction(Transaction::begin);
  const auto error = error_of([&] { session->execute("alter table public.t add b int", {}); });
  const auto waited = std::chrono::steady_clock::now() - begin;
  CHECK(error.retryable);
  CHECK(waited >= std::chrono::milliseconds(400));
  CHECK(waited < std::chrono::milliseconds(2500));
  CHECK_MESSAGE(has(error, "it is held by process " + blocker->handle().substr(0, blocker->handle().find('/')) +
                               " (shop-frontend, role postgres), in a transaction since"),
                error.what());
  CHECK(has(error, "idle since"));
  CHECK(!has(error, "lock table"));
  session->transaction(Transaction::rollback);
  blocker->transaction(Transaction::rollback);
  session->execute("alter table public.t add b int", {});
}

TEST_CASE("PostgreSQL: a deadlock and a failed serialization may be tried again") {
  WITH_SERVER("postgres deadlock");
  const auto one = opened.open(), two = opened.open();
  one->execute("create table public.t (a int primary key, b int)", {});
  one->execute("insert into public.t values (1, 0), (2, 0)", {});
  one->transaction(Transaction::begin);
  two->transaction(Transaction::begin);
  one->execute("update public.t set b = 1 where a = 1", {});
  two->execute("update public.t set b = 2 where a = 2", {});
  SessionError first("nothing was thrown"), second("nothing was thrown");
  std::thread other([&] {
    first = error_of([&] { one->execute("update public.t set b = 1 where a = 2", {}); });
    one->transaction(Transaction::rollback);
  });
  second = error_of([&] { two->execute("update public.t set b = 2 where a = 1", {}); });
  two->transaction(Transaction::rollback);
  other.join();
  const auto& victim = has(first, "deadlock") ? first : second;
  CHECK_MESSAGE(has(victim, "deadlock"), victim.what());
  CHECK(victim.retryable);
}

TEST_CASE("PostgreSQL: another thread and a second signal cancel the statement in flight") {
  WITH_SERVER("postgres interrupt");
  const auto session = opened.open();
  Stop stop;
  const Stop::InFlight in_flight(stop, *session);
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    stop.signal();
    stop.signal();
  });
  const auto begin = std::chrono::steady_clock::now();
  const auto error = error_of([&] { session->query("select pg_sleep(20)", {}); });
  other.join();
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
  CHECK_MESSAGE(std::string(error.what()) == "cancelled: select pg_sleep(20)", error.what());
  CHECK(!error.retryable);
  CHECK(one(*session, "select 1") == Value(std::int64_t{1}));
  session->execute("set statement_timeout = 50", {});
  CHECK(has(error_of([&] { session->query("select pg_sleep(20)", {}); }), "cancelled by the server"));
}

TEST_CASE("PostgreSQL: a session that the server ended says so, and nothing reconnects") {
  WITH_SERVER("postgres terminated");
  const auto session = opened.open(), other = opened.open();
  session->transaction(Transaction::begin);
  session->execute("create table public.t (a int)", {});
  CHECK(other->alive(session->handle()));
  other->end(session->handle());
  CHECK(!other->alive(session->handle()));
  const auto error = error_of([&] { session->execute("insert into public.t values (1)", {}); });
  CHECK_MESSAGE(has(error, "the connection to the server was lost"), error.what());
  CHECK(error.transaction_lost);
  CHECK(!error.retryable);
  CHECK(!session->in_transaction());
  CHECK(has(error_of([&] { session->query("select 1", {}); }), "connection to the server was lost"));
  CHECK(other->query("select 1 from pg_class where relname = 't'", {}).rows.empty());
}

TEST_CASE("PostgreSQL: handles are of one session only") {
  WITH_SERVER("postgres handles");
  const auto session = opened.open(), other = opened.open();
  CHECK(session->handle() != other->handle());
  CHECK(session->alive(session->handle()));
  CHECK(!session->alive("1/20260101000000000000"));
  const auto pid = other->handle().substr(0, other->handle().find('/'));
  CHECK(!session->alive(pid + "/20200101000000000000"));
  session->end(pid + "/20200101000000000000");
  CHECK(session->alive(other->handle()));
  for (const char* foreign : {"", "/", "x/y", "99999999999999999999/z", "-1/2"}) CHECK(!session->alive(foreign));
}

TEST_CASE("PostgreSQL: the change lock lives in the session that acts") {
  WITH_SERVER("postgres lock");
  auto lock = opened.connector->lock(opened.url, opened.holder);
  try {
    opened.connector->lock(opened.url, opened.holder);
    FAIL("two hold it");
  } catch (const TargetHeld& held) {
    CHECK(held.holder.user == "postgres");
    CHECK(held.holder.runner == "dmc");
    CHECK(held.holder.pid == opened.connector->holder(opened.url).pid);
  }
  auto session = opened.open(Access::write, lock.get());
  CHECK(session->handle().starts_with(std::to_string(opened.connector->holder(opened.url).pid) + "/"));
  // A session that goes leaves no transaction behind on the connection of the lock.
  session->transaction(Transaction::begin);
  session = opened.open(Access::write, lock.get());
  CHECK(!session->in_transaction());
  lock.reset();
  CHECK(opened.connector->holder(opened.url).pid != 0);
  session.reset();
  CHECK_NOTHROW(opened.connector->lock(opened.url, opened.holder));
  // Another database is another target.
  const auto here = opened.connector->lock(opened.url, opened.holder);
  const auto elsewhere = opened.server.make("session_other");
  CHECK_NOTHROW(opened.connector->lock(elsewhere, opened.holder));
}

TEST_CASE("LCK-1 PostgreSQL: a takeover ends the session that holds the lock, and it does nothing more") {
  WITH_SERVER("postgres takeover");
  const auto old_lock = opened.connector->lock(opened.url, opened.holder);
  const auto old_session = opened.open(Access::write, old_lock.get());
  old_session->transaction(Transaction::begin);
  old_session->execute("create table public.t (a int)", {});
  const auto lock = opened.connector->lock(opened.url, opened.holder, Held::end);
  const auto session = opened.open(Access::write, lock.get());
  CHECK(!session->alive(old_session->handle()));
  CHECK_THROWS_AS(old_session->transaction(Transaction::commit), SessionError);
  CHECK(session->query("select 1 from pg_class where relname = 't'", {}).rows.empty());
  CHECK(has(error_of([&] { opened.open(Access::write, old_lock.get()); }), "lock was lost"));
}

TEST_CASE("PostgreSQL: a worker of an old run keeps the target held") {
  WITH_SERVER("postgres workers");
  const auto worker = opened.open();
  worker->query("select pg_advisory_lock_shared(1684890467, 1)", {});
  CHECK_THROWS_AS(opened.connector->lock(opened.url, opened.holder), TargetHeld);
  CHECK_NOTHROW(opened.connector->lock(opened.url, opened.holder, Held::end));
  CHECK_THROWS_AS(worker->query("select 1", {}), SessionError);
}

TEST_CASE("PostgreSQL: a database is told from its copy, its dump and its new name") {
  WITH_SERVER("postgres identity");
  const auto first = opened.open()->identity();
  CHECK(first.at(0).first == "system_identifier");
  CHECK(opened.open()->likeness(first) == Likeness::same);
  opened.server.script("postgres", {"drop database if exists session_copy with (force)",
                                    "create database session_copy template session"});
  const auto copied = opened.connector->open(opened.server.at("session_copy"), Missing::refuse, Access::read);
  CHECK(copied->likeness(first) == Likeness::copy);
  opened.server.script("postgres", {"drop database session with (force)"});
  CHECK(copied->likeness(first) == Likeness::elsewhere);
  auto foreign = first;
  foreign.at(0).second = "1";
  CHECK(copied->likeness(foreign) == Likeness::elsewhere);
  const auto mine = copied->identity();
  opened.server.script("postgres", {"drop database if exists session_moved with (force)"});
  opened.server.script("postgres",
                       {"select pg_terminate_backend(pid) from pg_stat_activity where datname = 'session_copy'"});
  opened.server.script("postgres", {"alter database session_copy rename to session_moved"});
  CHECK(opened.connector->open(opened.server.at("session_moved"), Missing::refuse, Access::read)->likeness(mine) ==
        Likeness::same);
}

TEST_CASE("PostgreSQL: settings of the role and the database do not change what a statement means") {
  WITH_SERVER("postgres settings");
  opened.server.script(
      "postgres",
      {"alter database session set search_path = evil", "alter database session set datestyle = 'German'",
       "alter database session set session_replication_role = 'replica'",
       "alter database session set default_transaction_read_only = on",
       "alter database session set bytea_output = 'escape'", "alter database session set lock_timeout = 0"});
  const auto session = opened.open();
  CHECK(one(*session, "show search_path") == Value(std::string("")));
  CHECK(one(*session, "select '2026-01-02'::date::text") == Value(std::string("2026-01-02")));
  CHECK(one(*session, "show session_replication_role") == Value(std::string("origin")));
  CHECK(one(*session, "show lock_timeout") == Value(std::string("5s")));
  CHECK(one(*session, "show client_connection_check_interval") == Value(std::string("2s")));
  CHECK(one(*session, "show application_name") == Value(std::string("dmc")));
  session->execute("create table public.t (a bytea)", {});
  CHECK(one(*session, "select '\\x01'::bytea") == Value(Blob{"\x01"}));
}

TEST_CASE("SEC-1 PostgreSQL: who is not let in learns why, and no password is repeated") {
  WITH_SERVER("postgres login");
  opened.server.script("postgres", {"drop role if exists reader", "create role reader login password 'right-canary'"});
  const auto try_it = [&](const std::string& text) {
    std::string reason;
    const auto url = parse_url(text, reason);
    REQUIRE_MESSAGE(url, reason);
    CHECK(url->shown().find("canary") == std::string::npos);
    const auto error = error_of([&] { opened.connector->open(*url, Missing::refuse, Access::write); });
    CHECK_MESSAGE(!has(error, "canary"), error.what());
    return error;
  };
  CHECK(has(try_it(opened.server.tcp_url("session", "reader", "right-canary")), "nothing was thrown"));
  CHECK(has(try_it(opened.server.tcp_url("session", "reader", "wrong-canary")), "[E0822]"));
  CHECK(has(try_it(opened.server.tcp_url("session", "reader", "")), "[E0822]"));
  CHECK(has(try_it(opened.server.tcp_url("no_such_database", "reader", "right-canary")), "[E0824]"));
  CHECK(has(try_it("postgres://reader:canary@127.0.0.1:1/session"), "[E0823]"));
  const auto unknown = try_it("postgres://reader:canary@no-such-host.invalid/session");
  CHECK_MESSAGE(has(unknown, "[E0823]"), unknown.what());
  // What a person's shell has set for other programs leads nowhere else.
  ::setenv("PGPASSWORD", "right-canary", 1);
  ::setenv("PGOPTIONS", "-c search_path=evil", 1);
  ::setenv("PGDATABASE", "postgres", 1);
  const auto fresh = connector();
  std::string reason;
  CHECK(has(error_of([&] {
              fresh->open(*parse_url(opened.server.tcp_url("session", "reader", ""), reason), Missing::refuse,
                          Access::write);
            }),
            "[E0822]"));
  CHECK(std::getenv("PGOPTIONS") == nullptr);
}

TEST_CASE("LCK-4 PostgreSQL: through a pooler nothing is done") {
  WITH_SERVER("postgres pooler");
  bool pooled = true;
  // A pooler makes up the key of the session, as PgBouncer does: 'K', its length, a process number.
  dmc::tests::PostgresProxy proxy(opened.server.socket_path(), [&](std::string& piece) {
    const std::string head("K\0\0\0\x0c", 5);
    if (const auto at = piece.find(head); pooled && at != std::string::npos) piece[at + 8] ^= 0x55;
    return true;
  });
  const auto error = error_of([&] { opened.connector->open(proxy.at("session"), Missing::refuse, Access::write); });
  CHECK_MESSAGE(has(error, "a pooler stands between"), error.what());
  CHECK(has(error, "[E0820]"));
  CHECK(has(error_of([&] { opened.connector->lock(proxy.at("session"), opened.holder); }), "[E0820]"));
  pooled = false;
  CHECK_NOTHROW(opened.connector->open(proxy.at("session"), Missing::refuse, Access::write));
}

TEST_CASE("PostgreSQL: a server that was killed and is back is the same target, and its sessions are gone") {
  if (!postgres_or_skip("postgres killed server")) return;
  PostgresServer own;
  Opened opened(own);
  const auto lock = opened.connector->lock(opened.url, opened.holder);
  const auto session = opened.open(Access::write, lock.get());
  const auto identity = session->identity();
  const auto handle = session->handle();
  session->execute("create table public.t (a int)", {});
  session->transaction(Transaction::begin);
  session->execute("insert into public.t values (1)", {});
  own.kill();
  CHECK(has(error_of([&] { session->transaction(Transaction::commit); }), "lost"));
  own.start();
  opened.url = own.at("session");
  const auto again = opened.connector->lock(opened.url, opened.holder);
  const auto next = opened.open(Access::write, again.get());
  CHECK(next->likeness(identity) == Likeness::same);
  CHECK(!next->alive(handle));
  CHECK(count(*next, "public.t") == 0);

  // LCK-4: nobody writes to a standby.
  own.become_standby();
  const auto error = error_of([&] { opened.connector->lock(own.at("session"), opened.holder); });
  CHECK_MESSAGE(has(error, "is a standby"), error.what());
  CHECK(has(error, "[E0821]"));
  CHECK(count(*opened.connector->open(own.at("session"), Missing::refuse, Access::read), "public.t") == 0);
}
