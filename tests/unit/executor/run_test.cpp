#include <doctest/doctest.h>

#include "tests/support/runner_world.hpp"

using namespace dmc;
using namespace dmc::tests;
using executor::Verdict;

namespace {

const std::vector<std::string> base{"create table people (id integer primary key, first text, last text)"};

PlanMaker names() {
  PlanMaker maker(base);
  maker.add(sql_step("add full_name", {"alter table people add column full_name text"},
                     {"alter table people drop column full_name"}));
  maker.add(backfill_step("people", "id", "full_name = first || ' ' || last", "full_name is null"));
  maker.add(sql_step("index people by full_name", {"create index people_name on people (full_name)"},
                     {"drop index people_name"}));
  return maker;
}

void fill(RunnerWorld& world, int rows) {
  execute_script(
      world.file(),
      "insert into people (first, last) with recursive n(x) as (select 1 union all select x + 1 from n where x < " +
          std::to_string(rows) + ") select 'f' || x, 'l' || x from n");
}

}  // namespace

TEST_CASE("a plan from nothing creates the database, runs, and is done when it is asked again") {
  RunnerWorld world;
  PlanMaker maker({});
  maker.add(sql_step("create people", base, {"drop table people"}));
  const auto plans = maker.make();
  const auto first = world.run(plans);
  REQUIRE_MESSAGE(first.exit_code == 0, text(first));
  CHECK(first.targets.front().verdict == Verdict::no_ledger_empty);
  CHECK(first.targets.front().outcome == "done");
  CHECK(world.one("select count(*) from people") == "0");
  CHECK(world.one("select at_hash from _dmc_target") == plans.forward.plan.databases.front().to);
  CHECK(world.states() == "done");

  const auto history = world.rows("select * from _dmc_history");
  const auto again = world.run(plans);
  CHECK(again.exit_code == 0);
  CHECK(again.targets.front().outcome == "nothing to do");
  CHECK(world.rows("select * from _dmc_history") == history);
}

TEST_CASE("an adopted database runs, verifies, is undone, and runs again (LED-6)") {
  RunnerWorld world;
  const auto plans = names().make();
  world.begin_with(base, plans);
  fill(world, 7);
  const auto before = dump(world.file());
  for (int round = 0; round < 3; ++round) {
    const auto run = world.run(plans);
    REQUIRE_MESSAGE(run.exit_code == 0, text(run));
    CHECK(world.one("select count(*) from people where full_name = first || ' ' || last") == "7");
    CHECK(world.verify().exit_code == 0);
    CHECK(world.drift().exit_code == 0);
    CHECK(world.status().exit_code == 0);
    const auto undo = world.undo(plans);
    REQUIRE_MESSAGE(undo.exit_code == 0, text(undo));
    CHECK(dump(world.file()) == before);
    CHECK(world.one("select at_hash from _dmc_target") == plans.forward.plan.databases.front().from);
    CHECK(world.states() == "absent absent absent");
    CHECK(world.undo(plans).targets.front().outcome == "nothing to do");
  }
  CHECK(world.one("select generation from _dmc_target") == "3");
  CHECK(world.rows("select move from _dmc_history order by seq") ==
        std::vector<std::string>{"adopt", "begin", "end", "begin", "end", "begin", "end", "begin", "end", "begin",
                                 "end", "begin", "end"});
}

TEST_CASE("a dry run changes nothing, not even the ledger") {
  RunnerWorld world;
  const auto plans = names().make();
  world.begin_with(base, plans);
  const auto before = world.rows("select * from _dmc_target");
  const auto result = world.run(plans, {.dry_run = true, .through = {}, .lossy = {}, .confirm = {}});
  CHECK(result.exit_code == 0);
  CHECK(result.targets.front().outcome == "would run");
  CHECK(world.rows("select * from _dmc_target") == before);
  RunnerWorld nothing;
  PlanMaker maker({});
  maker.add(sql_step("create people", base, {"drop table people"}));
  CHECK(
      nothing.run(maker.make(), {.dry_run = true, .through = {}, .lossy = {}, .confirm = {}}).targets.front().outcome ==
      "would run");
  CHECK(!std::filesystem::exists(nothing.file()));
}

