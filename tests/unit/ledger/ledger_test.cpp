#include <algorithm>
#include <chrono>
#include <limits>
#include <thread>

#include <doctest/doctest.h>

#include "compiler/plan/plan.hpp"
#include "runtime/ledger/sql_ledger.hpp"
#include "runtime/session/sqlite_session.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/small_world.hpp"

using namespace dmc;
using namespace dmc::ledger;

namespace {

plan::Step step(const std::string& id) {
  plan::Step step;
  step.id = id;
  return step;
}

/// The same contract on every engine whose ledger is kept in transactions.
struct Sqlite {
  static constexpr std::string_view engine = "sqlite";
  static constexpr std::string_view prefix = "_dmc_";
  static bool here() { return true; }
  std::unique_ptr<session::Session> open() {
    return session::open_sqlite(folder.at("t.db"), session::Missing::create, session::Access::write);
  }
  tests::Folder folder;
};

struct Postgres {
  static constexpr std::string_view engine = "postgres";
  static constexpr std::string_view prefix = "dmc.";
  static bool here() { return tests::postgres_or_skip("a case of the ledger on PostgreSQL") != nullptr; }
  std::unique_ptr<session::Session> open() {
    return session::connector()->open(url, session::Missing::refuse, session::Access::write);
  }
  static session::Url fresh() {
    static int made = 0;
    return tests::postgres_or_skip("")->make("ledger_" + std::to_string(++made));
  }
  session::Url url = fresh();
};

template <class Engine>
struct Fixture {
  Engine engine;
  std::unique_ptr<session::Session> session = engine.open();
  SqlLedger ledger{*session, *statements_of(Engine::engine)};
  std::int64_t epoch = 0;

  Fixture() {
    session->execute(Engine::engine == "sqlite" ? "pragma busy_timeout = 0" : "set lock_timeout = 100");
    Unit transaction(ledger);
    Identity identity;
    identity.project = "tests";
    identity.database = "shop";
    identity.facts = {{"path", "/x"}, {"inode", "7"}};
    ledger.create({identity, "sha256:a", "1", "sqlite 3"});
    transaction.commit();
    epoch = ledger.take_over("{}", 0);
  }
  static std::string table(const std::string& name) { return std::string(Engine::prefix) + name; }
  Grip begin(const std::string& plan = "sha256:p") {
    Unit transaction(ledger);
    ledger.begin(epoch, "sha256:a", plan, "sha256:b", "scope");
    const Grip grip{epoch, ledger.target().generation};
    ledger.insert_steps(grip, {step("one"), step("two")});
    transaction.commit();
    return grip;
  }
  void in_transaction(const std::function<void()>& body) {
    Unit transaction(ledger);
    body();
    transaction.commit();
  }
  void set(const Grip& grip, const std::string& id, State from, State to) {
    in_transaction([&] { ledger.move_step(grip, id, from, to, true); });
  }
};

}  // namespace

TEST_CASE_TEMPLATE("a new ledger says who and where it is", Engine, Sqlite, Postgres) {
  if (!Engine::here()) return;
  Fixture<Engine> f;
  CHECK(f.ledger.exists());
  const auto target = f.ledger.target();
  CHECK(target.format == ledger_format);
  CHECK(target.identity.project == "tests");
  CHECK(target.identity.facts.at(1) == std::vector<std::string>{"inode", "7"});
  CHECK(target.identity.target_id.size() == 32);
  CHECK(target.at_hash == "sha256:a");
  CHECK(!target.moving);
  CHECK(target.epoch == 1);
  CHECK(target.generation == 0);
}

TEST_CASE_TEMPLATE("two ledgers are two targets", Engine, Sqlite, Postgres) {
  if (!Engine::here()) return;
  CHECK(Fixture<Engine>().ledger.target().identity.target_id != Fixture<Engine>().ledger.target().identity.target_id);
}

