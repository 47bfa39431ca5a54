#!/usr/bin/env bash
# Changes with what they lead to said in SQL: rehearsed, run, compared with that, and taken back. Values of enums that get another name;
# partitions that are bounded otherwise; views that change together; values that come under a function.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
. "$here/../support/postgres.sh"
postgres_or_skip "changes beside what they lead to"

# changed WHAT STATEMENTS AFTER SQL…   what AFTER makes of a database with that is what the change makes of it
changed() {
  what=$1
  local statements=$2 after=$3 keeps=
  shift 3
  [ "${*: -1}" = keep ] && keeps=yes && set -- "${@:1:$#-1}"
  pg_sql postgres "drop database if exists shop" "create database shop" "drop database if exists other" "create database other"
  pg_sql shop "$@" >/dev/null
  pg_sql other "$@" "$after" >/dev/null
  rm -rf "$work/p" && mkdir "$work/p" && cd "$work/p" || exit 1
  on=shop=$(pg_url shop)
  quiet 0 "$what: it is adopted" adopt shop --from "$(pg_url shop)"
  pg_shape shop >"$work/before"
  "$DMC" inspect "$(pg_url other)" | sed 's/^database other/database shop/' >schema/shop.mig
  echo "change 2 'x' { $statements }" >changes/0002_x.mig
  quiet 0 "$what: it compiles" compile
  quiet 0 "$what: it is rehearsed" rehearse plans/0002.plan.json
  quiet 0 "$what: it runs" run plans/0002.plan.json --on "$on" --yes --no-progress
  quiet 0 "$what: no drift" drift --on "$on"
  quiet 0 "$what: it is what is declared" drift --catalog catalog/0002.json --on "$on"
  pg_shape shop -N dmc_backup >"$work/now" && pg_shape other >"$work/wanted"
  # From 18 on not null has a name, which a rename by dmc takes along and one by hand leaves.
  sed -i -E 's/CONSTRAINT [a-z0-9_]+_not_null NOT NULL/NOT NULL/' "$work/wanted" "$work/now"
  ok "$what: it is what is wanted" "" "$(diff "$work/wanted" "$work/now")"
  [ "$keeps" ] && return
  quiet 0 "$what: it is taken back" undo --on "$on" --yes --no-progress
  pg_shape shop >"$work/now"
  ok "$what: the database is as it was" "" "$(diff "$work/before" "$work/now")"
}

changed "everything that says a value" 'rename value s2.state.fresh to "brand new";' "alter type s2.state rename value 'fresh' to 'brand new'" \
  "create schema s2; create type s2.state as enum ('fresh', 'paid', 'it''s gone'); create type other as enum ('fresh', 'x')" \
  "create table t (id int primary key, s s2.state not null default 'fresh', ss s2.state[] default array['fresh']::s2.state[], o other default 'fresh', note text default 'fresh',
   g boolean generated always as (s = 'fresh') stored, constraint c1 check (s <> 'fresh' or note <> 'fresh'), constraint c2 check (s in ('fresh', 'paid') or s = 'it''s gone'),
   constraint c3 check (case s when 'fresh' then true else id > 0 end))" \
  "create index i1 on t (id) where s = 'fresh'; create index i2 on t ((s = 'fresh'::s2.state), id)" \
  "create view v as select id, s, s = 'fresh' as f, coalesce(s, 'fresh') as cc from t where s between 'fresh' and 'paid' or note = 'fresh'" \
  "create view v2 as select v.id from v where v.s = 'fresh' and exists (select 1 from t where t.s = any (array['fresh'::s2.state, 'paid']))" \
  "create materialized view mv as select count(*) filter (where s = 'fresh') as n from t" \
  "alter table t enable row level security; create policy p on t using (s <> 'fresh')" \
  "create function ff() returns trigger language plpgsql as \$\$ begin new.note := 'fresh'; return new; end \$\$" \
  "create trigger tg before insert on t for each row when (new.s = 'fresh' and new.note = 'fresh') execute function ff()" \
  "create rule rr as on delete to t where old.s = 'fresh' do instead nothing" \
  "create function by_default(x s2.state default 'fresh') returns text language sql as \$\$ select x::text \$\$" \
  "create table pt (id int, s s2.state) partition by list (s); create table pt1 partition of pt for values in ('fresh'); create table pt2 partition of pt default" \
  "create domain ds as s2.state default 'fresh' check (value <> 'it''s gone'); create type cp as (x s2.state, n int); create table u (d ds, q cp, constraint ck check ((q).x <> 'fresh'))" \
  "comment on type s2.state is 'fresh'; insert into t (id, s, note) select g, case g % 2 when 0 then 'fresh' else 'paid' end::s2.state, 'n' from generate_series(1, 20) g" \
  "insert into pt select g, 'fresh' from generate_series(1, 5) g"
quiet 0 "$what: once more" run plans/0002.plan.json --on "$on" --yes --no-progress
pg_is "$what: its rows say so" 10 "select count(*) from t where s = 'brand new'"

states=("create type state as enum ('fresh', 'paid', 'gone')" "create table t (id int primary key, s state not null default 'fresh', note text, check (s <> 'fresh' or note = 'fresh'))"
  "create view v as select id, s from t where s = 'fresh'; create index ti on t (id) where s = 'gone'" "insert into t select g, 'fresh', 'fresh' from generate_series(1, 20) g")
changed "two values, a column, and a value that is new" "rename value state.fresh to new; rename column t.s to status; rename value state.gone to fresh;" \
  "alter type state rename value 'fresh' to 'new'; alter table t rename s to status; alter type state add value 'later' after 'new'; alter type state rename value 'gone' to 'fresh'" "${states[@]}"