TEST_CASE("what was not confirmed is not done") {
  RunnerWorld world;
  const auto plans = names().make();
  world.begin_with(base, plans);
  std::string asked;
  const auto result = world.run(plans, {.through = {}, .lossy = {}, .confirm = [&](const executor::RunResult& preview) {
                                          asked = preview.targets.at(0).verdict_text;
                                          return false;
                                        }});
  CHECK(result.exit_code == executor::exit_code::refused);
  CHECK(asked == "it is at version 0, and the plan leads to version 1");
  CHECK(world.rows("select move from _dmc_history") == std::vector<std::string>{"adopt"});
}

TEST_CASE("verdicts: no ledger, missing, another database, another version, another engine version") {
  const auto plans = names().make();
  RunnerWorld world;
  CHECK(world.run(plans).targets.front().verdict == Verdict::missing);
  CHECK(!std::filesystem::exists(world.file()));
  execute_script(world.file(), base.front());
  const auto unmanaged = world.run(plans);
  CHECK(unmanaged.targets.front().verdict == Verdict::no_ledger);
  CHECK(unmanaged.exit_code == executor::exit_code::not_in_base);
  CHECK(unmanaged.targets.front().next.command == "dmc adopt shop --from sqlite:" + world.file());
  CHECK(world.undo(plans).targets.front().verdict == Verdict::no_ledger);
  REQUIRE(world.adopt(plans.forward.plan.databases.front().from).exit_code == 0);
  CHECK(world.adopt(plans.forward.plan.databases.front().from).exit_code == executor::exit_code::not_in_base);

  PlanMaker other({"create table something_else (a)"});
  other.add(sql_step("drop it", {"drop table something_else"}, {"create table something_else (a)"}));
  CHECK(world.run(other.make()).targets.front().verdict == Verdict::other_version);

  execute_script(world.file(), "update _dmc_target set project = 'another'");
  CHECK(world.run(plans).targets.front().verdict == Verdict::foreign);
  execute_script(world.file(), "update _dmc_target set project = 'tests', ledger_format = 99");
  const auto newer = world.run(plans);
  CHECK(newer.targets.front().verdict == Verdict::newer_ledger);
  CHECK(newer.exit_code == executor::exit_code::refused);
  CHECK(world.status().standing == "newer ledger");

  RunnerWorld empty;
  execute_script(empty.file(), "pragma user_version = 1");
  CHECK(empty.run(plans).targets.front().verdict == Verdict::other_version);
}

TEST_CASE("drift is found before anything runs, and names the object") {
  RunnerWorld world;
  const auto plans = names().make();
  world.begin_with(base, plans);
  execute_script(world.file(), "alter table people add column sneaked int");
  const auto result = world.run(plans);
  CHECK(result.exit_code == executor::exit_code::not_in_base);
  CHECK(result.targets.front().verdict == Verdict::drift);
  CHECK(result.targets.front().drift ==
        std::vector<executor::Difference>{{"table people", "changed", {"column sneaked appeared"}}});
  CHECK(result.targets.front().text.ends_with("somebody changed: table people (column sneaked appeared)"));
  CHECK(result.targets.front().next.command.starts_with("dmc drift"));
  CHECK(world.drift().exit_code == executor::exit_code::not_in_base);
  CHECK(world.verify().exit_code == executor::exit_code::not_in_base);
  execute_script(world.file(), "alter table people drop column sneaked");
  CHECK(world.drift().exit_code == 0);
  execute_script(world.file(), "create trigger late after insert on people begin select 1; end");
  CHECK(world.drift().differences == std::vector<executor::Difference>{{"trigger late", "appeared"}});
  execute_script(world.file(), "drop trigger late; create table unmanaged (a); analyze");
  CHECK(world.drift().differences.empty());
  CHECK(world.drift().unmanaged.front() == "table unmanaged");
  CHECK(world.run(plans).exit_code == 0);
  execute_script(world.file(), "drop index people_name");
  CHECK(world.run(plans).exit_code == executor::exit_code::not_in_base);
  CHECK(world.undo(plans).targets.front().text.ends_with("table people (index people_name gone, was (full_name))"));
  execute_script(world.file(), "update _dmc_object set print = null");
  CHECK(world.drift().differences == std::vector<executor::Difference>{{"table people", "changed"}});
  execute_script(world.file(), "drop table people");
  CHECK(world.drift().differences == std::vector<executor::Difference>{{"table people", "gone"}});
}