TEST_CASE_TEMPLATE("PLN-4 a target remembers the newest index that a run came with, and moves for no older one", Engine,
                   Sqlite, Postgres) {
  if (!Engine::here()) return;
  Fixture<Engine> f;
  CHECK(f.ledger.target().index_seq == 0);
  const auto index = [](std::optional<std::int64_t> sequence, const std::string& hash) {
    return sequence ? std::optional(SealedIndex{*sequence, hash}) : std::nullopt;
  };
  const auto begin = [&](std::optional<std::int64_t> sequence, const std::string& hash = "sha256:1a") {
    Unit transaction(f.ledger);
    f.ledger.begin(f.epoch, f.ledger.target().at_hash, "sha256:p", "sha256:b", "", index(sequence, hash));
    const Grip grip{f.epoch, f.ledger.target().generation};
    f.ledger.end(grip, "sha256:p", true, "2", "sha256:b", "n");
    transaction.commit();
    return f.ledger.target().index_seq;
  };
  CHECK(begin(5) == 5);
  CHECK(begin(5) == 5);
  CHECK_THROWS_AS(begin(4), Fenced);
  CHECK_THROWS_AS(begin(5, "sha256:2b"), Fenced);
  CHECK(f.ledger.target().index_hash == "sha256:1a");
  CHECK(begin(std::nullopt) == 5);
  CHECK(begin(9) == 9);
  const auto undo = [&](std::optional<std::int64_t> sequence, const std::string& hash = "sha256:1a") {
    Unit transaction(f.ledger);
    f.ledger.begin_undo({f.epoch, f.ledger.target().generation}, "sha256:b", "sha256:p", "sha256:a", 1, "",
                        index(sequence, hash));
    transaction.commit();
  };
  CHECK_THROWS_AS(undo(8), Fenced);
  CHECK_THROWS_AS(undo(9, "sha256:2b"), Fenced);
  CHECK(!f.ledger.target().moving);
  undo(10);
  CHECK(f.ledger.target().index_seq == 10);
}

TEST_CASE_TEMPLATE("MRK-1: the marker moves only from where it is, and only with the holder's epoch", Engine, Sqlite,
                   Postgres) {
  if (!Engine::here()) return;
  Fixture<Engine> f;
  const auto refused = [&](const std::function<void()>& move) {
    Unit transaction(f.ledger);
    CHECK_THROWS_AS(move(), Fenced);
  };
  refused([&] { f.ledger.begin(f.epoch, "sha256:other", "sha256:p", "sha256:b", ""); });
  refused([&] { f.ledger.begin(f.epoch - 1, "sha256:a", "sha256:p", "sha256:b", ""); });
  refused([&] { f.ledger.end({f.epoch, 0}, "sha256:p", true, "2", "sha256:b", "n"); });
  const auto grip = f.begin();
  CHECK(grip.generation == 1);
  CHECK(f.ledger.target().moving == Moving{"sha256:p", "sha256:b", true, 1, false});
  CHECK(f.ledger.target().at_hash == "sha256:a");
  refused([&] { f.ledger.begin(f.epoch, "sha256:a", "sha256:q", "sha256:c", ""); });
  refused([&] { f.ledger.end(grip, "sha256:p", true, "2", "sha256:b", "n"); });
  f.set(grip, "one", State::absent, State::done);
  f.set(grip, "two", State::absent, State::found);
  refused([&] { f.ledger.end(grip, "sha256:q", true, "2", "sha256:b", "n"); });
  refused([&] { f.ledger.end(grip, "sha256:p", false, "2", "sha256:b", "n"); });
  refused([&] { f.ledger.end({grip.epoch + 1, grip.generation}, "sha256:p", true, "2", "sha256:b", "n"); });
  refused([&] { f.ledger.turn(grip, "sha256:p", false, "sha256:a", 1); });
  f.in_transaction([&] { f.ledger.end(grip, "sha256:p", true, "2", "sha256:b", "n"); });
  CHECK(f.ledger.target().at_hash == "sha256:b");
  CHECK(f.ledger.target().at_name == "2");
  CHECK(!f.ledger.target().moving);
  refused([&] { f.ledger.begin_undo({f.epoch, 0}, "sha256:b", "sha256:p", "sha256:a", 1, ""); });
  f.in_transaction([&] { f.ledger.begin_undo(grip, "sha256:b", "sha256:p", "sha256:a", 1, ""); });
  CHECK(f.ledger.target().generation == 1);
  refused([&] { f.ledger.end(grip, "sha256:p", false, "1", "sha256:a", "n"); });
}

