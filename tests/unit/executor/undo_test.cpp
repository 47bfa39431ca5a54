#include <doctest/doctest.h>

#include "tests/support/runner_world.hpp"

using namespace dmc;
using namespace dmc::tests;
using executor::Options;
using executor::Verdict;

namespace {

const std::vector<std::string> base{"create table people (id integer primary key, first text)"};

Options accepting(std::vector<std::string> lossy) { return {.through = {}, .lossy = std::move(lossy), .confirm = {}}; }

MadeStep graded(MadeStep step, plan::ReverseClass grade, const std::string& loses) {
  step.forward.reverse = {grade, loses};
  return step;
}

MadeStep adding(const std::string& column) {
  return sql_step("add " + column, {"alter table people add column " + column},
                  {"alter table people drop column " + column});
}

}  // namespace

TEST_CASE("UND-1: every prefix of a plan is taken back to the base, and goes forward again") {
  for (int stop_at = 0; stop_at < 4; ++stop_at) {
    RunnerWorld world;
    PlanMaker maker(base);
    for (int i = 0; i < 4; ++i) {
      auto step = adding("c" + std::to_string(i));
      step.forward.post = {check("not stopped at " + std::to_string(i),
                                 "select count(*) from people where first = '" + std::to_string(i) + "'", "0")};
      maker.add(step);
    }
    const auto plans = maker.make();
    world.begin_with(base, plans);
    execute_script(world.file(), "insert into people (first) values ('" + std::to_string(stop_at) + "')");
    const auto before = dump(world.file());
    REQUIRE(world.run(plans).exit_code == executor::exit_code::failed);
    const auto undone = world.undo(plans);
    CHECK_MESSAGE(undone.exit_code == 0, text(undone));
    CHECK(undone.targets.front().verdict == Verdict::turn);
    CHECK(dump(world.file()) == before);
    CHECK(world.status().standing == "rest");
    execute_script(world.file(), "delete from people");
    CHECK(world.run(plans).exit_code == 0);
    CHECK(world.verify().exit_code == 0);
  }
}

TEST_CASE("UND-1: a change whose way back does for several steps at once turns round at any event of it") {
  // As an index that becomes a constraint, and goes with it.
  PlanMaker maker(base);
  auto built = sql_step("build", {"create table _dmc_aside (id integer)"}, {"drop table if exists _dmc_aside"});
  auto taken = sql_step("take", {"alter table _dmc_aside rename to log"}, {"drop table log"});
  built.forward.source = taken.forward.source = "change 1, line 2: a log";
  const auto plans = maker.add(adding("a")).add(built).add(taken).add(adding("b")).make();
  bool tripped = true;
  long turned_in_the_middle = 0;
  for (long at = 1; tripped; ++at) {
    RunnerWorld world;
    world.begin_with(base, plans);
    REQUIRE(world.run(plans).exit_code == 0);
    const auto there = dump(world.file());
    FaultPoint point;
    point.kind = FaultKind::dies;
    point.at = at;
    FaultConnector faulty(*world.real, point);
    try {
      world.undo(plans, {}, &faulty);
    } catch (const RunnerDied&) {
    }
    tripped = point.tripped;
    turned_in_the_middle += world.states() == "done done absent absent" ? 1 : 0;
    const auto forward = world.run(plans);
    CHECK_MESSAGE(forward.exit_code == 0, point.where << "\n" << text(forward));
    CHECK(dump(world.file()) == there);
    CHECK(world.verify().exit_code == 0);
  }
  CHECK(turned_in_the_middle > 0);
}

