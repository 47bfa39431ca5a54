// The protocol of runtime.md on a real PostgreSQL server: every event of a run, with each mishap at it.
#include <atomic>
#include <chrono>
#include <thread>

#include <doctest/doctest.h>

#include "tests/support/postgres_proxy.hpp"
#include "tests/unit/executor/postgres_plans.hpp"

using namespace dmc;
using namespace dmc::tests;
using namespace dmc::tests::on_postgres;
using executor::Options;

TEST_CASE("SRV: a plan runs on PostgreSQL, is there, is taken back and runs once more") {
  WITH_WORLD("postgres run and undo", "run_undo");
  const auto plans = everything();
  world.begin_with(with_rows(), plans);
  auto result = world.run(plans);
  REQUIRE_MESSAGE(result.exit_code == 0, text(result));
  CHECK(people(world) == as_changed);
  CHECK(world.states() == "done done done done");
  result = world.run(plans);
  CHECK(result.targets.front().verdict == executor::Verdict::already_there);
  const auto verified = world.verify();
  CHECK_MESSAGE(verified.exit_code == 0, verified.text);
  // LED-6: run, undo, run ends with the effects of one run.
  result = world.undo(plans, all_lossy());
  REQUIRE_MESSAGE(result.exit_code == 0, text(result));
  CHECK(people(world) == as_made);
  result = world.run(plans);
  REQUIRE_MESSAGE(result.exit_code == 0, text(result));
  CHECK(people(world) == as_changed);
  CHECK(world.one("select generation from dmc.target") == "2");
  CHECK(world.rows("select move from dmc.history order by seq") ==
        std::vector<std::string>{"adopt", "begin", "end", "begin", "end", "begin", "end"});
  CHECK(world.verify().exit_code == 0);
}

TEST_CASE("SRV: whoever looks at the server sees which plan is at work, and in which epoch") {
  WITH_WORLD("postgres application_name", "announced");
  PlanMaker maker(base);
  auto look = sql_step(
      "look", {"insert into seen select application_name from pg_stat_activity where pid = pg_backend_pid()"}, {});
  look.scratch = std::vector<std::string>{};
  const auto plans = maker.on("postgres").add(look).make();
  auto statements = base;
  world.begin_with(statements, plans);
  server_found->script(world.database, {"create unlogged table dmc.seen (name text)",
                                        "create view public.seen as select * from dmc.seen"});
  const auto result = world.run(plans);
  REQUIRE_MESSAGE(result.exit_code == 0, text(result));
  const auto hash = plans.forward.hash.substr(plans.forward.hash.find(':') + 1, 12);
  CHECK(world.one("select name from dmc.seen") == "dmc/" + hash + "/1");
}

TEST_CASE("SRV LED-1 LED-4: a run that breaks off at any event is ended by the next one") {
  WITH_WORLD("postgres faults", "faults");
  const auto plans = everything();
  world.begin_with(with_rows(), plans);
  server_found->script("postgres", {"create database faults_base template faults"});
  const auto again = [&] {
    server_found->script(
        "postgres", {drop_sessions("faults"), "drop database faults", "create database faults template faults_base"});
    // A copy in place of its original: what tells it from a copy is the number of the database.
    server_found->script("faults",
                         {"update dmc.target set identity = regexp_replace(identity, '\"database_oid\",\"[0-9]+\"', "
                          "'\"database_oid\",\"' || (select oid from pg_database where datname = 'faults') || '\"')"});
  };
  FaultPoint count;
  {
    again();
    FaultConnector counting(*world.real, count);
    REQUIRE(world.run(plans, {}, &counting).exit_code == 0);
  }
  CHECK(count.events > 150);
  long tried = 0;
  for (const auto kind : {FaultKind::dies, FaultKind::answer_lost})
    for (long at = kind == FaultKind::dies ? 1 : 5; at <= count.events; at += 13) {
      again();
      FaultPoint point = fault(kind, at);
      FaultConnector faulty(*world.real, point);
      try {
        world.run(plans, {}, &faulty);
      } catch (const RunnerDied&) {
      }
      CHECK(point.tripped);
      const bool back = tried++ % 3 == 2;
      const auto result = back ? world.undo(plans, all_lossy()) : world.run(plans);
      CHECK_MESSAGE(result.exit_code == 0, point.where << "\n" << text(result));
      CHECK_MESSAGE(people(world) == (back ? as_made : as_changed), point.where);
      CHECK_MESSAGE(world.verify().exit_code == 0, point.where);
    }
  MESSAGE(tried << " runs broken off, of " << count.events << " events");
  server_found->script("postgres", {"drop database faults_base"});
}

