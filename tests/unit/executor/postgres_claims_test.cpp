// What a plan claims of a step is held against what the server does for it, on a real PostgreSQL server.
#include <chrono>
#include <fstream>
#include <thread>

#include <doctest/doctest.h>

#include "tests/unit/executor/postgres_plans.hpp"

using namespace dmc;
using namespace dmc::tests;
using namespace dmc::tests::on_postgres;

namespace {

MadeStep claiming(MadeStep made, std::vector<plan::Lock> locks) {
  made.forward.locks = std::move(locks);
  made.forward.unclaimed = false;
  made.forward.timeouts.retries = 0;
  return made;
}

/// `scratch`: what it does to the model.
MadeStep step_of(const std::string& summary, const std::vector<std::string>& statements, std::vector<plan::Lock> locks,
                 std::vector<std::string> scratch = {}) {
  auto made = claiming(sql_step(summary, statements, {}), std::move(locks));
  made.scratch = std::move(scratch);
  return made;
}

executor::PlanPair plans_of(std::vector<MadeStep> steps) {
  PlanMaker maker(base);
  maker.on("postgres");
  for (auto& step : steps) maker.add(std::move(step));
  return maker.make();
}

MadeStep with_post(MadeStep made, plan::QueryCheck post) {
  made.forward.post.push_back(std::move(post));
  return made;
}

/// What each of the false claims is told, in one file.
void is_in_golden(const std::string& name, const executor::RunResult& result) {
  static std::string all;
  const std::string golden = DMC_SOURCE_DIR "/tests/unit/executor/claims.txt";
  const auto text = "== " + name + "\n" + result.targets.front().text + "\n";
  all += text;
  if (std::getenv("DMC_ACCEPT")) std::ofstream(golden) << all;
  std::ifstream file(golden);
  const std::string known(std::istreambuf_iterator<char>(file), {});
  CHECK_MESSAGE(known.find(text) != std::string::npos, text);
}

const std::vector<std::string> add_column{"alter table public.people add column extra text"};
const std::vector<std::string> scratch_column{"alter table people add column extra text"};

/// A transaction that is older than what is begun now, until it goes.
struct OldTransaction {
  explicit OldTransaction(PostgresWorld& world)
      : session(world.real->open(world.url, session::Missing::refuse, session::Access::write)) {
    session->transaction(session::Transaction::begin);
    session->query("select count(*) from public.people", {});
    session->query("select pg_catalog.txid_current()", {});
  }
  std::unique_ptr<session::Session> session;
};

}  // namespace

TEST_CASE("SRV: a step in a transaction that would do more than its plan claims is stopped before its COMMIT") {
  WITH_WORLD("postgres false claims", "false_claims");
  const plan::Lock weak{"table people", "share update exclusive", "catalog"},
      brief{"table people", "access exclusive", "catalog"};
  struct Case {
    std::string name;
    MadeStep step;
  };
  const std::vector<Case> cases{
      {"a lock that is stronger than claimed", step_of("add extra", add_column, {weak}, scratch_column)},
      {"no claim at all", step_of("add extra", add_column, {}, scratch_column)},
      {"a rewrite where none was claimed",
       step_of("retype n", {"alter table public.people alter column n type bigint"}, {brief})},
      {"an index that is built anew where none was claimed",
       step_of("reindex", {"reindex table public.people"}, {brief})},
      {"rows that are read where only the catalog was claimed",
       step_of("check n", {"alter table public.people add constraint n_is_small check (n < 100)"}, {brief})},
      {"rows that a block reads",
       step_of("count", {"do $$ begin perform count(*) from public.people; end $$"}, {weak})},
      {"another table",
       step_of("drop other", {"alter table public.people add column extra text", "drop table elsewhere.other"}, {brief},
               scratch_column)},
      {"by way of an event trigger", step_of("comment", {"comment on table public.people is 'watched'"}, {weak})},
      {"what was proven is not any more",
       step_of("doubt",
               {"update pg_catalog.pg_constraint set convalidated = false where conname = 'n_is_positive'",
                "update pg_catalog.pg_index set indisvalid = false where indexrelid = "
                "'public.people_pkey'::regclass"},
               {brief})},
  };
  for (const auto& one : cases) {
    CAPTURE(one.name);
    world.url = server_found->make(world.database);
    const auto plans = plans_of({one.step});
    world.begin_with(with_rows(), plans);
    server_found->script(
        world.database,
        {"create schema elsewhere", "create table elsewhere.\"Odd.Table\" (a integer)",
         "create table elsewhere.other ()", "alter table public.people add constraint n_is_positive check (n >= 0)",
         "create function elsewhere.more() returns event_trigger language plpgsql as 'begin lock table "
         "elsewhere.\"Odd.Table\" in share mode; end'",
         "create event trigger more on ddl_command_end when tag in ('COMMENT') execute function elsewhere.more()"});
    const auto before = people(world);
    const auto result = world.run(plans);
    CHECK_MESSAGE(result.exit_code == 3, text(result));
    is_in_golden(one.name, result);
    CHECK(world.states() == "absent");
    CHECK(people(world) == before);
    CHECK(world.one("select to_regclass('elsewhere.other') is not null") == "1");
    CHECK(world.one("select attname from pg_attribute where attrelid = 'public.people'::regclass and attnum = 2") ==
          "n");
  }
}

