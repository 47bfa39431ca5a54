// Steps that share a commit on a real PostgreSQL server, where the locks of all of them add up until it.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include <doctest/doctest.h>

#include "runtime/session/forwarding.hpp"
#include "tests/unit/executor/postgres_plans.hpp"

using namespace dmc;
using namespace dmc::tests;
using namespace dmc::tests::on_postgres;

namespace {

const std::vector<std::string> tables{"create table a (id integer primary key)",
                                      "create table b (id integer primary key)",
                                      "create table c (id integer primary key)"};

MadeStep add_column(const std::string& table, const std::string& mode = "access exclusive") {
  const std::string add = "alter table " + table + " add column more text";
  auto made = sql_step("add to " + table, {"alter table public." + table + " add column more text"},
                       {"alter table public." + table + " drop column more"});
  made.scratch = std::vector<std::string>{add};
  for (auto* step : {&made.forward, &*made.reverse}) {
    step->locks = {{"table " + table, mode, "catalog"}};
    step->unclaimed = false;
    step->session = {
        {"set search_path = public", "select current_setting('search_path')", "public", "set search_path = ''"}};
    step->timeouts.lock_ms = 2000;
    step->timeouts.statement_ms = 5000;
    step->timeouts.retries = 1;
  }
  return made;
}

executor::PlanPair three(MadeStep second) {
  PlanMaker maker(tables);
  maker.on("postgres");
  maker.add(add_column("a"));
  maker.add(std::move(second));
  maker.add(add_column("c"));
  return maker.make();
}

/// The same in the session as it is, with the questions that the compiler puts around it.
MadeStep asked_around(const std::string& table) {
  auto made = add_column(table);
  const std::string there = "select 1 from pg_catalog.pg_attribute where attrelid = pg_catalog.to_regclass('public." +
                            table + "') and attname = 'more' and not attisdropped";
  const plan::QueryCheck has{table + " has it", there, plan::Comparison::is_not_empty, std::nullopt, ""};
  const plan::QueryCheck lacks{table + " lacks it", there, plan::Comparison::is_empty, std::nullopt, ""};
  made.forward.pre = made.reverse->post = {lacks};
  made.forward.post = made.reverse->pre = {has};
  made.forward.session.clear();
  made.reverse->session.clear();
  return made;
}

/// Counts what is asked about columns.
class Asked : public session::ForwardingConnector {
 public:
  using ForwardingConnector::ForwardingConnector;
  int questions = 0;

  std::unique_ptr<session::Session> open(const session::Url& url, session::Missing missing, session::Access access,
                                         session::Lock* lock = nullptr) override {
    class Counting : public session::Forwarding {
     public:
      Counting(std::unique_ptr<session::Session> inner, int& count) : Forwarding(std::move(inner)), count_(count) {}
      session::Rows query(std::string_view sql, std::span<const session::Value> parameters) override {
        if (sql.find("attname = 'more'") != std::string_view::npos) ++count_;
        return inner_->query(sql, parameters);
      }

     private:
      int& count_;
    };
    return std::make_unique<Counting>(inner_.open(url, missing, access, lock), questions);
  }
};

const std::vector<std::string> apart{"create table one (id integer primary key)",
                                     "create table two (id integer primary key)",
                                     "create table three (id integer primary key)"};

executor::PlanPair three_asked() {
  PlanMaker maker(apart);
  maker.on("postgres");
  for (const char* table : {"one", "two", "three"}) maker.add(asked_around(table));
  return maker.make();
}

/// How many transactions the records of the steps came with.
const char* const commits = "select count(distinct xmin::text) from dmc.step where generation = 1";

}  // namespace