TEST_CASE("verify counts what it can ask no more, and names it where the database is not what it should be") {
  RunnerWorld world;
  PlanMaker maker(base);
  auto step = sql_step("add a", {"alter table people add column a"}, {"alter table people drop column a"});
  step.forward.post = {check("nothing is aside", "select count(*) from aside", "0")};
  const auto plans = maker.add(step).make();
  world.begin_with(base, plans);
  execute_script(world.file(), "create table aside (x)");
  REQUIRE(world.run(plans).exit_code == 0);
  CHECK(world.verify().text == "everything that can be asked holds");
  execute_script(world.file(), "drop table aside");
  const auto past = world.verify();
  CHECK(past.exit_code == 0);
  CHECK(past.text == "everything that can be asked holds; 1 question of the last plan can be asked no more");
  execute_script(world.file(), "alter table people add column b");
  const auto otherwise = world.verify();
  CHECK(otherwise.checks.back().answer == "cannot be asked any more");
}

TEST_CASE("a ledger that kept no prints gets them with the next change") {
  RunnerWorld world;
  const auto plans = names().make();
  world.begin_with(base, plans);
  execute_script(world.file(), "update _dmc_object set print = null");
  REQUIRE(world.run(plans).exit_code == 0);
  execute_script(world.file(), "alter table people drop column last");
  CHECK(world.drift().differences ==
        std::vector<executor::Difference>{{"table people", "changed", {"column last gone, was TEXT"}}});
}

TEST_CASE("drift at a gate names what changed in what the steps before it left") {
  RunnerWorld world;
  const auto plans = names().add(gate_step("the application reads full_name")).make();
  world.begin_with(base, plans);
  REQUIRE(world.run(plans).exit_code == executor::exit_code::waiting);
  execute_script(world.file(), "drop index people_name");
  CHECK(world.drift().differences ==
        std::vector<executor::Difference>{{"table people", "changed", {"index people_name gone, was (full_name)"}}});
}

TEST_CASE("MRK-3: another plan is refused while one is under way, with its name") {
  RunnerWorld world;
  PlanMaker stuck(base);
  stuck.add(sql_step("add a", {"alter table people add column a"}, {"alter table people drop column a"}));
  stuck.add(verify_step("nobody is there", "select count(*) from people", "0"));
  const auto first = stuck.make();
  world.begin_with(base, first);
  fill(world, 2);
  const auto failed = world.run(first);
  CHECK(failed.exit_code == executor::exit_code::failed);
  const auto other = names().make();
  const auto refused = world.run(other);
  CHECK(refused.exit_code == executor::exit_code::waiting);
  CHECK(refused.targets.front().verdict == Verdict::under_way);
  CHECK(refused.targets.front().text.find("change 1: a small change (plan ") != std::string::npos);
  CHECK(refused.targets.front().text.find("1 of 2 steps are done; it has the number of this plan and other content") !=
        std::string::npos);
  CHECK(world.undo(other).exit_code == executor::exit_code::waiting);
  execute_script(world.file(), "delete from people");
  CHECK(world.run(first).exit_code == 0);
}