TEST_CASE("SRV: less than is claimed is fine, and so is what belongs to what is claimed") {
  WITH_WORLD("postgres true claims", "true_claims");
  const plan::Lock rewrite{"table people", "access exclusive", "rewrite"};
  const auto plans = plans_of(
      {step_of("comment", {"comment on table public.people is 'x'"}, {rewrite}),
       step_of("retype n",
               {"alter table public.people alter column n type bigint",
                "alter table public.people alter column n type integer"},
               {rewrite}),
       step_of("prove", {"alter table public.people add constraint n_is_there check (n is not null)"},
               {{"table people", "access exclusive", "scan"}}, {}),
       // A check that is there proves it, a look by an index is none at the rows, and what the checks behind a step
       // read is not its own.
       with_post(step_of("not null",
                         {"alter table public.people alter column n set not null",
                          "alter table public.people drop constraint n_is_there", "set local enable_seqscan = off",
                          "do $$ begin perform max(id) from public.people; end $$"},
                         {{"table people", "access exclusive", "catalog"}}),
                 check("rows are there", "select count(*) > 0 from public.people where name is not null", "1")),
       // What a transaction makes is nobody's; readers and writers keep nobody out.
       step_of("make",
               {"create table public.\"a.b\" (a integer primary key)",
                "create table public.made as select * from public.\"a.b\"", "drop table public.made",
                "update public.people set n = n"},
               {}, {"create table \"a.b\" (a integer primary key)"}),
       // The server is told to forget what it has read of dmc's own questions.
       step_of("forget", {"deallocate all"}, {}),
       // A name with a dot in it is no other schema's.
       step_of("rename", {"alter table public.\"a.b\" add column c integer", "drop table public.\"a.b\""},
               {{"table a.b", "access exclusive", "catalog"}}, {"drop table \"a.b\""}),
       // The claim is by the name before or behind it.
       step_of("move",
               {"alter table public.people rename to persons", "alter table public.persons add column extra text"},
               {{"table persons", "access exclusive", "catalog"}},
               {"alter table people rename to persons", "alter table persons add column extra text"})});
  world.begin_with(with_rows(), plans);
  const auto result = world.run(plans);
  CHECK_MESSAGE(result.exit_code == 0, text(result));
}

TEST_CASE("SRV: of an author's own statements nothing is claimed, and nothing compared") {
  WITH_WORLD("postgres unclaimed", "unclaimed");
  auto own = step_of("own", {"alter table public.people set unlogged"}, {});
  own.forward.unclaimed = true;
  const auto plans = plans_of({own});
  world.begin_with(with_rows(), plans);
  const auto result = world.run(plans);
  CHECK_MESSAGE(result.exit_code == 0, text(result));
}