TEST_CASE("SRV LED-1: the answer to a COMMIT is lost, and the next run knows that it took place") {
  WITH_WORLD("postgres lost answer", "lost_answer");
  const auto plans = everything();
  world.begin_with(with_rows(), plans);
  std::atomic<long> commits = 0, lost_at = 4;
  PostgresProxy proxy(server_found->socket_path(), [&](std::string& piece) {
    return piece.find(std::string("C\0\0\0\x0b"
                                  "COMMIT",
                                  11)) == std::string::npos ||
           ++commits != lost_at;
  });
  const auto direct = world.url;
  long runs = 0;
  while (true) {
    world.url = proxy.at(world.database);
    const auto result = world.run(plans);
    world.url = direct;
    ++runs;
    if (result.exit_code == 0) break;
    REQUIRE_MESSAGE(text(result).find("the connection to the server was lost") != std::string::npos, text(result));
    lost_at = commits + 2 + runs;
    REQUIRE(runs < 30);
  }
  CHECK(runs > 2);
  CHECK(people(world) == as_changed);
  CHECK(world.verify().exit_code == 0);
}

TEST_CASE("SRV LCK-1: a runner is stopped, taken over, and goes on: it writes nothing") {
  WITH_WORLD("postgres frozen runner", "frozen");
  const auto plans = everything();
  world.begin_with(with_rows(), plans);
  long taken_over = 0;
  for (long at = 20; at < 200; at += 17) {
    FaultPoint point = fault(FaultKind::meanwhile, at);
    executor::RunResult other;
    point.meanwhile = [&](bool) {
      // Without --take-over it is told who holds the target.
      const auto refused = world.run(plans);
      CHECK_MESSAGE(refused.exit_code == 5, text(refused));
      other = world.run(plans, taking_over());
    };
    FaultConnector freezing(*world.real, point);
    const auto frozen = world.run(plans, {}, &freezing);
    if (other.targets.empty()) break;
    ++taken_over;
    CHECK_MESSAGE(other.exit_code == 0, "at " << at << "\n" << text(other));
    CHECK_MESSAGE(frozen.exit_code != 0, "at " << at << "\n" << text(frozen));
    CHECK(people(world) == as_changed);
    CHECK(world.verify().exit_code == 0);
    const auto back = world.undo(plans, all_lossy());
    REQUIRE_MESSAGE(back.exit_code == 0, text(back));
    CHECK(people(world) == as_made);
  }
  CHECK(taken_over > 5);
}

TEST_CASE("SRV: the session of a run is ended on the server, in the middle of a statement") {
  WITH_WORLD("postgres terminated backend", "ended");
  PlanMaker maker(base);
  auto slow = sql_step("slow", {"alter table people add column slow text", "select pg_sleep(20)"},
                       {"alter table people drop column slow"});
  slow.scratch = std::vector<std::string>{"alter table people add column slow text"};
  const auto plans = maker.on("postgres").add(column_step()).add(slow).make();
  world.begin_with(with_rows(), plans);
  std::thread other([&] {
    for (int i = 0; i < 400; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
      if (!world
               .rows("select pg_terminate_backend(pid) from pg_stat_activity where query like 'select pg_sleep(20)' "
                     "and state = 'active'")
               .empty())
        return;
    }
  });
  const auto result = world.run(plans);
  other.join();
  CHECK(result.exit_code == 3);
  CHECK_MESSAGE(text(result).find("the connection to the server was lost") != std::string::npos, text(result));
  CHECK(world.states() == "done absent");
  CHECK(people(world).find("slow") == std::string::npos);
}

