// Any database, read back: what is in it, what is not modelled, and that what is built from the answer reads the same.
#include <algorithm>

#include <doctest/doctest.h>

#include "compiler/dialects/sqlite/ddl.hpp"
#include "compiler/dialects/sqlite/tokens.hpp"
#include "tests/unit/dialects/live.hpp"

using namespace dmc;
using tests::Live;
using tests::live;

namespace {

std::string states(const model::Database& database) {
  std::string out;
  for (const auto& state : model::states_of(database)) out += state.object + " " + state.state + "\n";
  return out;
}

std::string lines(const std::vector<std::string>& list) {
  std::string out;
  for (const auto& line : list) out += line + "\n";
  return out;
}

/// The database built from nothing by our own DDL.
Live built(const model::Database& database) {
  Live fresh;
  for (const auto& table : database.tables) {
    fresh.execute(dialects::sqlite::create_table(table));
    for (const auto& index : table.indexes) fresh.execute(dialects::sqlite::create_index(table, index));
  }
  for (const auto& view : database.views) fresh.execute(dialects::sqlite::create_view(view));
  for (const auto& trigger : database.triggers) fresh.execute(dialects::sqlite::create_trigger(trigger));
  return fresh;
}

void check_round_trip(Live& database) {
  const auto inspected = database.inspect();
  CHECK(lines(inspected.unmodelled) == "");
  auto again = built(inspected.database);
  const auto second = again.inspect();
  CHECK(states(inspected.database) == states(second.database));
  CHECK(inspected.database == second.database);
}

const char* const everything[] = {
    "create table t (a)",
    "create table t (id integer primary key, name text not null default 'x', n int default -5, r real default 1.5e3)",
    "create table t (id integer primary key autoincrement, b blob default x'00ff', c default (1 + 2), d default "
    "current_timestamp)",
    "create table [a b] ([c d] [my type] not null, `e``f` varchar ( 10 ), \"g\"\"h\" decimal( 10 , 2 ), 'i' \"double "
    "precision\")",
    "create table t (a int primary key desc, b int unique on conflict replace, c text collate nocase unique)",
    "create table t (a integer primary key desc, b)",
    "create table t (a integer, b, primary key (a desc))",
    "create table t (a text, b int, constraint k primary key (b, a collate nocase desc) on conflict ignore, unique (b "
    "desc, a))",
    "create table t (a text primary key, b) without rowid",
    "create table t (a int, b any, c blob, d real, e text, f integer, primary key (a, e)) strict, without rowid",
    "create table t (a int constraint nn not null on conflict fail, b int constraint pos check (b > 0), check (a < b), "
    "check (a <> 7))",
    "create table t (a int, b int as (a + 1), c text generated always as (a || 'x') stored not null)",
    "create table p (id integer primary key, x text unique); create table c (a references p, b references P (X) on "
    "delete cascade on update "
    "set null deferrable initially deferred, d int, e int, foreign key (d) references p (id) on delete set default not "
    "deferrable, "
    "constraint own foreign key (e) references c (d) match full, unique (d))",
    "create table t (a int, b int); create unique index i on t (a desc, b collate nocase) where b > 0; create index j "
    "on t (lower(b), a + 1, "
    "(a) desc); create index k on t (a collate rtrim)",
    "create table t (a int, a2 text); create view v as select a from t where a > 1; create view w (x, \"y z\") as with "
    "q as (select 1) select a, "
    "a2 from t -- end",
    "create table t (a int, b int); create table log (x); create trigger r after update of a, b on t for each row when "
    "new.a > 1 begin insert "
    "into log values (case when new.a = 1 then 'end' else 'begin' end); delete from log where x = old.a; end",
    "create table t (a int); create view v as select a from t; create trigger r instead of insert on v begin insert "
    "into t values (new.a); end; "
    "create trigger s delete on t begin select 1; end",
    "create /* one */ table t -- two\n( -- three\n a int /* four */ not null, -- five (\n b text default 'a -- b' /* ) "
    "*/)",
    "create table if not exists main.t (a int check (t.a > 0) check ((((a < 9)))), b default ('x'), c default null)",
    "create table t (a int, unique (a), primary key (a)); create table u (a int unique, unique (a), unique (a collate "
    "nocase))",
    "create table t as select 1 as one, 'x' as \"a b\", 2.5 as three",
    "create table \"order\" (\"select\" int, \"group\" text, check (\"select\" > 0)); create index \"index\" on "
    "\"order\" (\"group\")",
    "create table \"x'); drop table y; --\" (\"a\"\"); --\" int, \"b'c\" text default 'it''s'); create index \"i]\" on "
    "\"x'); drop table y; --\" "
    "(\"b'c\")",
    "create table straße (größe int, 名前 text); create view ü as select größe from straße",
    "create table t (a int, b int, foreign key (a, b) references t (b, a), unique (b, a))",
    "create table p (a int, b int, primary key (a, b)); create table c (x int, y int, foreign key (x, y) references p)",
    "create table t (a int constraint one default 5 constraint two collate nocase constraint three unique)",
};

}  // namespace

