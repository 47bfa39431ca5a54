#!/usr/bin/env bash
# What goes along with a renamed table, whatever its name stands between: keys of others and its own, policies, rules, grants, also those of
# its sequences, comments, partitions. And what the server shows in words of its own. There and back, with the database as it was.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
. "$here/../support/postgres.sh"
postgres_or_skip "what goes along with a renamed table"
pg_sql postgres "create role app1" "create role app2"

# adopted WHAT SQL…   a database with that, under dmc
adopted() {
  what=$1
  shift
  pg_sql postgres "drop database if exists shop" "create database shop"
  pg_sql shop "$@" >/dev/null
  rm -rf "$work/p" && mkdir "$work/p" && cd "$work/p" || exit 1
  on=shop=$(pg_url shop)
  quiet 0 "$what: it is adopted" adopt shop --from "$(pg_url shop)"
  pg_shape shop >"$work/before"
}
# there_and_back STATEMENTS   the schema is edited by then
there_and_back() {
  echo "change 2 'x' { $1 }" >changes/0002_x.mig
  quiet 0 "$what: it compiles" compile
  ok "$what: and makes and drops nothing" 0 "$(grep -cE '^ +[0-9]+ +(create|drop|revoke) ' "$work/answer")"
  quiet 0 "$what: it runs" run plans/0002.plan.json --on "$on" --yes --no-progress
  quiet 0 "$what: verify" verify --on "$on"
  quiet 0 "$what: no drift" drift --on "$on"
  quiet 0 "$what: it is what is declared" drift --catalog catalog/0002.json --on "$on"
  quiet 0 "$what: it is taken back" undo --on "$on" --yes --no-progress
  pg_shape shop >"$work/after"
  ok "$what: the database is as it was" "" "$(diff "$work/before" "$work/after")"
}
renamed() { sed -i -E "s/\b$1\b/$2/g; s/\b$1_/$2_/g" schema/shop.mig; }

adopted "a key from a table whose name stands between" "create table film (id int primary key)" "create table inv (id int, f int references film)"
renamed film movie
there_and_back "rename table film to movie;"

adopted "policies and grants whose names stand between" "create table film (id int primary key, k int)" "create table inv (id int primary key, f int references film)" \
  "alter table film enable row level security; alter table inv enable row level security" \
  "create policy pol on film using (k > 0); create policy pol on inv using (exists (select from film where film.id = inv.f))" \
  "grant select on film to app1; grant select on inv to app2; create rule rr as on delete to film do instead nothing"
renamed film movie
there_and_back "rename table film to movie;"
pg_is "$what: the grants too" "app2" "select grantee from information_schema.role_table_grants where table_name = 'inv' and grantee like 'app%'"

adopted "a key to the table itself" "create table people (id int primary key, boss int references people (id)); insert into people values (1, null), (2, 1)"
renamed people persons
there_and_back "rename table people to persons;"

adopted "what is granted on and said of a sequence" "create table people (id serial primary key, n text)" "grant usage on sequence people_id_seq to app1; comment on sequence people_id_seq is 'counts'"
renamed people persons
there_and_back "rename table people to persons;"

adopted "into another schema" "create schema s2; create table people (id serial primary key, n text)" "grant usage on sequence people_id_seq to app1; create rule rr as on delete to people do instead nothing"
sed -i -E 's/table people/table s2.people/; s/\b(on sequence|TO|on) people\b/\1 s2.people/g; s/\bon sequence people_id_seq/on sequence s2.people_id_seq/g; s/rr on people/rr on s2.people/g' schema/shop.mig
there_and_back "rename table people to s2.people;"

adopted "grants on partitions" "create table ev (id int, at date) partition by range (at); create table ev1 partition of ev for values from ('2020-01-01') to ('2021-01-01')" \
  "grant select on ev to app1; grant select on ev1 to app2"
sed -i -E 's/\bev\b/events/g' schema/shop.mig
there_and_back "rename table ev to events;"

adopted "its children, and columns of its rows" "create table people (id serial primary key, n text); create table kid (extra text) inherits (people); create table holder (id int primary key, x people, y people[])" \
  "insert into people (n) values ('a'); insert into kid (id, n) values (100, 'k'); insert into holder select 1, p, array[p] from only people p"
renamed people persons
there_and_back "rename table people to persons;"

# kept WHAT EDIT STATEMENTS SQL…   what stands beside a column whose type changes, or whose table is written anew, is there again
kept() {
  local edit=$2 statements=$3
  adopted "$1" "${@:4}"
  sed -i -E "$edit" schema/shop.mig
  echo "change 2 'x' { $statements }" >changes/0002_x.mig
  quiet 0 "$what: it compiles" compile
  quiet 0 "$what: it runs" run plans/0002.plan.json --on "$on" --yes --no-progress
  quiet 0 "$what: no drift" drift --on "$on"
  quiet 0 "$what: it is what is declared" drift --catalog catalog/0002.json --on "$on"
  quiet 0 "$what: it is taken back" undo --on "$on" --yes --no-progress --lossy all
  pg_shape shop >"$work/after"
  # The order of columns is another one, as the plan says, and so is theirs in statistics.
  ok "$what: the database is as it was" "" "$(diff <(sed 's/ ON [ab], [ab] / ON a, b /; s/,$//' "$work/before" | sort) <(sed 's/ ON [ab], [ab] / ON a, b /; s/,$//' "$work/after" | sort))"
}
rows="insert into t (a, b) select i, i from generate_series(1, 20) i"
kept "retype: the order of rows, options, a check without children, statistics" 's/^( +a +)integer/\1bigint/' "retype t.a;" \
  "create table t (id int primary key, a int, b int, constraint ck check (a > 0) no inherit); create index t_a on t (a); alter table t cluster on t_a; alter table t alter a set (n_distinct = 5); create statistics st on a, b from t" "insert into t select i, i, i from generate_series(1, 20) i"
