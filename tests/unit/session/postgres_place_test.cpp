// Who may reach a PostgreSQL database, who holds it, and whether it is the one that it was.
#include <cstdlib>

#include "tests/unit/session/postgres_opened.hpp"

using namespace dmc::session;
using namespace dmc::session::on_postgres;

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
  CHECK(session->place().handle().starts_with(std::to_string(opened.connector->holder(opened.url).pid) + "/"));
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
  CHECK(!session->place().alive(old_session->place().handle()));
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
  const auto first = opened.open()->place().identity();
  CHECK(first.at(0).first == "system_identifier");
  CHECK(opened.open()->place().likeness(first) == Likeness::same);
  opened.server.drop("session_copy");
  opened.server.script("postgres", {"create database session_copy template session"});
  const auto copied = opened.connector->open(opened.server.at("session_copy"), Missing::refuse, Access::read);
  CHECK(copied->place().likeness(first) == Likeness::copy);
  opened.server.drop("session");
  CHECK(copied->place().likeness(first) == Likeness::elsewhere);
  auto foreign = first;
  foreign.at(0).second = "1";
  CHECK(copied->place().likeness(foreign) == Likeness::elsewhere);
  const auto mine = copied->place().identity();
  opened.server.drop("session_moved");
  opened.server.script("postgres",
                       {"select pg_terminate_backend(pid) from pg_stat_activity where datname = 'session_copy'"});
  opened.server.script("postgres", {"alter database session_copy rename to session_moved"});
  CHECK(opened.connector->open(opened.server.at("session_moved"), Missing::refuse, Access::read)
            ->place()
            .likeness(mine) == Likeness::same);
}

TEST_CASE("PostgreSQL: settings of the role and the database do not change what a statement means") {
  WITH_SERVER("postgres settings");
  opened.server.script(
      "postgres",
      {"alter database session set search_path = evil", "alter database session set datestyle = 'German'",
       "alter database session set session_replication_role = 'replica'",
       "alter database session set bytea_output = 'escape'", "alter database session set lock_timeout = 0"});
  const auto session = opened.open();
  CHECK(one(*session, "show search_path") == Value(std::string("")));
  CHECK(one(*session, "select '2026-01-02'::date::text") == Value(std::string("2026-01-02")));
  CHECK(one(*session, "show session_replication_role") == Value(std::string("origin")));
  CHECK(one(*session, "show lock_timeout") == Value(std::string("5s")));
  if (opened.server.major() >= 14)
    CHECK(one(*session, "show client_connection_check_interval") == Value(std::string("2s")));
  CHECK(one(*session, "show application_name") == Value(std::string("dmc")));
  session->execute("create table public.t (a bytea)", {});
  CHECK(one(*session, "select '\\x01'::bytea") == Value(Blob{"\x01"}));
}

TEST_CASE("PostgreSQL: what somebody made read-only is not written to") {
  WITH_SERVER("postgres read-only");
  opened.server.script("postgres", {"alter database session set default_transaction_read_only = on"});
  is_in_golden(opened.server, error_of([&] { opened.open(); }));
  opened.server.script("postgres", {"alter database session reset default_transaction_read_only"});
  CHECK_NOTHROW(opened.open());
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
  is_in_golden(opened.server, try_it(opened.server.tcp_url("session", "reader", "wrong-canary")));
  is_in_golden(opened.server, try_it(opened.server.tcp_url("session", "reader", "")));
  is_in_golden(opened.server, try_it(opened.server.tcp_url("no_such_database", "reader", "right-canary")));
  is_in_golden(opened.server, try_it("postgres://reader:canary@127.0.0.1:1/session"));
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
  is_in_golden(opened.server, error);
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
  const auto identity = session->place().identity();
  const auto handle = session->place().handle();
  session->execute("create table public.t (a int)", {});
  session->transaction(Transaction::begin);
  session->execute("insert into public.t values (1)", {});
  own.kill();
  CHECK(has(error_of([&] { session->transaction(Transaction::commit); }), "lost"));
  own.start();
  opened.url = own.at("session");
  const auto again = opened.connector->lock(opened.url, opened.holder);
  const auto next = opened.open(Access::write, again.get());
  CHECK(next->place().likeness(identity) == Likeness::same);
  CHECK(!next->place().alive(handle));
  CHECK(count(*next, "public.t") == 0);

  // LCK-4: nobody writes to a standby.
  own.become_standby();
  const auto error = error_of([&] { opened.connector->lock(own.at("session"), opened.holder); });
  CHECK_MESSAGE(has(error, "is a standby"), error.what());
  is_in_golden(own, error);
  CHECK(count(*opened.connector->open(own.at("session"), Missing::refuse, Access::read), "public.t") == 0);
}
