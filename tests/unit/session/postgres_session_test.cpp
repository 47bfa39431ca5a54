// Statements, transactions, errors and interrupts of a session with a real PostgreSQL server.
#include <algorithm>
#include <chrono>
#include <thread>

#include "tests/unit/session/postgres_opened.hpp"

using namespace dmc::session;
using namespace dmc::session::on_postgres;

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

TEST_CASE("PostgreSQL: a value that does not fit is told from what is not there") {
  WITH_SERVER("postgres values that do not fit");
  const auto session = opened.open();
  for (const char* sql : {"select 'a'::int", "select 99999::smallint", "select 1 / 0", "select '2026-02-30'::date"})
    CHECK_MESSAGE(error_of([&] { session->query(sql, {}); }).of_a_value, sql);
  for (const char* sql : {"select * from public.nothing", "select 'a'::public.nothing", "selec 1"})
    CHECK_MESSAGE(!error_of([&] { session->query(sql, {}); }).of_a_value, sql);
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

TEST_CASE("PostgreSQL: what others depend on is told with who they are") {
  WITH_SERVER("postgres dependants");
  const auto session = opened.open();
  session->execute("create table public.t (a int)", {});
  session->execute("create view public.v as select a from public.t", {});
  session->execute("create view public.w as select a from public.v", {});
  const auto two = error_of([&] { session->execute("drop table public.t", {}); });
  CHECK(std::string(two.what()) ==
        "cannot drop table public.t because other objects depend on it (view public.v depends on table public.t; view "
        "public.w depends on view public.v): drop table public.t");
  for (int i = 1; i <= 6; ++i)
    session->execute("create view public.v" + std::to_string(i) + " as select a from public.t", {});
  const auto many = error_of([&] { session->execute("alter table public.t drop column a", {}); });
  CHECK_MESSAGE(has(many, "(view public.v depends on column a of table public.t; "), many.what());
  CHECK_MESSAGE(has(many, "; and 3 more): alter table"), many.what());
  // Of other failures the detail stays untold: it may hold a row.
  session->execute("create table public.k (a int primary key)", {});
  session->execute("insert into public.k values (4711)", {});
  CHECK(!has(error_of([&] { session->execute("insert into public.k values (4711)", {}); }), "4711)="));
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
  CHECK_MESSAGE(
      has(error, "it is held by process " + blocker->place().handle().substr(0, blocker->place().handle().find('/')) +
                     " (shop-frontend, role postgres), in a transaction since"),
      error.what());
  CHECK(has(error, "idle since"));
  CHECK(!has(error, "lock table"));
  session->transaction(Transaction::rollback);
  blocker->transaction(Transaction::rollback);
  session->execute("alter table public.t add b int", {});
}

TEST_CASE("PostgreSQL: who waits for a lock in front of us is not named as its holder") {
  WITH_SERVER("postgres lock queue");
  const auto session = opened.open();
  session->execute("create table public.t (a int)", {});
  const auto holder = opened.open(), queued = opened.open(), looker = opened.open();
  const auto pid = [](const auto& one) { return one->place().handle().substr(0, one->place().handle().find('/')); };
  holder->transaction(Transaction::begin);
  holder->execute("lock table public.t in access share mode", {});
  queued->execute("set lock_timeout = 20000", {});
  std::thread waits([&] { queued->execute("alter table public.t add b int", {}); });
  const auto is_queued = "select 1 from pg_locks where not granted and pid = " + pid(queued);
  for (int tries = 0; tries < 500 && looker->query(is_queued, {}).rows.empty(); ++tries)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  session->execute("set lock_timeout = 400", {});
  session->transaction(Transaction::begin);
  const auto error = error_of([&] { session->execute("alter table public.t add c int", {}); });
  session->transaction(Transaction::rollback);
  holder->transaction(Transaction::rollback);
  waits.join();
  CHECK_MESSAGE(has(error, "it is held by process " + pid(holder) + " "), error.what());
  CHECK_MESSAGE(!has(error, "process " + pid(queued)), error.what());
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
  CHECK(other->place().alive(session->place().handle()));
  other->place().end(session->place().handle());
  CHECK(!other->place().alive(session->place().handle()));
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
  CHECK(session->place().handle() != other->place().handle());
  CHECK(session->place().alive(session->place().handle()));
  CHECK(!session->place().alive("1/20260101000000000000"));
  const auto pid = other->place().handle().substr(0, other->place().handle().find('/'));
  CHECK(!session->place().alive(pid + "/20200101000000000000"));
  session->place().end(pid + "/20200101000000000000");
  CHECK(session->place().alive(other->place().handle()));
  for (const char* foreign : {"", "/", "x/y", "99999999999999999999/z", "-1/2"})
    CHECK(!session->place().alive(foreign));
}