TEST_CASE("SRV: duplicates under a new unique index leave nothing behind, and the run ends once they are gone") {
  WITH_WORLD("postgres failed index", "failed_index");
  PlanMaker maker(base);
  const auto plans = maker.on("postgres").add(index_step(true)).make();
  world.begin_with(with_rows(), plans);
  auto result = world.run(plans);
  CHECK(result.exit_code == 3);
  CHECK_MESSAGE(text(result).find("could not create unique index") != std::string::npos, text(result));
  CHECK(text(result).find("Key (name)") == std::string::npos);
  CHECK(world.rows("select 1 from pg_class where relname = 'people_name'").empty());
  CHECK(world.states() == "absent");
  server_found->script(world.database, {"update public.people set name = name || id"});
  result = world.run(plans);
  CHECK_MESSAGE(result.exit_code == 0, text(result));
  CHECK(people(world).find("people_name|1") != std::string::npos);
}

TEST_CASE("SRV: a lock that somebody keeps is waited for within the limit, told with its holder, and given up") {
  WITH_WORLD("postgres lock held", "lock_held");
  auto column = column_step();
  column.forward.timeouts.lock_ms = 300;
  column.forward.timeouts.retries = 1;
  PlanMaker maker(base);
  const auto plans = maker.on("postgres").add(column).make();
  world.begin_with(with_rows(), plans);
  const auto reader = world.real->open(world.url, session::Missing::refuse, session::Access::write);
  reader->execute("set application_name = 'nightly-report'", {});
  reader->transaction(session::Transaction::begin);
  reader->query("select * from public.people", {});
  const auto begin = std::chrono::steady_clock::now();
  auto result = world.run(plans);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
  CHECK(result.exit_code == 3);
  CHECK_MESSAGE(text(result).find("(nightly-report, role postgres)") != std::string::npos, text(result));
  CHECK(text(result).find("tried 2 times") != std::string::npos);
  CHECK(text(result).find("select * from") == std::string::npos);
  CHECK(world.states() == "absent");
  reader->transaction(session::Transaction::rollback);
  result = world.run(plans);
  CHECK_MESSAGE(result.exit_code == 0, text(result));
}

TEST_CASE("STP-2 SRV: a step that would end its transaction is refused before anything of it stays") {
  WITH_WORLD("postgres commit in a step", "chained");
  auto chained = sql_step("chain", {"alter table people add column x text", "commit and chain", "select 1/0"}, {});
  chained.scratch = std::vector<std::string>{"alter table people add column x text"};
  PlanMaker maker(base);
  const auto plans = maker.on("postgres").add(chained).make();
  world.begin_with(with_rows(), plans);
  const auto result = world.run(plans);
  CHECK(result.exit_code == 3);
  CHECK(people(world) == as_made);
  CHECK(world.states() == "absent");
}

TEST_CASE("SRV: the server is killed in the middle of a run, and the next run ends it") {
  if (!postgres_or_skip("postgres server killed in a run")) return;
  PostgresServer own;
  PostgresWorld world(own, "killed");
  const auto plans = everything();
  world.begin_with(with_rows(), plans);
  long kills = 0;
  executor::RunResult result;
  for (long at = 25; kills < 8; at += 23) {
    FaultPoint point = fault(FaultKind::meanwhile, at);
    bool killed = false;
    point.meanwhile = [&](bool) {
      own.kill();
      killed = true;
    };
    FaultConnector connector(*world.real, point);
    result = world.run(plans, {}, &connector);
    if (!killed) break;
    ++kills;
    CHECK(result.exit_code != 0);
    own.start();
  }
  result = world.run(plans);
  CHECK_MESSAGE(result.exit_code == 0, text(result));
  CHECK(kills >= 2);
  CHECK(people(world) == as_changed);
  CHECK(world.verify().exit_code == 0);
}

TEST_CASE("MRK-5 SRV: a copy of a target half way is not gone on with") {
  WITH_WORLD("postgres clone", "original");
  const auto plans = everything();
  world.begin_with(with_rows(), plans);
  FaultPoint point = fault(FaultKind::answer_lost, 80);
  FaultConnector faulty(*world.real, point);
  CHECK(world.run(plans, {}, &faulty).exit_code != 0);
  server_found->script("postgres", {"drop database if exists cloned", "create database cloned template original"});
  world.url = server_found->at("cloned");
  const auto result = world.run(plans);
  CHECK(result.exit_code == 6);
  CHECK_MESSAGE(
      text(result).find("it looks like a copy of the database 'original' on the server with the identifier") !=
          std::string::npos,
      text(result));
  world.url = server_found->at("original");
  CHECK(world.run(plans).exit_code == 0);
}
