// Pairs of schemas: built, brought forward, compared, taken back, compared again, rows looked at each time.
#include <functional>

#include <doctest/doctest.h>

#include "tests/unit/dialects/runner.hpp"

using namespace dmc;
using tests::Live;
using tests::live;
using tests::Refused;
using tests::Runner;

namespace {

struct Case {
  const char* name;
  const char* before;  ///< schema
  const char* rows;    ///< inserts
  const char* after;   ///< schema
  std::vector<change::ColumnMove> moves = {};
  std::vector<change::ColumnLoss> losses = {};
  bool rebuild = false;
  int needs = 3026000;  ///< the oldest SQLite that can hold it
};

std::string states(const model::Database& database) {
  std::string out;
  for (const auto& state : model::states_of(database)) out += state.object + " " + state.state + "\n";
  return out;
}

change::Change alteration(const model::Database& before, const model::Database& after, const Case& with,
                          const std::string& table) {
  REQUIRE(before.table(table));
  REQUIRE(after.table(table));
  change::AlterTable alter{*before.table(table), *after.table(table), with.moves, with.losses, with.rebuild};
  return {alter, "d", "table " + table, "change 2, line 1: alter", {}, true};
}

model::Sql sql(const char* text) { return {text}; }

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"add columns",
       "create table t (id integer primary key, a int)",
       "insert into t values (1, 2), (5, 6)",
       "create table t (id integer primary key, a int, b text, c int not null default 7, d real default 1.5 check (d > "
       "0), e int as (a + 1))",
       {},
       {},
       false,
       3031000},
      {"add a column that references",
       "create table p (id integer primary key); create table t (id integer primary key, a int)",
       "insert into p values (1); insert into t values (1, 2)",
       "create table p (id integer primary key); create table t (id integer primary key, a int, p int references p "
       "(id) on delete cascade)"},
      {"add what ALTER cannot",
       "create table t (id integer primary key, a int)",
       "insert into t values (1, 2), (5, 6)",
       "create table t (id integer primary key, a int, b text default current_timestamp, c int generated always as (a "
       "* 2) stored, d int unique)",
       {},
       {},
       false,
       3031000},
      {"rename, with readers of every kind",
       "create table t (id integer primary key, a int check (a > 0), b text, unique (a, b)); create table c (id "
       "integer primary key, x int, y text, foreign key "
       "(x, y) references t (a, b) on delete cascade); create view v as select a, b from t; create view w as select * "
       "from v; create table log (n int);"
       "create trigger r after update of a on t when new.a > 1 begin insert into log values (new.a); end; create "
       "trigger s after insert on c begin update t set id "
       "= id where t.a = new.x; end; create index i on t (a desc) where a > 5",
       "insert into t values (1, 2, 'x'), (5, 6, 'y'); insert into c values (1, 2, 'x')",
       "create table t (id integer primary key, amount int check (amount > 0), b text, unique (amount, b)); create "
       "table c (id integer primary key, x int, y text, "
       "foreign key (x, y) references t (amount, b) on delete cascade); create view v as select amount, b from t; "
       "create view w as select * from v; create table "
       "log (n int); create trigger r after update of amount on t when new.amount > 1 begin insert into log values "
       "(new.amount); end; create trigger s after insert "
       "on c begin update t set id = id where t.amount = new.x; end; create index i on t (amount desc) where amount > "
       "5",
       {{"a", "amount", {}, {}}}},
      {"names that change places",
       "create table t (id integer primary key, a int, b text, c int); create view v as select a, b from t",
       "insert into t values (1, 2, 'x', 3)",
       "create table t (id integer primary key, b int, a text, d int); create view v as select b, a from t",
       {{"a", "b", {}, {}}, {"b", "a", {}, {}}, {"c", "d", {}, {}}}},
      {"letter case alone",
       "create table t (id integer primary key, name text unique)",
       "insert into t values (1, 'x')",
       "create table t (id integer primary key, Name text unique)",
       {{"name", "Name", {}, {}}}},
      {"not null and checks", "create table t (id integer primary key, a int, b text)",
       "insert into t values (1, 2, 'x'), (5, 6, 'y')",
       "create table t (id integer primary key, a int not null check (a < 100), b text, constraint both_set check (a > "
       "0 and b <> ''))"},
      {"and back again: relaxed",
       "create table t (id integer primary key, a int not null check (a < 100), b text unique, constraint k check (a "
       "<> 3))",
       "insert into t values (1, 2, 'x'), (5, 6, 'y')", "create table t (id integer primary key, a int, b text)"},
      {"keys", "create table t (a int not null, b text not null, c int)",
       "insert into t values (1, 'x', 3), (2, 'y', null)",
       "create table t (a int not null, b text not null, c int, primary key (b, a), unique (c collate nocase, a))"},
      {"a rowid that is nobody's", "create table t (a int, b text)",
       "insert into t (rowid, a, b) values (7, 1, 'x'), (3, 2, 'y')", "create table t (a int check (a > 0), b text)"},
      {"without rowid and strict",
       "create table t (k text primary key not null, v int, w blob)",
       "insert into t values ('a', 1, x'00'), ('b', null, x'ff')",
       "create table t (k text primary key not null, v int, w blob) strict, without rowid",
       {},
       {},
       false,
       3037000},
      {"to a rowid key", "create table t (id int primary key not null, v text)",
       "insert into t values (10, 'a'), (20, 'b')", "create table t (id integer primary key, v text)"},
      {"retype, wider", "create table t (id integer primary key, a varchar(10), b smallint)",
       "insert into t values (1, 'x', 2), (2, null, null)",
       "create table t (id integer primary key, a text, b bigint)"},
      {"retype, wider, of values that nobody expects there", "create table t (id integer primary key, a int)",
       "insert into t values (1, 5.5), (2, 'x'), (3, x'00')", "create table t (id integer primary key, a numeric)"},
      {"retype by affinity", "create table t (id integer primary key, a text)",
       "insert into t values (1, '12'), (2, '-3'), (3, null)", "create table t (id integer primary key, a integer)"},
      {"retype with an expression and its inverse",
       "create table t (id integer primary key, price real)",
       "insert into t values (1, 1.5), (2, 2.25)",
       "create table t (id integer primary key, price integer)",
       {{"price", "price", sql("cast(price * 100 as integer)"), sql("price / 100.0")}}},
      {"rename and retype at once",
       "create table t (id integer primary key, price text, x int); create view v as select price from t; create table "
       "c (x int references t (id))",
       "insert into t values (1, '7', 1); insert into c values (1)",
       "create table t (id integer primary key, cents integer not null, x int); create view v as select cents from t; "
       "create table c (x int references t (id))",
       {{"price", "cents", sql("price * 100"), sql("cents / 100")}}},
      {"children, views, triggers, counter and index of a rebuilt table",
       "create table t (id integer primary key autoincrement, a int, b text); create table c (id integer primary key, "
       "t int references t (id) on delete cascade, "
       "parent int references c (id) on delete cascade); create table log (n int); create view v as select a from t; "
       "create view w as select count(*) n from v; create "
       "trigger r after delete on t begin insert into log values (old.id); end; create trigger s instead of insert on "
       "v begin insert into t (a) values (new.a); end; "
       "create trigger u after insert on log begin update t set b = 'seen' where id = new.n; end; create index i on t "
       "(lower(b)) where a > 0; create unique index j on t (a)",
       "insert into t (id, a, b) values (1, 2, 'x'), (9, 6, 'y'); delete from t where id = 9; delete from log; insert "
       "into c values (1, 1, null), (2, 1, 1)",
       "create table t (id integer primary key autoincrement, a int not null default 5, b text collate nocase); create "
       "table c (id integer primary key, t int references t "
       "(id) on delete cascade, parent int references c (id) on delete cascade); create table log (n int); create view "
       "v as select a from t; create view w as select count(*) "
       "n from v; create trigger r after delete on t begin insert into log values (old.id); end; create trigger s "
       "instead of insert on v begin insert into t (a) values "
       "(new.a); end; create trigger u after insert on log begin update t set b = 'seen' where id = new.n; end; create "
       "index i on t (lower(b)) where a > 0; create unique "
       "index j on t (a)"},
      {"a table that references itself",
       "create table t (id integer primary key, up int references t (id) on delete cascade, n text)",
       "insert into t values (1, null, 'a'), (2, 1, 'b'), (3, 2, 'c')",
       "create table t (id integer primary key, up int references t (id) on delete set null, n text not null)"},
      {"foreign keys come and go",
       "create table p (id integer primary key); create table q (k text primary key); create table t (a int references "
       "p (id), b text)",
       "insert into p values (1); insert into q values ('x'); insert into t values (1, 'x'), (null, null)",
       "create table p (id integer primary key); create table q (k text primary key); create table t (a int, b text "
       "references q (k) deferrable initially deferred)"},
      {"indexes alone", "create table t (a int, b text); create index i on t (a); create index j on t (b)",
       "insert into t values (1, 'x')",
       "create table t (a int, b text); create index i on t (a desc); create unique index k on t (b, a) where a > 0"},
      {"drop columns without backup",
       "create table t (id integer primary key, a int, b text, c int)",
       "insert into t values (1, null, null, 3)",
       "create table t (id integer primary key, c int)",
       {},
       {{"a", model::Backup::without}, {"b", model::Backup::without}}},
      {"drop columns with backup",
       "create table t (id integer primary key, a int, b text not null, c int); create index i on t (c)",
       "insert into t values (1, 1, 'x', 3), (2, null, 'y', 4), (9, 1.5, x'00', 5)",
       "create table t (id integer primary key, c int); create index i on t (c)",
       {},
       {{"a", model::Backup::with}, {"b", model::Backup::with}}},
      {"drop a column that everything held on to",
       "create table t (k text not null, a int not null unique check (a > 0), b text, primary key (k)); create index i "
       "on t (a, b); "
       "create view v as select k from t",
       "insert into t values ('A', 1, 'x'), ('a', 2, 'y')",
       "create table t (k text not null, b text, primary key (k)); create view v as select k from t",
       {},
       {{"a", model::Backup::with}}},
      {"drop from a table without any key",
       "create table t (a int, b text)",
       "insert into t (rowid, a, b) values (3, 1, 'x'), (4, 1, 'x')",
       "create table t (b text)",
       {},
       {{"a", model::Backup::with}}},
      {"drop from a table without rowid",
       "create table t (a int, b text, c int, primary key (a, b)) without rowid",
       "insert into t values (1, 'x', 9), (1, 'y', 8)",
       "create table t (a int, b text, primary key (a, b)) without rowid",
       {},
       {{"c", model::Backup::with}}},
      {"drop, rename into its name, add",
       "create table t (id integer primary key, a int, b text); create view v as select b from t",
       "insert into t values (1, 2, 'x')",
       "create table t (id integer primary key, a text, c int default 4); create view v as select a from t",
       {{"b", "a", {}, {}}},
       {{"a", model::Backup::with}}},
      {"drop and add anew under the same name",
       "create table t (id integer primary key, a int)",
       "insert into t values (1, 2)",
       "create table t (id integer primary key, a text default 'new')",
       {},
       {{"a", model::Backup::with}}},
      {"asked to rebuild",
       "create table t (id integer primary key, a int)",
       "insert into t values (1, 2)",
       "create table t (id integer primary key, a int, b int)",
       {},
       {},
       true},
      {"hostile names",
       "create table \"t'); drop table x; --\" (\"i\"\"d\" integer primary key, \"select\" int, \"a b]\" text); create "
       "table x (n int); create view \"v w\" as select "
       "\"select\" from \"t'); drop table x; --\"",
       "insert into \"t'); drop table x; --\" values (1, 2, 'it''s')",
       "create table \"t'); drop table x; --\" (\"i\"\"d\" integer primary key, \"from\" int not null, \"a b]\" text "
       "unique check (\"a b]\" <> '--')); create table x (n int); create view "
       "\"v w\" as select \"from\" from \"t'); drop table x; --\"",
       {{"select", "from", {}, {}}}},
      {"unicode", "create table straße (größe int, 名 text)", "insert into straße values (1, 'ß')",
       "create table straße (größe int not null, 名 text, \"naïve\" text default 'é')"},
  };
  return all;
}