TEST_CASE_TEMPLATE("turning keeps the generation, and waits for what is in doubt", Engine, Sqlite, Postgres) {
  if (!Engine::here()) return;
  Fixture<Engine> f;
  const auto grip = f.begin();
  f.set(grip, "one", State::absent, State::in_doubt);
  {
    Unit transaction(f.ledger);
    CHECK_THROWS_AS(f.ledger.turn(grip, "sha256:p", true, "sha256:a", 1), Fenced);
  }
  f.set(grip, "one", State::in_doubt, State::done);
  f.in_transaction([&] { f.ledger.turn(grip, "sha256:p", true, "sha256:a", 1); });
  CHECK(f.ledger.target().moving == Moving{"sha256:p", "sha256:a", false, 1, false});
  f.in_transaction([&] { f.ledger.turn(grip, "sha256:p", false, "sha256:b", 1); });
  CHECK(f.ledger.target().moving->forward);
}

TEST_CASE_TEMPLATE("parking and stages are moves too", Engine, Sqlite, Postgres) {
  if (!Engine::here()) return;
  Fixture<Engine> f;
  const auto grip = f.begin();
  f.in_transaction([&] { f.ledger.park(grip, "sha256:p", 1, "s1", "n"); });
  CHECK(f.ledger.target().moving->parked);
  {
    Unit transaction(f.ledger);
    CHECK_THROWS_AS(f.ledger.park(grip, "sha256:p", 1, "s1", "n"), Fenced);
  }
  f.in_transaction([&] { f.ledger.stage(grip, "sha256:p", 1, 2); });
  CHECK(f.ledger.target().moving == Moving{"sha256:p", "sha256:b", true, 2, false});
  Unit transaction(f.ledger);
  CHECK_THROWS_AS(f.ledger.stage(grip, "sha256:p", 1, 2), Fenced);
}

TEST_CASE_TEMPLATE("LED-2: a step goes from a state once, and an old holder moves nothing", Engine, Sqlite, Postgres) {
  if (!Engine::here()) return;
  Fixture<Engine> f;
  const auto grip = f.begin();
  f.set(grip, "one", State::absent, State::done);
  CHECK_THROWS_AS(f.set(grip, "one", State::absent, State::done), Fenced);
  CHECK_THROWS_AS(f.set({grip.epoch, grip.generation + 1}, "one", State::done, State::absent), Fenced);
  CHECK_THROWS_AS(f.set(grip, "three", State::absent, State::done), Fenced);
  f.epoch = f.ledger.take_over("{}", f.epoch);
  Unit transaction(f.ledger);
  CHECK_THROWS_AS(f.ledger.fence(grip), Fenced);
  CHECK_NOTHROW(f.ledger.fence({f.epoch, grip.generation}));
  CHECK_THROWS_AS(f.ledger.fence({f.epoch, grip.generation + 1}), Fenced);
  CHECK_THROWS_AS(f.ledger.set_facts({f.epoch, grip.generation}, "one", State::done, {}, 5), Fenced);
}