TEST_CASE("turning round twice is legal, and each way ends where it must") {
  RunnerWorld world;
  PlanMaker maker(base);
  auto blocked = adding("b");
  blocked.reverse->pre = {
      check("nobody holds it", "select count(*) from people, sqlite_master where first = 'hold'", "0")};
  const auto plans = maker.add(adding("a")).add(blocked).add(adding("c")).make();
  world.begin_with(base, plans);
  REQUIRE(world.run(plans).exit_code == 0);
  const auto there = dump(world.file());
  execute_script(world.file(), "insert into people (first) values ('hold')");
  const auto stuck = world.undo(plans);
  CHECK(stuck.exit_code == executor::exit_code::failed);
  CHECK(stuck.targets.front().text.find("was not begun, because it does not hold that nobody holds it") !=
        std::string::npos);
  CHECK(world.states() == "done done absent");
  auto status = world.status();
  CHECK(!status.forward);
  CHECK(status.next.command == "dmc undo --on shop=sqlite:" + world.file());
  const auto turned = world.run(plans);
  CHECK_MESSAGE(turned.exit_code == 0, text(turned));
  CHECK(turned.targets.front().verdict == Verdict::turn);
  execute_script(world.file(), "delete from people");
  CHECK(dump(world.file()) == there);
  execute_script(world.file(), "insert into people (first) values ('hold')");
  CHECK(world.undo(plans).exit_code == executor::exit_code::failed);
  execute_script(world.file(), "delete from people");
  CHECK(world.undo(plans).exit_code == 0);
  CHECK(world.verify().exit_code == 0);
}

TEST_CASE("what is lost is said beforehand and accepted by name") {
  RunnerWorld world;
  PlanMaker maker(base);
  const auto plans = maker.add(adding("a"))
                         .add(graded(sql_step("delete everybody", {"delete from people"}, {"select 1"}),
                                     plan::ReverseClass::lossy, "the people that were there"))
                         .make();
  world.begin_with(base, plans);
  execute_script(world.file(), "insert into people (first) values ('x')");
  REQUIRE(world.run(plans).exit_code == 0);
  const auto id = plans.forward.plan.steps.at(1).id;
  const auto digits = id.substr(id.find(':') + 1);
  CHECK(world.status().losses ==
        std::vector<executor::Loss>{{id, "delete everybody", "lossy", "the people that were there"}});
  const auto refused = world.undo(plans);
  CHECK(refused.exit_code == executor::exit_code::refused);
  CHECK(refused.targets.front().text.find(digits.substr(0, 12) + "  delete everybody: the people that were there") !=
        std::string::npos);
  CHECK(refused.targets.front().next.command.ends_with(" --lossy " + digits.substr(0, 12)));
  CHECK(world.status().standing == "rest");
  CHECK(world.undo(plans, accepting({digits.substr(0, 7)})).exit_code == executor::exit_code::usage);
  CHECK(world.undo(plans, accepting({"ffffffffffff"})).exit_code == executor::exit_code::usage);
  const auto undone = world.undo(plans, accepting({digits.substr(0, 8)}));
  CHECK_MESSAGE(undone.exit_code == 0, text(undone));
  CHECK(undone.targets.front().losses.size() == 1);
}

TEST_CASE("exact until written: undone while nobody wrote, else only when the loss is accepted") {
  RunnerWorld world;
  PlanMaker maker(base);
  auto step = graded(adding("a"), plan::ReverseClass::exact_until_written, "what was written to a since");
  step.reverse->pre = {check("nothing was written to a", "select count(*) from people where a is not null", "0")};
  const auto plans = maker.add(step).make();
  world.begin_with(base, plans);
  REQUIRE(world.run(plans).exit_code == 0);
  CHECK(world.undo(plans).exit_code == 0);
  REQUIRE(world.run(plans).exit_code == 0);
  execute_script(world.file(), "insert into people (first, a) values ('x', 'written')");
  const auto refused = world.undo(plans);
  CHECK(refused.exit_code == executor::exit_code::refused);
  CHECK(world.status().standing == "rest");
  CHECK(world.one("select a from people") == "written");
  const auto id = plans.forward.plan.steps.front().id;
  const auto accepted = world.undo(plans, accepting({id}));
  CHECK_MESSAGE(accepted.exit_code == 0, text(accepted));
  CHECK(world.one("select first from people") == "x");
}

TEST_CASE("a change of the schema without a way back is not even begun to be taken back") {
  RunnerWorld world;
  PlanMaker maker(base);
  auto step = graded(adding("a"), plan::ReverseClass::none, "the old shape");
  step.reverse = std::nullopt;
  const auto plans = maker.add(step).make();
  world.begin_with(base, plans);
  REQUIRE(world.run(plans).exit_code == 0);
  const auto refused = world.undo(plans, accepting({"all"}));
  CHECK(refused.exit_code == executor::exit_code::refused);
  CHECK(refused.targets.front().text == "this cannot be taken back: add a (the old shape); nothing was changed");
  CHECK(world.status().standing == "rest");
}