kept "retype: a grant on the sequence of an identity" 's/^( +id +)integer/\1bigint/' "retype t.id;" \
  "create table t (id int generated always as identity primary key, a int, b int); grant usage on sequence t_id_seq to app1; comment on sequence t_id_seq is 'c'" "$rows"
kept "retype: a materialized view that reads another table too" 's/^( +id +)integer/\1bigint/' "retype t.id;" \
  "create table t (id int primary key, a int, b int); create table i (k int primary key, n int)" "insert into i select i, i from generate_series(1, 300) i; insert into t select i, i, i from generate_series(1, 20) i" \
  "create view w as select n, k as id from i; create materialized view m as select t.id, w.n from t join w on w.id = t.a; create index m_id on m (id)"
kept "rebuild: options of a column, a comment on a sequence" 's/never/never/' "rebuild table t;" \
  "create table t (id serial primary key, a int, b int); alter table t alter a set (n_distinct = 5); comment on sequence t_id_seq is 'c'; grant usage on sequence t_id_seq to app1" "$rows"
kept "rebuild: extended statistics and what is said of them" 's/never/never/' "rebuild table t;" \
  "create table t (id serial primary key, a int, b int); create statistics st on a, b from t; comment on statistics st is 'c'" "$rows; analyze t"
pg_is "$what: and they are not empty" "1" "select count(*) from pg_statistic_ext_data"
kept "a table divided otherwise" "s/by range \\(at\\)/by list (region)/; s/ev_1 .*;/ev_1 (in ('eu'));/" "rebuild table ev;" \
  "create table ev (id int, at date, region text, primary key (id, at, region)) partition by range (at)" \
  "create table ev_1 partition of ev for values from ('2024-01-01') to ('2025-01-01'); create table ev_2 partition of ev default" \
  "insert into ev select g, date '2024-01-01' + g, case g % 2 when 0 then 'eu' else 'us' end from generate_series(1, 600) g"
kept "another result of a function that a default and a view call" 's/returns integer/returns bigint/; s/select 1/select 1::bigint/' "" \
  "create function f() returns int language sql as 'select 1'; create table t (id int primary key, a bigint default f(), b int); create view v as select f() as x, id from t" "insert into t (id, b) select i, i from generate_series(1, 20) i"
kept "a serial becomes an identity: the grant on its sequence" 's/identity serial/identity always/' "" \
  "create table t (id serial primary key, a int, b int); grant usage on sequence t_id_seq to app1" "$rows"

adopted "a function under what keeps its results" "create function lvl(int) returns int immutable language sql as 'select \$1 * 2'" \
  "create table t (id int primary key, a int, g int generated always as (lvl(a)) stored, constraint ck check (lvl(a) > 0)); create index t_lvl on t (lvl(a))"
sed -i 's/\* 2/* 3/g' schema/shop.mig
echo "change 2 'x';" >changes/0002_x.mig
quiet 0 "$what: it compiles" compile
has "$what: and it says what keeps them" "data.stale_results on function lvl(integer): column g of t, constraint ck of t, index t_lvl of t keep what it gave before"

# made WHAT DECLARATIONS   new things that the server shows in other words
made() {
  adopted "$1" "create table t (id int primary key, a text, b int); create table u (id int primary key, c int); insert into t values (1, 'x', 1)"
  sed -i "\$ s/^}/  $2\n}/" schema/shop.mig
  echo "change 2 'x';" >changes/0002_x.mig
  quiet 0 "$what: it compiles" compile
  quiet 0 "$what: it runs" run plans/0002.plan.json --on "$on" --yes --no-progress
  quiet 0 "$what: no drift" drift --on "$on"
  quiet 0 "$what: it is not otherwise than declared" drift --catalog catalog/0002.json --on "$on"
  quiet 0 "$what: nothing more to do" run plans/0002.plan.json --on "$on" --yes --no-progress
  [ -z "${3:-}" ] || {
    pg_sql shop "$3" >/dev/null
    quiet 6 "$what: what somebody makes of it is drift" drift --on "$on"
    quiet 6 "$what: and not what is declared" drift --catalog catalog/0002.json --on "$on"
    return
  }
  quiet 0 "$what: it is taken back" undo --on "$on" --yes --no-progress
  pg_shape shop >"$work/after"
  ok "$what: the database is as it was" "" "$(diff "$work/before" "$work/after")"
}
made "a function in from" "view v as (select * from generate_series(1,3) g);"
made "a function in from, changed by hand" "view v as (select * from generate_series(1,3) g);" "create or replace view v as select * from generate_series(1, 4) g"
made "joined using" "view v as (select * from t join u using (id));"
made "a whole row" "view v as (select t as whole from t);"
made "sets of groups" "view v as (select a, b, grouping(a) as g from t group by grouping sets ((a), (a, b), ()));"
made "a collation by its name" 'table n { id int primary key; a text collate "C"; index n_x (a collate "de-x-icu"); }'
made "a number for a text" "object 'aggregate' \"aggregate total(integer)\" create (create aggregate total(integer) (sfunc = int4pl, stype = integer, initcond = 0)) drop (drop aggregate total(integer));"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
