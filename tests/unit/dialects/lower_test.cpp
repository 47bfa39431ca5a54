// Every other kind of change carried out on a real database and taken back, after each number of steps.
#include <doctest/doctest.h>

#include "tests/unit/dialects/runner.hpp"

using namespace dmc;
using tests::Live;
using tests::live;
using tests::Refused;
using tests::Runner;

namespace {

model::Database inspected(Live& database) {
  auto found = database.inspect();
  CHECK(found.unmodelled.empty());
  found.database.oldest_version = "3.35";
  return found.database;
}

change::Change change_of(change::ChangeKind kind, const std::string& object) {
  return {std::move(kind), "d", object, "change 3, line 7: as declared", {}, true};
}

std::vector<dialects::StepPair> lower(Live& database, change::ChangeKind kind, const std::string& object = "table t") {
  return dialects::sqlite::lower(change_of(std::move(kind), object), inspected(database));
}

std::string kinds(const std::vector<dialects::StepPair>& pairs) {
  std::string out;
  for (const auto& pair : pairs) out += plan::kind_of(pair.forward) + (pair.takes_effect ? "! " : " ");
  return out;
}

std::string hazards(const plan::Step& step) {
  std::string out;
  for (const auto& hazard : step.hazards) out += hazard.id + (hazard.accepted ? "+ " : " ");
  return out;
}

/// Forward and back after each number of steps; the whole database is as it was each time.
void there_and_back(Live& database, const std::vector<dialects::StepPair>& pairs, bool same_rows = true) {
  const auto before = inspected(database);
  const auto rows = database.contents();
  for (std::size_t done = 1; done <= pairs.size(); ++done) {
    CAPTURE(done);
    Runner runner(database);
    runner.forward(pairs, done);
    runner.back(pairs, done);
    CHECK(inspected(database) == before);
    if (same_rows) CHECK(database.contents() == rows);
    CHECK(database.value("select count(*) from sqlite_master where name like '\\_dmc\\_%' escape '\\'") == "0");
  }
}

constexpr const char* shop =
    "create table users (id integer primary key autoincrement, email text unique collate nocase, age int);"
    "create table sessions (token text primary key not null, user_id int references users (id) on delete cascade, data "
    "blob, n real);"
    "create index sessions_user on sessions (user_id);"
    "create table log (what text);"
    "create view seniors as select id, email from users where age > 60;"
    "create trigger sessions_log after delete on sessions begin insert into log values (old.token); end;"
    "create trigger users_touch after update on users begin insert into log values ('touched ' || new.id); end;"
    "insert into users (id, email, age) values (1, 'a@x', 70), (2, 'B@x', 20), (5, null, 33), (9, 'z@x', null); delete "
    "from users where id = 9;"
    "insert into sessions values ('s1', 1, x'00ff', 1.0), ('s2', 2, 'text', 2.5), ('s3', 1, null, 3)";

}  // namespace

TEST_CASE("a table is created with its indexes and dropped while it is empty") {
  auto database = live(shop);
  const auto wanted =
      live("create table t (id integer primary key, n int unique); create index i on t (n desc) where n > 0")
          .inspect()
          .database;
  const auto pairs = lower(database, change::CreateTable{wanted.tables[0]});
  there_and_back(database, pairs);
  Runner(database).forward(pairs);
  CHECK(model::state_of(*inspected(database).table("t")) == model::state_of(wanted.tables[0]));
  database.execute("insert into t values (1, 1)");
  CHECK_THROWS_AS(Runner(database).back(pairs), Refused);
  CHECK(database.value("select count(*) from t") == "1");
  Runner(database).back(pairs, 1, true);
  CHECK(pairs[0].forward.reverse.grade == plan::ReverseClass::exact_until_written);
  CHECK_THROWS_AS(Runner(database).forward(lower(database, change::CreateTable{inspected(database).tables[0]})),
                  Refused);
}

TEST_CASE("a table is renamed with everything that names it") {
  auto database = live(shop);
  const auto before = *inspected(database).table("users");
  for (const char* name : {"people", "Users", "the people", "order"}) {
    CAPTURE(std::string(name));
    auto after = before;
    after.name = name;
    const auto pairs = lower(database, change::RenameTable{before, after});
    there_and_back(database, pairs);
    Runner(database).forward(pairs);
    const auto now = inspected(database);
    CHECK(now.table(name));
    CHECK(now.table("sessions")->foreign_keys[0].table == name);
    CHECK(database.value("select count(*) from seniors") == "1");
    CHECK(hazards(pairs[0].forward) == "compat.rename_table+ ");
    Runner(database).back(pairs);
  }
}

