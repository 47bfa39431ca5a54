// A rename carried into the model gives what SQLite itself makes of the stored texts.
#include "compiler/dialects/sqlite/rename.hpp"

#include <doctest/doctest.h>

#include "compiler/dialects/sqlite/names.hpp"
#include "tests/unit/dialects/live.hpp"

using namespace dmc;
using tests::Live;
using tests::live;

namespace {

std::string shown(model::Database database) {
  database.sort();
  std::string out;
  const auto add = [&](const auto& list) {
    for (const auto& item : list) {
      auto masked = item;
      out += plan::canonical(masked) + "\n";
    }
  };
  add(database.tables);
  for (auto& view : database.views) view.query.text = model::normalised(view.query.text);
  for (auto& trigger : database.triggers) trigger.body->text = model::normalised(trigger.body->text);
  add(database.views);
  add(database.triggers);
  return out;
}

constexpr const char* ground =
    "create table t (c int, x int); create table u (c int, y int); create table w (y int, z int); create unique index "
    "tt on t (c);"
    "create unique index uu on u (c);";

void check_rename(const std::string& sql, const std::string& table, const std::optional<std::string>& column,
                  const std::string& to) {
  CAPTURE(sql);
  CAPTURE(to);
  auto database = live(sql);
  auto carried = database.inspect().database;
  dialects::sqlite::rename(carried, table, column, to);
  const auto alter =
      "alter table " + Live::quoted(table) + " rename " + (column ? "column " + Live::quoted(*column) + " to " : "to ");
  database.execute(alter + dialects::sqlite::quoted(to));
  const auto inspected = database.inspect();
  CHECK(inspected.unmodelled.empty());
  CHECK(shown(carried) == shown(inspected.database));
  CHECK(model::state_hash(carried) == model::state_hash(inspected.database));
}

}  // namespace

TEST_CASE("a column in views, by scope and not by spelling") {
  for (const auto* view : {
           "select c from t order by c",
           "select x as c from t order by c, c + 1",
           "select x c from t order by c collate nocase",
           "select c from t union select c from u order by c",
           "select c from u union all select c from t",
           "select (select c from w where y = x) from t",
           "select (select y from w where w.y = c) from t",
           "select main.t.c from main.t where exists (select 1 from w where t.c = w.y)",
           "select a.c from t a, (select * from w) b where c = 1",
           "select c as c, x as \"c\" from t where c > 1 group by c having c > 2",
           "select c over1 from t",
           "select sum(c) over (partition by c order by c) s, max(c) filter (where c > 0) from t",
           "select 'c', \"c\", `c`, [c], t.\"c\" from t",
           "select u.c, t.c from u left join t on u.c = t.c and t.x in (select c from u)",
           "with q (c) as (select c from t) select c from q",
           "with recursive q (n) as (select c from t union all select n + 1 from q where n < 9) select n from q",
           "select cast(c as text), c collate nocase, case when c then c else -c end from t where c is not distinct "
           "from x",
           "select y from u where c in (select t.c from t) and u.c not in (select x from t where c = u.c)",
           "select * from (t join w on t.c = w.y) where c between c and c + 1",
           "select t.* from t where (c, x) = (1, 2) limit 1 offset 2",
           "select c -- c\n, /* c */ x from t",
           "select q.d from (select c as d from t) q where q.d > 0",
           "select count(*) c from t",
           "select distinct c from t where exists (select 1 from u where c = x)",
           "values (1, 2)",
           "select max(c, x) from t, w where z = c",
       })
    for (const auto* to : {"d", "two words", "order"})
      check_rename(std::string(ground) + "create view v as " + view, "t", "c", to);
}

TEST_CASE("a column in triggers, checks, indexes, keys and generated columns") {
  for (const auto* more :
       {"create trigger r after update of c on t when new.c > old.c begin insert into u (c, y) values (new.c, old.c) "
        "on conflict (c) do update "
        "set c = excluded.c; update t set c = c + new.c where t.c = 1; delete from t where c = 1; insert into t (c) "
        "select c from u; insert "
        "into t (c) values (1) on conflict (c) do update set c = excluded.c where c > 1; select case when c then 1 end "
        "from t; end",
        "create trigger r before delete on u begin update t set (c, x) = (old.c, 1) where x = old.c; update u set c = "
        "(select c from t); end",
        "create trigger r after insert on t begin update u set y = new.c where c = new.x; replace into t values "
        "(new.c, 3); end",
        "create trigger r after update of x, c on t begin insert into w select n, new.c from (select 1 as n) q; end"})
    check_rename(std::string(ground) + more, "t", "c", "d");
  const std::string table =
      "create table t (c int primary key, x int check (c > x and c <> 'c'), g as (c + 1), u text, unique (x, c), check "
      "(length(c) < 9));"
      "create table k (c int references t (c), d int, foreign key (d, c) references t (x, c) on update cascade);"
      "create index i on t (c collate nocase desc, abs(c)) where c is not null;";
  for (const auto* to : {"d", "a \"b\" [c]", "key"}) check_rename(table, "t", "c", to);
  // SQLite leaves quotes where there were some, so only a name that needs them says whether the two agree.
  const std::string quoted =
      "create table t ([c] int primary key, x int check ([c] > x and \"c\" <> '[c]'), g as ([c] + `c`), unique (x, "
      "`c`)); create index i on t ([c] collate nocase, abs([c])) where \"c\" is not null;";
  const std::string in_trigger =
      "create trigger r after update of [c] on t when new.[c] > old.`c` begin insert into u ([c], y) values (new.[c], "
      "old.\"c\") on conflict (`c`) do update set [c] = excluded.[c]; update [t] set [c] = new.[c] where [t].[c] = 1; "
      "delete from `t` where \"c\" = '[c]'; end";
  for (const auto* to : {"two words", "key"}) {
    check_rename(quoted, "t", "c", to);
    check_rename(ground + in_trigger, "t", "c", to);
  }
  check_rename("create table t (id integer primary key autoincrement, p int references t (id))", "t", "id", "ident");
}

TEST_CASE("a table in views, triggers and keys") {
  const std::string tables = "create table t (c int unique, x int); create table u (t int, y int);";
  for (const auto* more : {
           "create view v as select t, t.c from t, u",
           "create view v as select t.c from t as t",
           "create view v as select t.c from t t",
           "create view v as with t as (select 1 as c) select t.c from t",
           "create view v as with q as (select * from t) select q.c, (select max(c) from t) from q",
           "create view v as select * from (t join u on t.c = u.t)",
           "create view v (t) as select c as t from t order by t",
           "create view v as select \"t\".[c], main.t.c, 't' from main.`t` where t.x in (select t from u where t.c = "
           "u.t)",
           "create trigger r after insert on u begin insert into t values (1, 2); update t set c = 1 where t.x = 2; "
           "delete from t where t.c = 1; "
           "update u set t = (select t.c from t); insert into t (c, x) select t.c, 1 from t; end",
           "create table k (p int references t (c), q int check (k.q > 0), t int, foreign key (t) references t (c) on "
           "delete cascade)",
       })
    for (const auto* to : {"n", "two words", "table"}) check_rename(tables + more, "t", std::nullopt, to);
  check_rename(
      "create table t (id integer primary key, p int references t, unique (p), check (t.p > 0)); create index i on t "
      "(p) where t.p > 1",
      "t", std::nullopt, "n");
}
