// Rows that do not fit keep a step from beginning: each demand with rows that break it, and with rows that do not.
#include <doctest/doctest.h>

#include "tests/unit/dialects/runner.hpp"

using namespace dmc;
using tests::Live;
using tests::live;
using tests::Refused;
using tests::Runner;

namespace {

struct Case {
  const char* before;
  const char* fits;    ///< rows
  const char* breaks;  ///< more rows
  const char* after;
  std::vector<change::ColumnMove> moves = {};
  const char* means;  ///< what the refusal says
};

std::vector<dialects::StepPair> lower(Live& database, const Case& with) {
  auto before = database.inspect().database;
  before.oldest_version = "3.40";
  const auto after = live(with.after).inspect().database;
  REQUIRE(after.table("t"));
  change::AlterTable alter{*before.table("t"), *after.table("t"), with.moves, {}, false};
  return dialects::sqlite::lower({alter, "d", "table t", "schema/d.mig:3: table t", {}, false}, before);
}

}  // namespace

TEST_CASE("what tightens is proven on the rows first") {
  const std::vector<Case> cases = {
      {"create table t (a int)",
       "insert into t values (1)",
       "insert into t values (null)",
       "create table t (a int not null)",
       {},
       "every row of t has a value for a"},
      {"create table t (a int)",
       "",
       "insert into t values (1)",
       "create table t (a int, b int not null)",
       {},
       "table t holds no rows"},
      {"create table t (a int)",
       "insert into t values (1), (null)",
       "insert into t values (-1)",
       "create table t (a int check (a > 0))",
       {},
       "every row of t passes check (a > 0)"},
      {"create table t (a int, b int)",
       "insert into t values (1, 2), (null, 2), (null, 2)",
       "insert into t values (1, 2)",
       "create table t (a int, b int, unique (b, a))",
       {},
       "no two rows of t are alike in unique t_b_a_key"},
      {"create table t (a text)",
       "insert into t values ('a'), ('b')",
       "insert into t values ('A')",
       "create table t (a text collate nocase unique)",
       {},
       "no two rows of t are alike in unique t_a_key"},
      {"create table t (a text unique)",
       "insert into t values ('a'), ('b')",
       "insert into t values ('A')",
       "create table t (a text collate nocase unique)",
       {},
       "no two rows of t are alike in unique t_a_key"},
      {"create table t (a text, b int)",
       "insert into t values ('a', 1), ('a', 0), ('A', 0)",
       "insert into t values ('A', 5)",
       "create table t (a text, b int); create unique index i on t (lower(a)) where b > 0",
       {},
       "no two rows of t are alike in unique i"},
      {"create table t (a int not null)",
       "insert into t values (1)",
       "insert into t values (1)",
       "create table t (a int not null, primary key (a))",
       {},
       "no two rows of t are alike in the primary key"},
      {"create table p (id int primary key); create table t (a int)",
       "insert into p values (1); insert into t values (1), (null)",
       "insert into t values (2)",
       "create table p (id int primary key); create table t (a int references p (id))",
       {},
       "every row of t points at a row of p"},
      {"create table t (id int primary key, up int)",
       "insert into t values (1, null), (2, 1)",
       "insert into t values (3, 9)",
       "create table t (key int primary key, up int references t (key))",
       {{"id", "key", {}, {}}},
       "every row of t points at a row of t"},
      {"create table t (a text)",
       "insert into t values ('1'), (null), (x'00')",
       "insert into t values ('one')",
       "create table t (a int)",
       {},
       "every value of t.a stays what it is as INT"},
      {"create table t (a text)",
       "insert into t values ('7')",
       "insert into t values ('007')",
       "create table t (a int)",
       {},
       "every value of t.a stays what it is as INT"},
      {"create table t (a real)",
       "insert into t values (2.0)",
       "insert into t values (2.5)",
       "create table t (a int)",
       {},
       "every value of t.a stays what it is as INT"},
      {"create table t (a int)",
       "insert into t values (9007199254740992)",
       "insert into t values (9007199254740993)",
       "create table t (a real)",
       {},
       "every value of t.a stays what it is as REAL"},
      {"create table t (a blob)",
       "insert into t values (x'00')",
       "insert into t values ('text')",
       "create table t (a blob) strict",
       {},
       "every value of t.a stays what it is as BLOB"},
      {"create table t (a text) strict",
       "insert into t values (null)",
       "insert into t values ('x')",
       "create table t (a blob) strict",
       {},
       "every value of t.a stays what it is as BLOB"},
      {"create table t (a text)",
       "insert into t values ('x')",
       "insert into t values (x'00')",
       "create table t (a text) strict",
       {},
       "every value of t.a stays what it is as TEXT"},
      {"create table t (a text not null, b int)",
       "insert into t values ('1', 1)",
       "insert into t values ('x', 1)",
       "create table t (a integer primary key, b int)",
       {},
       "every value of t.a stays what it is as INTEGER"},
      {"create table t (a any) strict",
       "insert into t values (1), ('x'), (x'00'), (1.5), (null)",
       "insert into t values ('123')",
       "create table t (a any)",
       {},
       "every value of t.a stays what it is as ANY"},
      {"create table p (id text primary key); insert into p values ('1'); create table t (a)",
       "insert into t values (1)",
       "insert into t values (2)",
       "create table p (id text primary key); create table t (a references p (id))",
       {},
       "every row of t points at a row of p"},
      {"create table t (a)",
       "insert into t values (1)",
       "insert into t values (-1)",
       "create table t (a, b text collate nocase default 'x' check (b = 'X' and a > 0))",
       {},
       "every row of t passes check (b = 'X' and a > 0)"},
      {"create table t (a int)",
       "insert into t values (1)",
       "insert into t values (50)",
       "create table t (a int check (a < 100))",
       {{"a", "a", model::Sql{"a * 10"}, model::Sql{"a / 10"}}},
       "every row of t passes check (a < 100)"},
      {"create table t (a int)",
       "insert into t values (1)",
       "insert into t values (60)",
       "create table t (a int, g int as (a * 2) check (g < 100))",
       {},
       "every row of t passes check (g < 100)"},
      {"create table t (a int)",
       "insert into t values (1)",
       "insert into t values (60)",
       "create table t (b int, g int as (b * 2), h int as (g + 1) unique check (h < 100))",
       {{"a", "b", {}, {}}},
       "every row of t passes check (h < 100)"},
      {"create table t (a text)",
       "insert into t values ('5')",
       "insert into t values ('x')",
       "create table t (a int not null)",
       {{"a", "a", model::Sql{"case when a = '5' then 5 end"}, model::Sql{"a"}}},
       "every row of t has a value for a"},
  };
  for (const auto& with : cases) {
    CAPTURE(std::string(with.before));
    CAPTURE(std::string(with.after));
    auto database = live(std::string(with.before) + ";" + with.fits);
    const auto pairs = lower(database, with);
    Runner(database).forward(pairs);
    Runner(database).back(pairs, pairs.size(), true);
    database.execute(with.breaks);
    const auto rows = database.contents();
    std::string refusal;
    try {
      Runner(database).forward(pairs);
    } catch (const Refused& error) {
      refusal = error.what();
    }
    CHECK(refusal == "it does not hold that " + std::string(with.means));
    CHECK(database.contents() == rows);
  }
}