TEST_CASE("SRV: a batch that locks more than its plan claims is taken back, and no other is begun") {
  WITH_WORLD("postgres claims of batches", "claims_of_batches");
  auto fill = claiming(fill_step(), {{"table people", "access share", "rows"}});
  const auto plans = plans_of({fill});
  world.begin_with(with_rows(), plans);
  const auto result = world.run(plans);
  CHECK_MESSAGE(result.exit_code == 3, text(result));
  is_in_golden("a batch", result);
  CHECK(people(world) == as_made);
  CHECK(world.states() == "absent");
}

TEST_CASE(
    "SRV: a statement outside any transaction that locked more than claimed is done, and the run stops behind it") {
  WITH_WORLD("postgres claims outside", "claims_outside");
  const auto plans = plans_of({claiming(index_step(), {{"table people", "row exclusive", "index"}}), column_step()});
  world.begin_with(with_rows(), plans);
  OldTransaction old(world);
  std::thread ends([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    old.session->transaction(session::Transaction::rollback);
  });
  const auto result = world.run(plans);
  ends.join();
  CHECK_MESSAGE(result.exit_code == 3, text(result));
  is_in_golden("outside any transaction", result);
  CHECK(world.states() == "done absent");
  CHECK(people(world).find("people_name|1") != std::string::npos);
}

namespace {

/// As text output and the journal get it.
std::vector<journal::StepProgressed> told(const PostgresWorld& world) {
  return world.kept.all<journal::StepProgressed>();
}

}  // namespace

TEST_CASE("SRV: how far an index is that is built beside the writers is told while it is built") {
  WITH_WORLD("postgres progress", "progress");
  auto made = index_step();
  std::get<plan::RunSql>(made.forward.action).statements = {
      "create index concurrently people_name on public.people (public.slowly(name))"};
  made.forward.post = {check("people_name is valid",
                             "select count(*) from pg_index where indexrelid = to_regclass('public.people_name') and "
                             "indisvalid",
                             "1")};
  made.scratch = std::vector<std::string>{};
  const auto plans = plans_of({claiming(made, {{"table people", "share update exclusive", "index"}})});
  auto statements = with_rows();
  statements.push_back("insert into people (id, name) select i, repeat('x', 900) from generate_series(6, 300) i");
  world.begin_with(statements, plans);
  server_found->script(world.database,
                       {"create function public.slowly(text) returns text immutable language plpgsql as 'begin "
                        "perform pg_catalog.pg_sleep(0.003); return $1; end'"});
  world.run(plans);
  CHECK(world.states() == "done");
  bool scans = false;
  for (const auto& event : told(world)) {
    CHECK(event.step == plans.forward.plan.steps.front().id);
    if (event.phase != "building index: scanning table") continue;
    scans = true;
    CHECK(event.unit == "blocks");
    CHECK(event.total.value_or(0) > 10);
    CHECK(event.rows <= event.total);
  }
  CHECK(scans);
}

TEST_CASE("SRV: the deadline of an index that waits for an old transaction is kept, and nothing of it is left") {
  WITH_WORLD("postgres deadline", "deadline");
  auto made = claiming(index_step(), {{"table people", "share update exclusive", "index"}});
  made.forward.timeouts.deadline_ms = 900;
  const auto plans = plans_of({made});
  world.begin_with(with_rows(), plans);
  OldTransaction old(world);
  const auto began = std::chrono::steady_clock::now();
  std::thread ends([&] {
    // The index that was cut off is dropped beside the writers too, which waits for the same transaction.
    std::this_thread::sleep_for(std::chrono::milliseconds(2500));
    old.session->transaction(session::Transaction::rollback);
  });
  auto result = world.run(plans);
  ends.join();
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(20));
  CHECK(result.exit_code == 3);
  CHECK_MESSAGE(
      text(result).find("it took longer than the 900 ms the plan allows and was cancelled") != std::string::npos,
      text(result));
  CHECK(world.states() == "absent");
  CHECK(world.rows("select 1 from pg_class where relname = 'people_name'").empty());
  bool names_it = false;
  for (const auto& event : told(world))
    names_it = names_it || (event.phase.starts_with("waiting for") &&
                            event.phase.ends_with(", process " + old.session->place().handle().substr(
                                                                     0, old.session->place().handle().find('/'))));
  CHECK(names_it);
  result = world.run(plans);
  CHECK_MESSAGE(result.exit_code == 0, text(result));
}