TEST_CASE("what SQLite accepts is read whole, and built from the answer it reads the same") {
  for (const auto* sql : everything) {
    CAPTURE(std::string(sql));
    auto database = live(sql);
    check_round_trip(database);
  }
}

TEST_CASE("the same holds after SQLite itself rewrote the texts") {
  auto database = live(
      "create table users (id integer primary key, email text unique check (users.email <> ''), age int, unique (age, "
      "email));"
      "create table orders (id integer primary key, user_id int references users (id), who text references users "
      "(email));"
      "create view v as select users.email, o.id from users join orders o on o.user_id = users.id;"
      "create index i on users (lower(email)) where users.age > 3;"
      "create trigger r after update of age on users begin update users set email = new.email where id = new.id; end");
  for (const auto* step :
       {"alter table users add column note text default '' check (note <> 'x')",
        "alter table users rename column email to \"e mail\"", "alter table users rename to \"the users\"",
        "alter table orders rename column user_id to buyer", "alter table \"the users\" rename column age to old_age",
        "alter table \"the users\" add column born date", "alter table \"the users\" drop column note"}) {
    CAPTURE(std::string(step));
    database.execute(step);
    check_round_trip(database);
  }
}

TEST_CASE("a text and its canonical form are one state") {
  const auto state = [](const std::string& sql) { return states(live(sql).inspect().database); };
  CHECK(state("create table t (a int primary key not null, b text default (('x')))") ==
        state("CREATE TABLE [t] (\"a\" INT NOT NULL, `b` TEXT DEFAULT 'x', PRIMARY KEY (\"A\"))"));
  CHECK(state("create table t (id integer primary key, b varchar(10))") ==
        state("create table t (id INTEGER not null, b VARCHAR ( 10 ), primary key (id asc))"));
  CHECK(state("create table p (id integer primary key); create table c (p references p)") ==
        state("create table p (id integer primary key); create table c (p references P (ID) on delete no action match "
              "simple)"));
  CHECK(state("create table t (a int); create index i on t (a collate binary) where ((a > 0))") ==
        state("create table t (a int); create index i on t (\"A\" asc) where a /* b */ > 0"));
  CHECK(state("create table t (a int, check (a > 0) on conflict replace)") ==
        state("create table t (a int, check (t.a > 0))"));
  CHECK(
      state("create table t (a text unique, b text primary key, unique (b) on conflict ignore, unique (a) on conflict "
            "replace)") ==
      state("create table t (a text unique on conflict replace, b text primary key on conflict ignore)"));
  CHECK(state("create table t (a int, constraint x check (a > 0), constraint y check (a > 0), check (a > 0))") ==
        state("create table t (a int, constraint x check (a > 0), constraint y check (a > 0))"));
  CHECK(state("create table t (a int, constraint x check (a > 0), constraint y check (a > 0))") !=
        state("create table t (a int, constraint x check (a > 0))"));
  CHECK(state("create table t (a int)") != state("create table t (a bigint)"));
  CHECK(state("create table t (a int unique)") != state("create table t (a int unique on conflict replace)"));
  CHECK(state("create table t (a int)") != state("create table t (a int not null)"));
}