TEST_CASE("a failed step says why, leaves nothing of itself, and is mended by running again") {
  RunnerWorld world;
  PlanMaker maker(base);
  maker.add(sql_step("add a", {"alter table people add column a"}, {"alter table people drop column a"}));
  maker.add(sql_step("make first unique",
                     {"create table side (a)", "create unique index people_first on people (first)"},
                     {"drop index people_first", "drop table side"}));
  const auto plans = maker.make();
  world.begin_with(base, plans);
  execute_script(world.file(), "insert into people (first) values ('a'), ('a')");
  const auto failed = world.run(plans);
  CHECK(failed.exit_code == executor::exit_code::failed);
  const auto& target = failed.targets.front();
  CHECK(target.outcome == "failed");
  CHECK(target.text ==
        "step 'make first unique (change 1, line 2: make first unique)' failed: UNIQUE constraint failed: "
        "people.first: create unique index "
        "people_first on people (first)");
  CHECK(target.next.command == "dmc run plans/0001.plan.json --on shop=sqlite:" + world.file());
  CHECK(world.states() == "done absent");
  CHECK(world.rows("select name from sqlite_schema where name = 'side'").empty());
  const auto status = world.status();
  CHECK(status.exit_code == executor::exit_code::failed);
  CHECK(status.standing == "moving");
  CHECK(status.steps.at(1).error ==
        "UNIQUE constraint failed: people.first: create unique index people_first on people (first)");
  CHECK(status.next.command == "dmc run --on shop=sqlite:" + world.file());
  execute_script(world.file(), "update people set first = 'b' where id = 2");
  CHECK(world.run(plans).exit_code == 0);
  CHECK(!world.status().steps.at(1).error);
}

TEST_CASE("pre-checks stop before, post-checks and invariants take back") {
  RunnerWorld world;
  auto adding = sql_step("add a", {"alter table people add column a"}, {"alter table people drop column a"});
  adding.forward.pre = {check("nobody is called x", "select count(*) from people where first = 'x'", "0")};
  adding.forward.pre.front().mend = "rename them first";
  auto deleting = sql_step("tidy up", {"delete from people where first = 'y'"}, {});
  deleting.forward.invariants = {
      {"people keep their number", "select count(*) from people", "select count(*) from people"}};
  deleting.forward.post = {check("somebody is left", "select count(*) > 0 from people", "1")};
  PlanMaker maker(base);
  const auto plans = maker.add(adding).add(deleting).make();
  world.begin_with(base, plans);
  execute_script(world.file(), "insert into people (first) values ('x'), ('y')");
  const auto conflict = world.run(plans);
  CHECK(conflict.exit_code == executor::exit_code::failed);
  CHECK(conflict.targets.front().text.find(
            "cannot be done, because it does not hold that nobody is called x: the answer is 1, and it must be "
            "0; rename them first") != std::string::npos);
  CHECK(world.status().standing == "rest");
  execute_script(world.file(), "update people set first = 'y'");
  const auto lost = world.run(plans);
  CHECK(lost.targets.front().text.find(
            "it does not hold that people keep their number: it was 2 before and is 0 after") != std::string::npos);
  CHECK(world.one("select count(*) from people") == "2");
  execute_script(world.file(), "update people set first = 'z'");
  CHECK(world.run(plans).exit_code == 0);
  execute_script(world.file(), "delete from people");
  CHECK(world.verify().exit_code == executor::exit_code::failed);
}

TEST_CASE("a check of a table is not asked again once a later step reached the table") {
  RunnerWorld world;
  auto making = sql_step("make notes", {"create table notes (a)"}, {"drop table notes"});
  making.forward.object = "table notes";
  making.forward.post = {check("notes is stored as planned",
                               "select count(*) from sqlite_master where sql = 'CREATE TABLE notes (a)'", "1")};
  PlanMaker maker(base);
  maker.add(making).add(sql_step("call them memos", {"alter table notes rename to memos"}, {}));
  const auto plans = maker.make();
  world.begin_with(base, plans);
  CHECK(world.run(plans).exit_code == 0);
  CHECK(world.verify().exit_code == 0);
}

TEST_CASE("text of a row is shown only when it was asked for (S17)") {
  for (const bool show : {false, true}) {
    RunnerWorld world;
    PlanMaker maker(base);
    const auto plans = maker.add(verify_step("the first is ann", "select first from people", "ann")).make();
    world.begin_with(base, plans);
    execute_script(world.file(), "insert into people (first) values ('secret')");
    const auto result = world.run(plans, {.show_data = show, .through = {}, .lossy = {}, .confirm = {}});
    CHECK(result.exit_code == executor::exit_code::failed);
    CHECK((text(result).find("secret") != std::string::npos) == show);
  }
}