TEST_CASE("what stays the same is not asked again") {
  auto database = live(
      "create table p (id integer primary key); create table t (id integer primary key, a text not null check (a <> "
      "''), b int unique references p (id), c text)");
  const Case same{"",
                  "",
                  "",
                  "create table p (id integer primary key); create table t (id integer primary key, mail text not null "
                  "check (mail <> ''), b int unique references p (id), c varchar(9), d int)",
                  {{"a", "mail", {}, {}}},
                  ""};
  const auto pairs = lower(database, same);
  std::string asked;
  for (const auto& check : pairs[0].forward.pre) asked += check.means + "\n";
  CHECK(asked == "nothing of an earlier attempt is left over\nevery value of t.c stays what it is as VARCHAR(9)\n");
}

TEST_CASE("a rebuild with foreign keys on would take children along, and is caught by their count") {
  auto database = live(
      "create table t (id integer primary key, a int); create table c (t int references t (id) on delete cascade);"
      "insert into t values (1, 1); insert into c values (1), (1)");
  auto pairs = lower(database, {"", "", "", "create table t (id integer primary key, a int not null)", {}, ""});
  auto& action = std::get<plan::RunSql>(pairs[0].forward.action);
  CHECK(action.settings.size() == 2);
  CHECK(pairs[0].forward.hazards[1].id == "data.sqlite_rebuild_cascade");
  action.settings.clear();
  CHECK_THROWS_AS(Runner(database).forward(pairs), Refused);
  CHECK(database.value("select count(*) from c") == "2");
  database.execute("create table " + std::get<plan::RunSql>(pairs[0].reverse->action).statements[0].substr(13, 21) +
                   " (x)");
  CHECK_THROWS_AS(Runner(database).back(pairs), Refused);
}

TEST_CASE("views and tables that dmc does not know do not stop a rebuild, and stay as they are") {
  auto database = live("create table t (id integer primary key, a int); insert into t values (1, 1)");
  const auto pairs = lower(database, {"", "", "", "create table t (id integer primary key, a int not null)", {}, ""});
  database.execute("create view theirs as select a from t; create view broken as select x from nowhere");
  database.execute(
      "create table other (n int); create trigger their_own after insert on other begin update t set a = new.n; end");
  Runner(database).forward(pairs);
  CHECK(database.value("select a from theirs") == "1");
  CHECK(database.value("select sql from sqlite_master where name = 'theirs'") ==
        "CREATE VIEW theirs as select a from t");
}