TEST_CASE("a dropped table is fenced, kept, read back and only then gone") {
  auto database = live(shop);
  const auto table = *inspected(database).table("sessions");
  const auto pairs = lower(database, change::DropTable{table, model::Backup::with}, "table sessions");
  CHECK(kinds(pairs) == "run_sql@1! backup@1 run_sql@1 ");
  there_and_back(database, pairs);
  const auto rows = database.contents();
  Runner(database).forward(pairs, 1);
  CHECK_FALSE(inspected(database).table("sessions"));
  CHECK_THROWS(database.execute("insert into sessions values ('s4', 1, null, null)"));
  Runner(database).back(pairs, 1);
  Runner(database).forward(pairs);
  CHECK(database.value("select count(*) from log") == "0");  // no row was deleted one by one
  const auto& backup = std::get<plan::Backup>(pairs[1].forward.action);
  CHECK(backup.columns == std::vector<std::string>{"token TEXT NOT NULL PRIMARY KEY",
                                                   "user_id INT REFERENCES users (id) ON DELETE CASCADE", "data BLOB",
                                                   "n REAL"});
  CHECK(database.value("select group_concat(typeof(data) || typeof(n)) from " + backup.artifact) ==
        "blobreal,textreal,nullreal");
  Runner(database).back(pairs);
  CHECK(database.contents() == rows);
  CHECK(hazards(pairs[2].forward) == "data.drop_table+ ");
}

TEST_CASE("a backup that is no longer equal keeps its table from being dropped") {
  auto database = live(shop);
  const auto pairs =
      lower(database, change::DropTable{*inspected(database).table("sessions"), model::Backup::with}, "table sessions");
  Runner(database).forward(pairs, 2);
  const auto artifact = std::get<plan::Backup>(pairs[1].forward.action).artifact;
  for (const char* damage :
       {"update @ set n = 1 where token = 's1'", "delete from @ where token = 's1'",
        "insert into @ (_dmc_rowid, token) values (99, 's9')", "update @ set data = 'TEXT' where token = 's2'"}) {
    std::string sql = damage;
    sql.replace(sql.find('@'), 1, artifact);
    database.execute("savepoint s");
    database.execute(sql);
    CAPTURE(sql);
    for (const auto& check : pairs[2].forward.pre) (void)check;
    std::size_t wrong = 0;
    for (const auto& check : pairs[2].forward.pre) {
      const auto answer = database.query(check.query);
      wrong += check.comparison == plan::Comparison::is_empty ? !answer.empty() : answer[0][0] != check.value;
    }
    CHECK(wrong > 0);
    database.execute("rollback to s");
    database.execute("release s");
  }
  Runner(database).forward({pairs[2]});
}

TEST_CASE("a table that others reference is not dropped, managed or not") {
  auto database = live(shop);
  const auto users = *inspected(database).table("users");
  for (const auto backup : {model::Backup::with, model::Backup::without})
    CHECK_THROWS_AS(Runner(database).forward(lower(database, change::DropTable{users, backup}, "table users")),
                    Refused);
  CHECK(database.value("select count(*) from sessions") == "3");
  database.execute("drop table sessions");
  for (const auto backup : {model::Backup::with, model::Backup::without}) {
    const auto pairs = lower(database, change::DropTable{users, backup}, "table users");
    there_and_back(database, pairs, backup == model::Backup::with);
  }
  // The counter goes on where it was: key 9 was given once.
  auto again = live(shop);
  again.execute("drop table sessions");
  const auto pairs =
      lower(again, change::DropTable{*inspected(again).table("users"), model::Backup::with}, "table users");
  Runner(again).forward(pairs);
  Runner(again).back(pairs);
  again.execute("insert into users (email) values ('new')");
  CHECK(again.value("select max(id) from users") == "10");
}