TEST_CASE("MRK-2: a plan that does not keep its promise does not come to rest") {
  RunnerWorld world;
  auto lying = sql_step("add a", {"alter table people add column a"}, {"alter table people drop column a"});
  lying.scratch = {"alter table people add column b"};
  PlanMaker maker(base);
  const auto plans = maker.add(lying).make();
  world.begin_with(base, plans);
  const auto result = world.run(plans);
  CHECK(result.exit_code == executor::exit_code::failed);
  CHECK(result.targets.front().text ==
        "every step is done, but the database is not what the plan promised: table people (changed); the marker stays "
        "where it is");
  CHECK(world.one("select moving_plan from _dmc_target") == plans.forward.hash);
  CHECK(world.one("select at_hash from _dmc_target") == plans.forward.plan.databases.front().from);
}

TEST_CASE("STP-2: a statement that ends the transaction ends the step") {
  RunnerWorld world;
  PlanMaker maker({"create table people (id integer primary key, first text unique)"});
  const auto plans = maker
                         .add(sql_step("insert",
                                       {"insert or rollback into people (first) values ('a')",
                                        "insert into people (first) values ('late')"},
                                       {}))
                         .make();
  world.begin_with({"create table people (id integer primary key, first text unique)"}, plans);
  execute_script(world.file(), "insert into people (first) values ('a')");
  CHECK(world.run(plans).exit_code == executor::exit_code::failed);
  CHECK(world.states() == "absent");
  CHECK(world.rows("select first from people") == std::vector<std::string>{"a"});
}

TEST_CASE("session settings hold while the statements run and are put back") {
  RunnerWorld world;
  const std::vector<std::string> tables{"create table a (id integer primary key)",
                                        "create table b (a references a on delete cascade)"};
  PlanMaker maker(tables);
  auto rebuild = sql_step("rebuild a",
                          {"create table new_a (id integer primary key, x)", "insert into new_a (id) select id from a",
                           "drop table a", "alter table new_a rename to a"},
                          {});
  auto& run = std::get<plan::RunSql>(rebuild.forward.action);
  run.settings = {{"pragma foreign_keys = 0", "pragma foreign_keys", "0", "pragma foreign_keys = {}"}};
  rebuild.reverse = std::nullopt;
  auto touch = verify_step("foreign keys are on again", "select foreign_keys from pragma_foreign_keys", "1");
  const auto plans = maker.add(rebuild).add(touch).make();
  for (const auto& table : tables) execute_script(world.file(), table);
  execute_script(world.file(), "insert into a values (1); insert into b values (1)");
  REQUIRE(world.adopt(plans.forward.plan.databases.front().from).exit_code == 0);
  const auto result = world.run(plans);
  CHECK_MESSAGE(result.exit_code == 0, text(result));
  CHECK(world.one("select count(*) from b") == "1");
}

TEST_CASE("a setting that does not take effect stops the step") {
  RunnerWorld world;
  PlanMaker maker(base);
  auto step = sql_step("add a", {"alter table people add column a"}, {});
  std::get<plan::RunSql>(step.forward.action).settings = {
      {"pragma foreign_keys = 1", "pragma foreign_keys", "0", "pragma foreign_keys = {}"}};
  const auto plans = maker.add(step).make();
  world.begin_with(base, plans);
  const auto result = world.run(plans);
  CHECK(result.exit_code == executor::exit_code::failed);
  CHECK(result.targets.front().text.find("did not take effect: pragma foreign_keys = 1 (it reads back as 1)") !=
        std::string::npos);
  CHECK(world.states() == "absent");
}

TEST_CASE("a plan that only moves rows runs once, and again after it was taken back") {
  RunnerWorld world;
  PlanMaker maker(base);
  auto counting =
      sql_step("count", {"insert into people (first) values ('new')"}, {"delete from people where first = 'new'"});
  const auto plans = maker.add(counting).make();
  REQUIRE(plans.forward.plan.databases.front().from == plans.forward.plan.databases.front().to);
  world.begin_with(base, plans);
  CHECK(world.run(plans).exit_code == 0);
  CHECK(world.run(plans).targets.front().outcome == "nothing to do");
  CHECK(world.one("select count(*) from people") == "1");
  CHECK(world.undo(plans).exit_code == 0);
  CHECK(world.undo(plans).targets.front().outcome == "nothing to do");
  CHECK(world.one("select count(*) from people") == "0");
  CHECK(world.run(plans).exit_code == 0);
  CHECK(world.one("select count(*) from people") == "1");
}