std::string table_of(const Case& with, const model::Database& before) {
  const std::string text = with.before;
  for (const char* name : {"t", "straße", "t'); drop table x; --"})
    if (before.table(name)) return name;
  return "";
}

std::string counters(Live& database) {
  if (database.value("select count(*) from sqlite_master where name = 'sqlite_sequence'") == "0") return "";
  return database.value("select group_concat(name || ' ' || seq) from (select * from sqlite_sequence order by name)");
}

void check(const Case& with, const std::string& version) {
  CAPTURE(std::string(with.name));
  CAPTURE(version);
  auto database = live(std::string(with.before) + ";" + with.rows);
  auto before = database.inspect().database;
  auto wanted = live(with.after).inspect().database;
  before.oldest_version = version;
  const auto rows = database.contents();
  const auto pairs = dialects::sqlite::lower(alteration(before, wanted, with, table_of(with, before)), before);
  const auto sequence = counters(database);
  // Every number of steps can be taken back.
  for (std::size_t done = 1; done <= pairs.size(); ++done) {
    Runner runner(database);
    runner.forward(pairs, done);
    const auto inspected = database.inspect();
    CHECK(inspected.unmodelled.empty());
    CHECK(states(inspected.database) == states(wanted));
    if (done == pairs.size()) CHECK(database.value("select count(*) from pragma_foreign_key_check") == "0");
    runner.back(pairs, done, true);
    auto again = database.inspect().database;
    again.oldest_version = version;
    CHECK(again == before);
    if (with.losses.empty() || with.losses[0].backup == model::Backup::with) CHECK(database.contents() == rows);
    CHECK(counters(database) == sequence);
    CHECK(database.value("select count(*) from sqlite_master where name like '\\_dmc\\_%' escape '\\'") == "0");
    CHECK(database.value("select count(*) from pragma_foreign_key_check") == "0");
  }
}

}  // namespace