TEST_CASE_TEMPLATE("facts come back as they were written", Engine, Sqlite, Postgres) {
  if (!Engine::here()) return;
  Fixture<Engine> f;
  const auto grip = f.begin();
  Facts facts;
  facts.forward.bound = {"i:5", "t:x"};
  facts.forward.rows = 12;
  facts.reverse.watermark = std::vector<std::string>{};
  facts.required = {{"id", 3, "step", 9}};
  f.in_transaction([&] {
    f.ledger.move_step(grip, "one", State::absent, State::intended, true);
    f.ledger.set_facts(grip, "one", State::intended, facts, std::nullopt);
  });
  auto row = f.ledger.step(grip.generation, "one");
  REQUIRE(row);
  CHECK(row->facts == facts);
  CHECK(row->attempt == 1);
  CHECK(!row->seq);
  f.in_transaction([&] { f.ledger.set_facts(grip, "one", State::intended, facts, 4); });
  f.in_transaction([&] { f.ledger.set_facts(grip, "one", State::intended, facts, std::nullopt); });
  CHECK(f.ledger.step(grip.generation, "one")->seq == 4);
  CHECK(f.ledger.steps(grip.generation).size() == 2);
  CHECK(!f.ledger.step(grip.generation, "three"));
}

TEST_CASE_TEMPLATE("MRK-4: the history verifies from the first move on, and shows where it was touched", Engine, Sqlite,
                   Postgres) {
  if (!Engine::here()) return;
  Fixture<Engine> f;
  for (const char* kind : {"adopt", "begin", "end"})
    f.in_transaction([&] {
      Move move;
      move.move = kind;
      move.epoch = f.epoch;
      move.at = "2026-01-02T03:04:05Z";
      f.ledger.remember(move);
    });
  CHECK(!f.ledger.broken_chain());
  CHECK(f.ledger.moves().size() == 3);
  const auto seq = f.ledger.moves().at(1).first.seq;
  CHECK(f.ledger.moves().at(2).first.previous == f.ledger.moves().at(1).second);
  f.session->execute("update " + f.table("history") + " set actor = 'nobody' where move = 'begin'");
  CHECK(*f.ledger.broken_chain() ==
        "entry " + std::to_string(seq) + " (begin, 2026-01-02T03:04:05Z) is not what was written then");
  f.session->execute("delete from " + f.table("history") + " where move = 'begin'");
  CHECK(f.ledger.broken_chain()->find("does not follow the entry before it") != std::string::npos);
}

TEST_CASE("a transaction that is left rolls back, and one that the engine ended is not committed") {
  Fixture<Sqlite> f;
  f.session->execute("create table t (a unique)");
  f.session->execute("insert into t values (1)");
  {
    Unit transaction(f.ledger);
    f.session->execute("insert into t values (2)");
  }
  CHECK(f.session->query("select * from t").rows.size() == 1);
  Unit transaction(f.ledger);
  try {
    f.session->execute("insert or rollback into t values (1)");
  } catch (const session::SessionError&) {
  }
  CHECK_THROWS_AS(transaction.still_open("the insert"), session::SessionError);
  CHECK_THROWS_AS(transaction.commit(), session::SessionError);
}

TEST_CASE_TEMPLATE("a newer ledger, and one that was edited by hand, are refused in words", Engine, Sqlite, Postgres) {
  if (!Engine::here()) return;
  Fixture<Engine> f;
  const auto grip = f.begin();
  f.session->execute("update " + f.table("step") + " set facts = '{}' where step = 'one'");
  CHECK_THROWS_AS(f.ledger.step(grip.generation, "one"), LedgerError);
  f.session->execute("update " + f.table("target") + " set identity = 'nonsense'");
  CHECK_THROWS_AS(f.ledger.target(), LedgerError);
  f.session->execute("update " + f.table("target") + " set ledger_format = 3");
  CHECK_THROWS_AS(f.ledger.target(), NewerLedger);
  f.session->execute("delete from " + f.table("target"));
  CHECK_THROWS_AS(f.ledger.target(), LedgerError);
}