TEST_CASE("views and triggers are created, replaced and dropped with what hangs on them") {
  auto database = live(std::string(shop) +
                       "; create trigger seniors_new instead of insert on seniors begin insert into users (email, age) "
                       "values (new.email, 61); end");
  const auto before = inspected(database);
  auto view = *before.view("seniors");
  view.query.text = "select id, email, age from users where age > 65";
  there_and_back(database, lower(database, change::ReplaceView{*before.view("seniors"), view}, "view seniors"));
  there_and_back(database, lower(database, change::DropView{*before.view("seniors")}, "view seniors"), true);
  model::View fresh;
  fresh.name = "young people";
  fresh.columns = {"id", "the mail"};
  fresh.query.text = "select id, email from users where age < 30";
  there_and_back(database, lower(database, change::CreateView{fresh}, "view young people"));
  fresh.query.text = "select nothing from nowhere";
  CHECK_THROWS(Runner(database).forward(lower(database, change::CreateView{fresh}, "view young people")));
  auto trigger = *before.trigger("users_touch");
  trigger.of_columns = {"age"};
  trigger.when = model::Sql{"new.age is not old.age"};
  there_and_back(database, lower(database, change::ReplaceTrigger{*before.trigger("users_touch"), trigger},
                                 "trigger users_touch"));
  there_and_back(database, lower(database, change::DropTrigger{*before.trigger("users_touch")}, "trigger users_touch"));
  trigger.name = "other";
  there_and_back(database, lower(database, change::CreateTrigger{trigger}, "trigger other"));
}

TEST_CASE("a view that reads another one is only looked for, because the other may have its turn yet") {
  auto database = live("create table t (a, b); create view v as select a, b from t; create view w as select a from v");
  const auto before = inspected(database);
  auto view = *before.view("w");
  view.query.text = "select c from v";
  there_and_back(database, lower(database, change::ReplaceView{*before.view("w"), view}, "view w"));
}

TEST_CASE("an object is what its author's statements make it") {
  auto database = live(shop);
  model::Object object{"virtual table",
                       "search",
                       {"create virtual table search using fts5 (body)"},
                       std::nullopt,
                       {"drop table search"},
                       {},
                       {}};
  const auto pairs = lower(database, change::CreateObject{object}, "object search");
  CHECK(pairs[0].forward.reverse.grade == plan::ReverseClass::exact_until_written);
  there_and_back(database, pairs);
  Runner(database).forward(pairs);
  const auto drop = dialects::sqlite::lower(change_of(change::DropObject{object}, "object search"), {});
  CHECK(drop[0].forward.reverse.grade == plan::ReverseClass::lossy);
  Runner(database).forward(drop);
  CHECK(database.value("select count(*) from sqlite_master where name = 'search'") == "0");
}

TEST_CASE("statements run as written, with their check and their way back") {
  auto database = live(shop);
  change::RunStatements run;
  run.statement.name = "older";
  run.statement.statements = {{"update users set age = age + 1"}, {"insert into log values ('ran')"}};
  run.statement.verify =
      plan::QueryCheck{"one line", "select count(*) from log where what = 'ran'", plan::Comparison::equal, "1", ""};
  run.statement.undo = {{"update users set age = age - 1"}, {"delete from log"}};
  const auto pairs = lower(database, run, "run older");
  there_and_back(database, pairs);
  CHECK(pairs[0].forward.reverse.grade == plan::ReverseClass::exact);
  run.statement.verify->value = "2";
  CHECK_THROWS_AS(Runner(database).forward(lower(database, run, "run older")), Refused);
  CHECK(database.value("select max(age) from users") == "70");
  run.statement.in_transaction = false;
  run.statement.undo_nothing = true;
  const auto outside = lower(database, run, "run older");
  REQUIRE(outside.size() == 2);
  CHECK(outside[0].forward.exactly_once_by == plan::ExactlyOnce::none);
  CHECK(outside[0].forward.post.empty());
  CHECK(outside[1].forward.exactly_once_by == plan::ExactlyOnce::post);
  CHECK_FALSE(outside[1].reverse);
  CHECK_FALSE(std::get<plan::RunSql>(outside[0].forward.action).in_transaction);
  CHECK(std::get<plan::RunSql>(outside[0].reverse->action).statements.empty());
  CHECK(outside[0].forward.reverse.grade == plan::ReverseClass::lossy);
}

TEST_CASE("questions and gates change nothing, adopting and forgetting needs no step") {
  Live database;
  const auto verify =
      lower(database, change::VerifyQuery{{"all well", "d", {"m", "select 1", plan::Comparison::equal, "1", ""}, {}}},
            "verify");
  CHECK(kinds(verify) == "verify@1 ");
  const auto gate = lower(database, change::WaitAtGate{{"deployed", std::nullopt, std::nullopt, 0, 0}}, "gate");
  CHECK(kinds(gate) == "gate@2 ");
  CHECK(std::get<plan::RunSql>(gate[0].reverse->action).statements.empty());
  CHECK(lower(database, change::Adopt{}).empty());
  CHECK(lower(database, change::Forget{}).empty());
}