TEST_CASE("SRV: neighbouring steps on the catalog share a commit, forward and back") {
  WITH_WORLD("postgres joint steps", "joint");
  const auto plans = three(add_column("b"));
  world.begin_with(tables, plans);
  const auto result = world.run(plans);
  CHECK_MESSAGE(result.exit_code == 0, text(result));
  CHECK(world.one(commits) == "1");
  CHECK(world.one("select count(distinct seq) from dmc.step where generation = 1 and state = 'done'") == "3");
  CHECK(world.one("select string_agg(ordinal::text, ',' order by seq) from dmc.step where generation = 1") == "1,2,3");
  CHECK(world.one("select count(*) from dmc.attempt where outcome = 'done' and attempt = 1") == "3");
  CHECK(world.one("select count(distinct seq) from dmc.object where path in ('table a', 'table b', 'table c')") == "3");
  const auto undone = world.undo(plans);
  CHECK_MESSAGE(undone.exit_code == 0, text(undone));
  CHECK(world.one("select count(*) from pg_attribute where attname = 'more' and not attisdropped") == "0");
  CHECK(world.one("select count(*) from dmc.attempt where outcome = 'undone' and not forward") == "3");
}

TEST_CASE("SRV: steps that only make something new lock nothing, and share a commit, forward and back") {
  WITH_WORLD("postgres joint steps", "joint_new");
  PlanMaker maker({});
  maker.on("postgres");
  for (const std::string table : {"one", "two", "three"}) {
    auto made = sql_step("create " + table, {"create table public." + table + " (id integer primary key)"},
                         {"drop table public." + table});
    made.scratch = std::vector<std::string>{"create table " + table + " (id integer primary key)"};
    made.forward.unclaimed = false;
    made.reverse->locks = {{"table " + table, "access exclusive", "catalog"}};
    made.reverse->unclaimed = false;
    for (auto* step : {&made.forward, &*made.reverse}) {
      step->timeouts.lock_ms = 2000;
      step->timeouts.statement_ms = 5000;
    }
    maker.add(std::move(made));
  }
  const auto plans = maker.make();
  world.begin_with({}, plans);
  const auto result = world.run(plans);
  CHECK_MESSAGE(result.exit_code == 0, text(result));
  CHECK(world.one(commits) == "1");
  const auto undone = world.undo(plans);
  CHECK_MESSAGE(undone.exit_code == 0, text(undone));
  CHECK(world.one(commits) == "1");
  CHECK(world.one("select count(*) from pg_class where relname in ('one', 'two', 'three')") == "0");
}

TEST_CASE("SRV: a lock that is not there at once is not waited for with the others in hand") {
  WITH_WORLD("postgres joint steps", "joint_lock");
  const auto plans = three(add_column("b"));
  world.begin_with(tables, plans);
  auto reader = world.real->open(world.url, session::Missing::refuse, session::Access::write);
  reader->transaction(session::Transaction::begin);
  reader->query("select count(*) from public.b", {});
  std::int64_t longest_ms = 0;
  std::atomic<bool> over = false;
  // Another reader of `a`, which the joint commit would have locked first.
  std::thread probe([&] {
    auto session = world.real->open(world.url, session::Missing::refuse, session::Access::write);
    while (!over) {
      const auto began = std::chrono::steady_clock::now();
      session->query("select count(*) from public.a", {});
      longest_ms = std::max<std::int64_t>(
          longest_ms,
          std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began).count());
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  });
  std::thread leaving([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(1200));
    reader->transaction(session::Transaction::rollback);
  });
  const auto result = world.run(plans);
  over = true;
  leaving.join();
  probe.join();
  CHECK_MESSAGE(result.exit_code == 0, text(result));
  CHECK(world.one(commits) == "3");
  CHECK(longest_ms < 1000);  // of the 1,200 ms that `b` was waited for
  CHECK(world.one("select count(*) from pg_attribute where attname = 'more' and not attisdropped") == "3");
}