TEST_CASE_TEMPLATE("what else it keeps: plans, objects, gates, leftovers, backups, attempts", Engine, Sqlite,
                   Postgres) {
  if (!Engine::here()) return;
  Fixture<Engine> f;
  const auto grip = f.begin();
  const std::string bytes("{\"a\":\"\xc3\xa9\"}\0x", 13);
  BackupHeader header{"_dmc_backup_1", 1, "one", "sha256:p", "table t", {"a int", "b \"x\""}, 7, "now"};
  f.in_transaction([&] {
    f.ledger.put_plan("sha256:p", bytes);
    f.ledger.put_plan("sha256:p", bytes);
    f.ledger.put_object("table t", "s1", "n", 1);
    f.ledger.put_object("table t", "s2", "n", 2);
    f.ledger.put_object("view v", "s3", "n", 2);
    f.ledger.drop_object("view v");
    f.ledger.put_gate(grip, {"g", "{}", std::nullopt});
    f.ledger.put_leftover({1, "one", "table", "_dmc_x", "purge"});
    f.ledger.put_leftover({1, "two", "table", "_dmc_x", "change"});
    f.ledger.put_backup(header);
    f.ledger.put_attempt(grip, {"one", 1, true, 42, "dmc", "t1", std::nullopt, std::nullopt, std::nullopt});
    f.ledger.end_attempt(grip, {"one", 1, true, 42, "dmc", "t1", "t2", "failed", "why"});
  });
  CHECK(f.ledger.plan("sha256:p") == bytes);
  CHECK(!f.ledger.plan("sha256:q"));
  CHECK(f.ledger.objects() == std::vector<ObjectRow>{{"table t", "s2"}});
  f.in_transaction([&] {
    f.ledger.put_prints({{"table t", "p"}});
    f.ledger.put_object("table t", "s2", "n", 3);
  });
  CHECK(f.ledger.objects() == std::vector<ObjectRow>{{"table t", "s2", "p"}});
  f.in_transaction([&] { f.ledger.put_object("table t", "s3", "n", 4); });
  CHECK(f.ledger.objects() == std::vector<ObjectRow>{{"table t", "s3"}});
  CHECK(f.ledger.gates(1) == std::vector<GateRow>{{"g", "{}"}});
  CHECK(f.ledger.leftovers() == std::vector<LeftoverRow>{{1, "two", "table", "_dmc_x", "change"}});
  CHECK(f.ledger.backups() == std::vector<BackupHeader>{header});
  CHECK(f.ledger.attempts(1).at(0).error == "why");
  f.in_transaction([&] {
    f.ledger.drop_leftover("table", "_dmc_x");
    f.ledger.drop_backup("_dmc_backup_1");
    f.ledger.drop_gate(grip, "g");
  });
  CHECK(f.ledger.leftovers().empty());
  CHECK(f.ledger.backups().empty());
  CHECK(f.ledger.gates(1).empty());
}

TEST_CASE("key values survive as text, exactly") {
  for (const session::Value& value : std::vector<session::Value>{
           nullptr, std::int64_t{0}, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(),
           0.1, -0.0, 1e300, std::string(), std::string("i:5"), std::string("é\n\0x", 5), std::string("\xff"),
           session::Blob{}, session::Blob{std::string("\0\xfe", 2)}}) {
    const auto text = encoded(value);
    const auto back = decoded(text);
    REQUIRE_MESSAGE(back, text);
    CHECK_MESSAGE(*back == value, text);
    CHECK(std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; }));
  }
  for (const char* text : {"", "x", "i:", "i:1x", "q:1", "b:0", "b:zz", "d:", "nn"})
    CHECK_MESSAGE(!decoded(text), text);
}

TEST_CASE("every table of the ledger is one that no step may name") {
  Fixture<Sqlite> f;
  const auto* statements = statements_of("sqlite");
  for (const auto& row : f.session->query("select name from sqlite_schema where type = 'table'").rows) {
    const auto& name = std::get<std::string>(row.at(0));
    CHECK_MESSAGE(std::find(statements->tables.begin(), statements->tables.end(), name) != statements->tables.end(),
                  name);
  }
  CHECK(statements_of("oracle") == nullptr);
}