TEST_CASE("a step of rows without a way back is passed over once its loss is accepted") {
  RunnerWorld world;
  PlanMaker maker(base);
  auto step = graded(sql_step("tidy", {"delete from people where first = 'y'"}, {}), plan::ReverseClass::none,
                     "the rows named y");
  step.reverse = std::nullopt;
  const auto plans = maker.add(adding("a")).add(step).make();
  world.begin_with(base, plans);
  REQUIRE(world.run(plans).exit_code == 0);
  CHECK(world.undo(plans).exit_code == executor::exit_code::refused);
  const auto undone = world.undo(plans, accepting({"all"}));
  CHECK_MESSAGE(undone.exit_code == 0, text(undone));
}

TEST_CASE("only the plan that led here is taken back") {
  RunnerWorld world;
  PlanMaker one(base), two(base);
  const auto first = one.add(adding("a")).make();
  const auto same_end = two.add(adding("a"))
                            .add(verify_step("it is there", "select count(*) from pragma_table_info('people')", "3"))
                            .make();
  world.begin_with(base, first);
  CHECK(world.undo(first).targets.front().text == "this change never ran here; it is at version 0");
  REQUIRE(world.run(first).exit_code == 0);
  CHECK(world.run(same_end).targets.front().verdict == Verdict::already_there);
  const auto refused = world.undo(same_end);
  CHECK(refused.exit_code == executor::exit_code::not_in_base);
  CHECK(refused.targets.front().text == "it is at version 1, and this plan was not what led there last");
  CHECK(world.undo(first).exit_code == 0);
  CHECK(world.undo(first).targets.front().text == "it was taken back already; it is at version 0");
}

TEST_CASE("what the target remembers is enough to take it back") {
  RunnerWorld world;
  PlanMaker maker(base);
  const auto plans = maker.add(adding("a")).make();
  world.begin_with(base, plans);
  session::Stop stop;
  auto surroundings = world.environment(*world.real, stop);
  CHECK(!executor::remembered(world.target(), surroundings).plans);
  REQUIRE(world.run(plans).exit_code == 0);
  const auto pair = executor::remembered(world.target(), surroundings).plans;
  REQUIRE(pair);
  CHECK(pair->forward.hash == plans.forward.hash);
  CHECK(pair->reverse.hash == plans.reverse.hash);
  CHECK(world.undo(*pair).exit_code == 0);
}

TEST_CASE("adopted objects are managed from the begin and let go again by undo; forgotten ones come back") {
  RunnerWorld world;
  PlanMaker maker(base);
  auto plans = maker.add(adding("a")).make();
  world.begin_with(base, plans);
  execute_script(world.file(), "create table wild (a)");
  PlanMaker both({base.front(), "create table wild (a)"});
  const auto wider = both.add(adding("a")).make();
  auto forward = plans.forward.plan;
  forward.databases.front().adopted = {"table wild"};
  forward.databases.front().to = wider.forward.plan.databases.front().to;
  forward.databases.front().stages = {forward.databases.front().to};
  plan::JsonError error;
  const executor::PlanPair adopting{plan::read_plan(plan::write_plan(forward), error).value(), plans.reverse, "p"};
  const auto run = world.run(adopting);
  REQUIRE_MESSAGE(run.exit_code == 0, text(run));
  CHECK(world.drift().unmanaged.empty());
  execute_script(world.file(), "alter table wild add column b");
  CHECK(world.drift().differences.size() == 1);
  execute_script(world.file(), "alter table wild drop column b");
  const auto undone = world.undo(adopting);
  REQUIRE_MESSAGE(undone.exit_code == 0, text(undone));
  CHECK(world.drift().unmanaged == std::vector<std::string>{"table wild"});

  execute_script(world.file(), "drop table wild");
  const auto missing = world.run(adopting);
  CHECK(missing.exit_code == executor::exit_code::not_in_base);
  CHECK(
      missing.targets.front().text.starts_with("the plan adopts table wild, and it is not there; nothing was changed"));
  CHECK(world.status().standing == "rest");
}