TEST_CASE("a plan is refused when it writes to its own ledger, is a way back, or has another way back") {
  RunnerWorld world;
  PlanMaker maker(base);
  auto cheat = sql_step("cheat", {"update \"_DMC_Target\" set at_hash = 'x'"}, {});
  cheat.scratch = std::vector<std::string>{};
  const auto plans = maker.add(cheat).make();
  const auto refused = world.run(plans);
  CHECK(refused.exit_code == executor::exit_code::refused);
  CHECK(refused.text == "a step writes to _dmc_target, which is the ledger's own (change 1, line 2: cheat)");
  auto good = names().make();
  CHECK(world.run({good.reverse, good.reverse, ""}).exit_code == executor::exit_code::refused);
  CHECK(world.run({good.forward, plans.reverse, ""}).exit_code == executor::exit_code::refused);
  good.forward.plan.databases.front().lowering_version = 99;
  CHECK(world.run(good).text.find("written by a newer dmc") != std::string::npos);
  good.forward.plan.databases.front().engine = "oracle";
  CHECK(world.run(good).text.find("cannot run plans there") != std::string::npos);
}

TEST_CASE("rows that a later step cannot take stop the run before its first step") {
  RunnerWorld world;
  PlanMaker maker(base);
  const auto alike = [](const std::string& column) {
    return plan::QueryCheck{"no two rows are alike in " + column,
                            "select 1 from people group by " + column + " having count(*) > 1",
                            plan::Comparison::is_empty, std::nullopt, ""};
  };
  auto index = sql_step("index people by first", {"create unique index people_first on people (first)"},
                        {"drop index people_first"});
  index.forward.pre = {alike("first")};
  SUBCASE("nothing before it changes the answer") {
    const auto plans = maker
                           .add(sql_step("drop last", {"alter table people drop column last"},
                                         {"alter table people add column last text"}))
                           .add(index)
                           .make();
    world.begin_with(base, plans);
    execute_script(world.file(), "insert into people (first) values ('x'), ('x')");
    const auto before = dump(world.file());
    for (const bool dry : {true, false}) {
      const auto result = world.run(plans, {.dry_run = dry, .through = {}, .lossy = {}, .confirm = {}});
      CHECK_MESSAGE(result.exit_code == executor::exit_code::failed, text(result));
      CHECK(result.targets.front().text.find("nothing was changed") != std::string::npos);
      CHECK(dump(world.file()) == before);
      CHECK(world.status().standing == "rest");
    }
    execute_script(world.file(), "delete from people");
    CHECK(world.run(plans).exit_code == 0);
  }
  SUBCASE("a step before it makes the answer right") {
    const auto plans = maker.add(backfill_step("people", "id", "first = id", "true")).add(index).make();
    world.begin_with(base, plans);
    execute_script(world.file(), "insert into people (first) values ('x'), ('x')");
    CHECK(world.run(plans).exit_code == 0);
  }
  SUBCASE("a question about what is not there yet is asked later") {
    auto later = index;
    later.forward.pre = {alike("full_name")};
    const auto plans = maker
                           .add(sql_step("add full_name", {"alter table people add column full_name text"},
                                         {"alter table people drop column full_name"}))
                           .add(later)
                           .make();
    world.begin_with(base, plans);
    CHECK(world.run(plans).exit_code == 0);
  }
}

TEST_CASE("a gate that the plan does not have is refused") {
  RunnerWorld world;
  const auto plans = names().make();
  world.begin_with(base, plans);
  const auto result = world.run(plans, {.through = {"typo"}, .lossy = {}, .confirm = {}});
  CHECK(result.exit_code == executor::exit_code::usage);
  CHECK(result.text.find("--through 'typo'") != std::string::npos);
}