TEST_CASE("the ledger on PostgreSQL is a schema that is nobody else's, and one word tells a step that names it") {
  if (!Postgres::here()) return;
  Fixture<Postgres> f;
  CHECK(keeper_of("postgres")->tables.size() == 1);
  CHECK(keeper_of("postgres")->tables.front() == "dmc");
  const auto rows =
      f.session->query("select relname::text from pg_class where relnamespace = 'dmc'::regnamespace and relkind = 'r'");
  CHECK(rows.rows.size() == statements_of("postgres")->tables.size());
  f.session->execute("drop role if exists somebody");
  f.session->execute("create role somebody");
  CHECK(f.session->query("select has_schema_privilege('somebody', 'dmc', 'usage')").rows.at(0).at(0) ==
        session::Value(std::int64_t{0}));
  f.session->execute("drop role somebody");
  f.session->execute("drop table dmc.flow");
  CHECK_THROWS_AS(f.ledger.exists(), LedgerError);
  f.session->execute("drop schema dmc cascade");
  CHECK(!f.ledger.exists());
}

TEST_CASE(
    "LCK-1 PostgreSQL: a takeover waits for a transaction that was fenced, and the next one of that holder is "
    "refused") {
  if (!Postgres::here()) return;
  Fixture<Postgres> f;
  const auto grip = f.begin();
  const auto other_session = f.engine.open();
  SqlLedger other(*other_session, postgres_statements());
  {
    Unit transaction(f.ledger);
    f.ledger.fence(grip);
    f.ledger.move_step(grip, "one", State::absent, State::done, true);
    other.limits(100, std::nullopt);
    try {
      other.take_over("{}", grip.epoch);
      FAIL("it did not wait");
    } catch (const session::SessionError& error) {
      CHECK(error.retryable);
    }
    std::thread taking([&] {
      other.limits(20'000, std::nullopt);
      other.take_over("{}", grip.epoch);
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    transaction.commit();
    taking.join();
  }
  CHECK(other.step(grip.generation, "one")->state == State::done);
  Unit transaction(f.ledger);
  CHECK_THROWS_AS(f.ledger.fence(grip), Fenced);
  CHECK_THROWS_AS(f.ledger.remember({.move = "word",
                                     .from_hash = {},
                                     .to_hash = {},
                                     .plan = {},
                                     .forward = true,
                                     .generation = 1,
                                     .epoch = grip.epoch,
                                     .run_id = {},
                                     .actor = {},
                                     .at = {},
                                     .evidence = {},
                                     .previous = {}}),
                  Fenced);
}

TEST_CASE("LED-2 PostgreSQL: of two who claim a step at once one waits, and finds it claimed") {
  if (!Postgres::here()) return;
  Fixture<Postgres> f;
  const auto grip = f.begin();
  const auto other_session = f.engine.open();
  SqlLedger other(*other_session, postgres_statements());
  Unit first(f.ledger);
  f.ledger.move_step(grip, "one", State::absent, State::done, true);
  std::thread second([&] {
    Unit unit(other);
    CHECK_THROWS_AS(other.move_step(grip, "one", State::absent, State::done, true), Fenced);
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  first.commit();
  second.join();
  CHECK(f.ledger.step(grip.generation, "one")->attempt == 1);
}

TEST_CASE(
    "an object's print goes with its state, on PostgreSQL as on SQLite; numbers of the sequence are never given "
    "twice") {
  if (!Postgres::here()) return;
  Fixture<Postgres> f;
  const auto first = f.ledger.next_seq();
  {
    Unit left(f.ledger);
    CHECK(f.ledger.next_seq() == first + 1);
  }
  CHECK(f.ledger.next_seq() == first + 2);
  CHECK(f.ledger.target().seq == first + 2);
}