TEST_CASE("what was written since is found before anything is taken back") {
  RunnerWorld world;
  PlanMaker maker(base);
  const auto until_written = [&](const std::string& column) {
    auto step = graded(adding(column), plan::ReverseClass::exact_until_written, "what was written to " + column);
    step.reverse->pre = {
        check("nothing was written to " + column, "select count(*) from people where " + column + " is not null", "0")};
    step.reverse->pre.front().mend = "undo with --lossy to accept that";
    return step;
  };
  const auto plans = maker.add(until_written("a")).add(until_written("b")).make();
  world.begin_with(base, plans);
  execute_script(world.file(), "insert into people (first) values ('x')");
  REQUIRE(world.run(plans).exit_code == 0);
  execute_script(world.file(), "update people set a = 1");
  const auto there = dump(world.file());
  for (const bool dry : {true, false}) {
    const auto refused = world.undo(plans, {.dry_run = dry, .through = {}, .lossy = {}, .confirm = {}});
    CHECK_MESSAGE(refused.exit_code == executor::exit_code::refused, text(refused));
    CHECK(refused.targets.front().text.find("nothing was changed") != std::string::npos);
    const auto& next = refused.targets.front().next.command;
    const auto named = [&](std::size_t at) {
      return next.find("--lossy " + plans.forward.plan.steps.at(at).id.substr(7, 12)) != std::string::npos;
    };
    CHECK_MESSAGE(named(0), next);
    CHECK_MESSAGE(!named(1), next);
    CHECK(dump(world.file()) == there);
    CHECK(world.states() == "done done");
  }
  CHECK(world.undo(plans, accepting({"all"})).exit_code == 0);
  CHECK(world.undo(plans, accepting({"abcdefgh"})).exit_code == executor::exit_code::usage);
}

TEST_CASE("status names the step at which taking back stopped") {
  RunnerWorld world;
  PlanMaker maker(base);
  auto blocked = adding("b");
  blocked.reverse->post = {check("nobody holds it", "select count(*) from people where first = 'hold'", "0")};
  const auto plans = maker.add(adding("a")).add(blocked).add(adding("c")).make();
  world.begin_with(base, plans);
  REQUIRE(world.run(plans).exit_code == 0);
  execute_script(world.file(), "insert into people (first) values ('hold')");
  REQUIRE(world.undo(plans).exit_code == executor::exit_code::failed);
  const auto status = world.status();
  CHECK(status.exit_code == executor::exit_code::failed);
  CHECK_MESSAGE(status.text.find("step 2 failed: it does not hold that nobody holds it") != std::string::npos,
                status.text);
}

TEST_CASE(
    "where every step is done and the database is not what was promised, what the plan touched can be taken back") {
  RunnerWorld world;
  PlanMaker maker({"create table people (id integer primary key, age integer)"});
  maker.add(sql_step("create pets", {"create table pets (id integer primary key)"}, {"drop table pets"}));
  maker.add(backfill_step("people", "id", "age = 1", "true"));
  const auto plans = maker.make();
  world.begin_with({"create table people (id integer primary key, age integer)", "insert into people values (1, null)"},
                   plans);
  const auto spoil = [&](const std::string& sql) {
    world.kept.on_event = [&, sql](const journal::Event& event) {
      const auto* ended = std::get_if<journal::StepEnded>(&event);
      if (ended && ended->step == plans.forward.plan.steps.back().id) execute_script(world.file(), sql);
    };
    const auto result = world.run(plans);
    world.kept.on_event = {};
    CHECK_MESSAGE(result.exit_code == executor::exit_code::failed, text(result));
    CHECK_MESSAGE(result.targets.front().text.find("not what the plan promised") != std::string::npos, text(result));
    CHECK(world.states() == "done done");
  };
  Options all;
  all.lossy = {"all"};
  spoil("alter table pets add column extra text");
  CHECK(world.run(plans).targets.front().verdict == Verdict::drift);
  const auto undone = world.undo(plans, all);
  CHECK_MESSAGE(undone.exit_code == 0, text(undone));
  CHECK(undone.targets.front().warnings ==
        std::vector<std::string>{"table pets is not what this change promised, and is taken back as it is"});
  CHECK(world.one("select count(*) from sqlite_schema where name = 'pets'") == "0");
  CHECK(world.drift().exit_code == 0);

  // What the plan has not touched was somebody else.
  spoil("alter table people add column extra text");
  CHECK(world.undo(plans, all).targets.front().verdict == Verdict::drift);
  CHECK(world.one("select count(*) from sqlite_schema where name = 'pets'") == "1");
}