# The server knows no two names for a value: somebody who renames by hand is told so, and it is done all the same.
pg_sql shop "alter type state rename value 'fresh' to 'new'" >/dev/null
quiet 6 "by hand before it: the database is not where the plan begins" run plans/0002.plan.json --on "$on" --yes --no-progress
pg_sql shop "alter type state rename value 'new' to 'fresh'" >/dev/null
quiet 0 "by hand before it: put back, it runs" run plans/0002.plan.json --on "$on" --yes --no-progress

year() { echo "create table ev_$1 partition of ev for values from ('20$1-01-01') to ('20$2-01-01')"; }
events=("create table ev (id bigint, at date, kind text, primary key (id, at)) partition by range (at)" "$(year 24 25)" "$(year 25 26)"
  "insert into ev select i, date '2024-01-01' + i, 'k' from generate_series(1, 400) i")
changed "partitions bounded otherwise" "rebuild table ev;" \
  "create table e2 as select * from ev; drop table ev; ${events[0]}; create table ev_24 partition of ev for values from ('2024-01-01') to ('2024-12-01');
   create table ev_25 partition of ev for values from ('2024-12-01') to ('2026-01-01'); insert into ev select * from e2; drop table e2" "${events[@]}"
pg_is "$what: every row came back with it" 400 "select count(*) from ev"
quiet 0 "$what: once more" run plans/0002.plan.json --on "$on" --yes --no-progress
pg_is "$what: every row is there" 400 "select count(*) from ev"
changed "one partition of two" "rebuild table ev;" \
  "create table e2 as select * from ev; drop table ev; ${events[0]}; $(year 24 26); insert into ev select * from e2; drop table e2" "${events[@]}"
changed "the key of the partitions gets another name" "rename column ev.at to on_day;" "alter table ev rename at to on_day" "${events[@]}"

views=("create table t (id int primary key, x int)" "create view v1 as select id, x from t" "create view v2 as select id from v1 where x is not null")
changed "views: a column comes through two of them" "" \
  "alter table t add z int; create or replace view v1 as select id, x, z from t; create or replace view v2 as select id from v1 where z is not null" "${views[@]}"
changed "views: a column goes that the other no longer reads" "" "create or replace view v2 as select id from v1; drop view v2, v1; create view v1 as select id from t; create view v2 as select id from v1" "${views[@]}"

under=("create type lvl as enum ('low', 'high')" "create table t (id int primary key, l lvl default 'low')" "create function is_low(l lvl) returns boolean language sql as \$\$ select l = 'low' \$\$"
  "create view lows as select id from t where is_low(l)" "grant execute on function is_low to public; revoke execute on function is_low from public; comment on function is_low is 'c'" "insert into t values (1), (2)")
changed "a value comes under a function that takes the enum" "" "alter type lvl add value 'mid' after 'low'" "${under[@]}"
changed "a value comes under a type that has the enum" "" "alter type lvl add value 'mid' after 'low'" "${under[@]}" "create domain dl as lvl" keep
quiet 1 "$what: no undo takes it away" undo --on "$on" --yes --no-progress
has "$what: and it says why" "this cannot be taken back.*the new values stay: enum lvl cannot be made anew while domain dl has it"
changed "default privileges go, and a table comes" "drop object \"default privileges for postgres in schema public on tables to pg_monitor\";" \
  "alter default privileges in schema public revoke select on tables from pg_monitor; create table n (id int primary key)" "alter default privileges in schema public grant select on tables to pg_monitor"

changed "an index of one partition that has rows" "" "create index only24 on ev_24 (kind)" "${events[@]}"
family=("create table base (id int primary key, n text); create table kid (k int) inherits (base)" "insert into base values (1, 'b'); insert into kid values (11, 'k11', 7), (12, 'k12', 8)")
whole="select string_agg(concat_ws('/', id, n, k), ' ' order by id) from kid"
changed "a child that goes with a backup" "drop table kid with backup;" "drop table kid" "${family[@]}"
pg_is "$what: its rows have what they inherit" "11/k11/7 12/k12/8" "$whole"
changed "rows of a child that go with a backup" "drop rows of kid where (id = 12) with backup;" "delete from kid where id = 12" "${family[@]}"
pg_is "$what: they have what they inherit" "11/k11/7 12/k12/8" "$whole"

# A body is text to the server: who renames what it says is told.
changed "a column that a trigger's function says" "rename column t.a to b;" "alter table t rename a to b" "create table t (id int primary key, a int)" \
  "create function touch() returns trigger language plpgsql as \$\$ begin new.A := 1; return new; end \$\$" "create trigger tr before insert on t for each row when (new.id > 100) execute function touch()"
"$DMC" show plans/0002.plan.json >"$work/answer" 2>&1
has "$what: it is told" "function touch() says it, and trigger t.tr executes that"

# Who edits the schema of a version that ran already, and compiles without a new change, is told what happened.
rm -rf "$work/p" && mkdir -p "$work/p/schema" "$work/p/changes" && cd "$work/p" || exit 1
pg_sql postgres "drop database if exists shop" "create database shop"
on=shop=$(pg_url shop)
echo "project shop { edition 1; }" >project.mig
echo "database shop on postgres 15 { table t { id int primary key; } }" | declared >schema/shop.mig
echo "change 1 'first';" >changes/0001_first.mig
quiet 0 "compiled anew: at first it compiles" compile
quiet 0 "compiled anew: and runs" run plans/0001.plan.json --on "$on" --yes --no-progress
echo "database shop on postgres 15 { table t { id int primary key; n int; } }" | declared >schema/shop.mig
quiet 0 "compiled anew: it compiles again" compile
quiet 6 "compiled anew: that is no plan for what is there" run plans/0001.plan.json --on "$on" --yes --no-progress
has "compiled anew: and the message says why" "what ran there as that version was another plan, and this one was compiled since"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