TEST_CASE("every pair of schemas, forward and back, for old and new versions") {
  for (const auto& with : cases()) {
    for (const char* version : {"3.26", "3.35", "3.53"}) {
      const int number = 3000000 + 1000 * std::stoi(std::string(version).substr(2));
      if (sqlite3_libversion_number() < std::max(number, with.needs)) continue;
      try {
        check(with, version);
      } catch (const std::exception& error) {
        const auto what = std::string(with.name) + " on " + version + ": " + error.what();
        FAIL_CHECK(what);
      }
    }
  }
}

TEST_CASE("what a rebuild cannot bring back is said") {
  const auto loses = [](const char* before, const char* after) {
    auto from = live(before).inspect().database;
    auto to = live(after).inspect().database;
    from.oldest_version = to.oldest_version = "3.35";
    const Case with{"", before, "", after, {}, {}, true};
    return dialects::sqlite::lower(alteration(from, to, with, "t"), from).at(0).forward.reverse;
  };
  const auto counter =
      loses("create table t (id integer primary key autoincrement, a)", "create table t (id integer primary key, a)");
  CHECK(counter.grade == plan::ReverseClass::lossy);
  CHECK(counter.loses == "the counter of t.id: keys of rows that are gone may be given again");
  for (const char* after :
       {"create table t (id int primary key not null) without rowid", "create table t (id integer primary key)"})
    CHECK(loses("create table t (id int primary key not null)", after).loses ==
          "the hidden rowids of t, which are others from now on");
}

TEST_CASE("the counter of a key that goes is not left behind") {
  auto database = live("create table t (id integer primary key autoincrement, a); insert into t values (9, 1)");
  const auto before = database.inspect().database;
  auto after = live("create table t (a)").inspect().database;
  const Case with{"", "", "", "", {}, {{"id", model::Backup::with}}};
  const auto pairs = dialects::sqlite::lower(alteration(before, after, with, "t"), before);
  Runner(database).forward(pairs);
  CHECK(database.value("select count(*) from sqlite_sequence") == "0");
  Runner(database).back(pairs);
  CHECK(database.value("select group_concat(name || seq) from sqlite_sequence") == "t9");
}