TEST_CASE("SRV: a step that does more than it claims is found among others, and only it is stopped") {
  WITH_WORLD("postgres joint steps", "joint_claim");
  const auto plans = three(add_column("b", "share update exclusive"));
  world.begin_with(tables, plans);
  const auto result = world.run(plans);
  CHECK_MESSAGE(result.exit_code == 3, text(result));
  CHECK_MESSAGE(result.targets.front().text.find("[E0825]") != std::string::npos, text(result));
  CHECK_MESSAGE(result.targets.front().text.find("add to b") != std::string::npos, text(result));
  CHECK(world.states() == "done absent absent");
}

TEST_CASE("SRV: what is asked around neighbours is asked of all of them at once, before the run and in it") {
  WITH_WORLD("postgres joint steps", "joint_asked");
  const auto plans = three_asked();
  world.begin_with(apart, plans);
  Asked connector(*world.real);
  const auto result = world.run(plans, {}, &connector);
  CHECK_MESSAGE(result.exit_code == 0, text(result));
  CHECK(world.one(commits) == "1");
  CHECK(connector.questions == 3);
}

TEST_CASE(
    "SRV: a question about what a neighbour touches is asked behind that, and what it finds is told; the one before "
    "stays") {
  PostgresServer* server_found = postgres_or_skip("postgres joint steps");
  if (!server_found) return;
  for (const char* which : {"pre", "post"}) {
    CAPTURE(which);
    PlanMaker maker(apart);
    maker.on("postgres");
    maker.add(asked_around("one"));
    auto second = asked_around("two");
    // Asked in the run alone: before it, nobody knows what the first step makes of the answer.
    const plan::QueryCheck wrong{"one lacks it still",
                                 "select 1 from pg_catalog.pg_attribute where attrelid = "
                                 "pg_catalog.to_regclass('public.one') and attname = 'more' and not attisdropped",
                                 plan::Comparison::is_empty, std::nullopt, ""};
    (which == std::string("pre") ? second.forward.pre : second.forward.post) = {wrong};
    maker.add(std::move(second));
    maker.add(asked_around("three"));
    const auto plans = maker.make();
    PostgresWorld own(*server_found, "joint_wrong_" + std::string(which));
    own.begin_with(apart, plans);
    const auto result = own.run(plans);
    CHECK_MESSAGE(result.exit_code == 3, text(result));
    CHECK_MESSAGE(result.targets.front().text.find("one lacks it still") != std::string::npos, text(result));
    CHECK(own.states() == "done absent absent");
    CHECK(own.one("select count(*) from pg_attribute where attname = 'more' and not attisdropped") == "1");
  }
}

TEST_CASE("SRV: a step that asks about rows shares no commit, whatever patience the plan gives it") {
  PostgresServer* server_found = postgres_or_skip("postgres joint steps");
  if (!server_found) return;
  const std::vector<std::string> questions{"select 1 from public.{} limit 1",
                                           "select 1 from pg_catalog.pg_class c, public.{} limit 1",
                                           "select 1 from pg_catalog.pg_class c where exists (select\nfrom \"{}\")",
                                           "select 1 from pg_catalog.pg_class c where exists (select from dmc.gate)"};
  for (std::size_t form = 0; form < questions.size(); ++form) {
    CAPTURE(questions[form]);
    PlanMaker maker(apart);
    maker.on("postgres");
    for (const char* table : {"one", "two", "three"}) {
      auto made = asked_around(table);
      auto question = questions[form];
      if (const auto hole = question.find("{}"); hole != std::string::npos) question.replace(hole, 2, table);
      made.forward.session = add_column(table).forward.session;
      made.forward.pre.push_back({"no row is lost", question, plan::Comparison::is_empty, std::nullopt, ""});
      maker.add(std::move(made));
    }
    const auto plans = maker.make();
    PostgresWorld own(*server_found, "joint_rows_" + std::to_string(form));
    own.begin_with(apart, plans);
    const auto result = own.run(plans);
    CHECK_MESSAGE(result.exit_code == 0, text(result));
    CHECK(own.one(commits) == "3");
  }
}