TEST_CASE("what is not modelled is listed with the reason, and nothing half") {
  auto database = live(
      "create virtual table search using fts5 (title, body); create virtual table box using rtree (id, a, b);"
      "create table plain (a int); create index i on plain (a); analyze;"
      "create table _dmc_step (x); create table kept (a int, _dmc_gone_000000000000 text);"
      "create trigger _dmc_follow_1 after insert on plain begin select 1; end");
  const auto inspected = database.inspect();
  CHECK(inspected.unmodelled ==
        std::vector<std::string>{
            "table box_node: part of virtual table box", "table box_parent: part of virtual table box",
            "table box_rowid: part of virtual table box", "table search_config: part of virtual table search",
            "table search_content: part of virtual table search", "table search_data: part of virtual table search",
            "table search_docsize: part of virtual table search", "table search_idx: part of virtual table search",
            "table sqlite_stat1: statistics that ANALYZE keeps", "virtual table box: module rtree keeps it",
            "virtual table search: module fts5 keeps it"});
  REQUIRE(inspected.database.tables.size() == 2);
  CHECK(inspected.database.tables[0].name == "kept");
  CHECK(inspected.database.tables[0].columns.size() == 1);
  CHECK(inspected.database.triggers.empty());
}

TEST_CASE("a table whose text and structure disagree is not modelled") {
  auto database = live(
      "create table t (a int, b text); create table u (a int references t); create trigger r after insert on t begin "
      "select 1; end");
  database.execute("pragma writable_schema = 1");
  database.execute(
      "update sqlite_master set sql = 'CREATE TABLE t (a int, b text /*' || 'x' || '*/ ) , strict' where name = 't'");
  const auto inspected = database.inspect();
  CHECK(lines(inspected.unmodelled) ==
        "table t: its stored text cannot be read at ','\ntable u: it references t, which is missing or not "
        "modelled\ntrigger r: its table t is not modelled\n");
  database.execute("update sqlite_master set sql = 'CREATE TABLE t (a int, b real)' where name = 't'");
  CHECK(lines(database.inspect().unmodelled) ==
        "table t: its stored text and its structure disagree on the type of column b\ntable u: it references t, which "
        "is missing or not modelled\ntrigger r: its table t is not modelled\n");
}

TEST_CASE("inspection asks as many queries of ten thousand columns as of one") {
  auto small = live("create table t (a int)");
  small.queries = 0;
  small.inspect();
  Live large;
  for (int i = 0; i < 500; ++i) {
    const auto name = "t" + std::to_string(i);
    large.execute("create table " + name +
                  " (id integer primary key, a int unique, b text references t0); create index " + name + "_i on " +
                  name + " (b)");
  }
  large.queries = 0;
  CHECK(large.inspect().database.tables.size() == 500);
  CHECK(large.queries == small.queries);
}

TEST_CASE("a broken view does not keep the rest from being read") {
  auto database =
      live("create table t (a int); create view bad as select * from nowhere; create view worse as select x from bad");
  const auto inspected = database.inspect();
  CHECK(inspected.database.views.size() == 2);
  CHECK(inspected.database.tables.size() == 1);
}

TEST_CASE("a child is not modelled without its parent, and the rest is") {
  auto database = live(
      "create table c (id integer primary key, n int references nowhere (id)); create table d (c int references c); "
      "create table e (self int unique references e (self)); create view v as select 1 from c");
  const auto inspected = database.inspect();
  CHECK(lines(inspected.unmodelled) ==
        "table c: it references nowhere, which is missing or not modelled\ntable d: it references c, which is missing "
        "or not modelled\n");
  CHECK(inspected.database.table("e"));
}

TEST_CASE("what has a name that .mig cannot write is listed, escaped, and the rest is read") {
  auto database = live(
      "create table \"a\nb\" (x); create table t (\"c\033[31m\" int); create table u (a int); "
      "create view \"v\001\" as select 1; create trigger \"g\t\" after insert on u begin select 1; end");
  const auto inspected = database.inspect();
  REQUIRE(inspected.database.tables.size() == 1);
  CHECK(inspected.database.tables[0].name == "u");
  CHECK(inspected.database.views.empty());
  CHECK(inspected.database.triggers.empty());
  CHECK(inspected.unmodelled.size() == 4);
  for (const auto& line : inspected.unmodelled)
    for (const char c : line) CHECK(static_cast<unsigned char>(c) >= 0x20);
}

TEST_CASE("a text in double quotes is read as the text that SQLite takes it for") {
  auto database = live(
      "create table t (a int, \"b\" text as (a || \"x\"), check (\"zip\" <> \"b\")); create index i on t (\"b\" || "
      "\"it's\")");
  const auto inspected = database.inspect();
  const auto& table = inspected.database.tables.at(0);
  CHECK(table.columns[1].generated->expression.text == "a || 'x'");
  CHECK(table.checks[0].expression.text == "'zip' <> \"b\"");
  CHECK(table.indexes[0].elements[0].expression->text == "\"b\" || 'it''s'");
}
