#!/usr/bin/env bash
# What holds another thing: functions and types that go with what calls and has them, indexes that settings name, values of types that go too; who
# may not write a ledger, and where nobody may write, is told before anything happens. Forth and back, beside PostgreSQL's own statements.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
. "$here/../support/postgres.sh"
postgres_or_skip "what holds another thing on PostgreSQL"
[ "$pg_major" -ge 15 ] || { echo "SKIPPED what holds another thing: bodies in SQL came with 14, and this is $pg_major"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
. "$here/../support/postgres_goes.sh"

# Callers go before what they call.
f="create table stays (a int); create function f(a int) returns int language sql immutable as 'select a + 1'; create function a(x int) returns int language sql immutable begin atomic select f(x); end; create function w() returns trigger language plpgsql as 'begin return new; end';"
t="create table t (id int primary key, a int default f(1), g int generated always as (f(a)) stored, constraint c check (f(a) > 0)); insert into t (id) select i from generate_series(1, 9) i;"
goes "callers" "$f $t create index i on t (f(a)); create view v as select f(id) as x, a(id) as y from t; alter table t enable row level security; create policy p on t using (f(a) > 1); create trigger tr before update on t for each row when (f(old.a) > 1) execute function w(); create domain d as int check (f(value) > 0); create aggregate s(int) (sfunc = int4pl, stype = int, finalfunc = f)" \
  "drop aggregate s(int); drop domain d; drop trigger tr on t; drop policy p on t; alter table t disable row level security; drop view v; drop index i; alter table t drop constraint c, drop column g, alter a drop default; drop function a(int); drop function w(); drop function f(int)"
goes "a table of callers" "$f $t create type m as enum ('a'); create domain d as int; create table u (id int primary key, m m default 'a', d d)" "drop table t; drop table u; drop function a(int); drop function w(); drop function f(int); drop type m; drop domain d"
# Of two functions of one name, the one that nobody calls goes at once; the one that is called, once it is called no more.
two="create function f(a int) returns int language sql immutable as 'select a'; create function f(a text) returns int language sql immutable as 'select 1'; create table t (id int primary key, a int default f(1), b int default f('x'::text), c text);"
goes "an overload that nobody calls" "$two create view v as select f(id) as x from t; alter table t alter b drop default" "drop function f(text)"
goes "an overload that is called" "$two create view v as select f(id) as x from t" "drop view v; create view v as select f(c) as x from t; alter table t alter a drop default; drop function f(int)"
goes "an overload under a view that comes back" "create function f(a int) returns int language sql immutable as 'select a'; create table t (id int primary key); create view v as select f(id) as x from t" \
  "drop view v; create function f(a numeric) returns int language sql immutable as 'select 1'; drop function f(int); create view v as select f(id) as x from t" "drop view v; drop object \"function f(integer)\";"

# Settings that name an index come behind it, and go before it.
goes "a cluster of a new index" "create table t (id int primary key, a int not null); insert into t values (1, 1)" "create index i on t (a); alter table t cluster on i"
goes "an identity by a new index" "create table t (id int primary key, a int not null); insert into t values (1, 1)" "create unique index i on t (a); alter table t replica identity using index i" "accept compat.replica_identity on t because 'told';"
goes "an identity by a new key" "create table t (id int primary key, a int not null); insert into t values (1, 1)" "alter table t add constraint k unique (a); alter table t replica identity using index k, cluster on k" "accept compat.replica_identity on t because 'told';"
goes "an identity by another index" "create table t (id int primary key, a int not null, b int not null); create unique index i on t (a); alter table t replica identity using index i, cluster on i" \
  "drop index i; create unique index j on t (b); alter table t replica identity using index j, cluster on j" "drop index i; accept compat.replica_identity on t because 'told';"
goes "an identity by an index that becomes another one" "create table t (id int primary key, a int not null, b int not null); create unique index i on t (a); alter table t replica identity using index i" \
  "drop index i; create unique index i on t (b); alter table t replica identity using index i"
goes "a cluster by an index that becomes another one" "create table t (id int primary key, a int not null, b int not null); create index i on t (a); alter table t cluster on i" \
  "drop index i; create index i on t (b); alter table t cluster on i"
goes "a default that counted by a sequence" "create sequence q; create table t (id int primary key, a int default nextval('q'))" "drop sequence q cascade"

goes "a text that is spelled like a sequence" "create sequence orders; create table t (id int primary key, kind text default 'orders')" "drop sequence orders"

# A backup keeps no type from going.
e="create type m as enum ('a', 'b c', 'd\"'); create domain d as numeric(9,2) check (value > 0); create type p as (x int, y text); create table stays (a int);"
rows="insert into t values (1, 'b c', 1.50, array['a', 'd\"']::m[], row(1, 'x,y')), (2, null, null, null, null), (3, 'd\"', 7, '{}', row(null, ''))"
goes "a column and its type" "$e create table t (id int primary key, m m, d d, l m[], p p); $rows" "alter table t drop column m, drop column l, drop column d, drop column p; drop type m; drop domain d; drop type p" \
  "drop column t.p with backup; drop column t.l with backup; drop column t.d with backup; drop column t.m with backup; drop object \"enum m\"; drop object \"domain d\"; drop object \"type p\";"
pg_is "a column and its type: its values are back" '1 b c 1.50 {a,"d\""} (1,"x,y")|2    |3 d" 7.00 {} (,"")' "select string_agg(concat_ws(' ', id, coalesce(m::text, ''), coalesce(d::text, ''), coalesce(l::text, ''), coalesce(p::text, '')), '|' order by id) from t" 
goes "a table and the types of its key" "$e create table t (id int, m m, d d, l m[], p p, primary key (m, id)); insert into t values (1, 'b c', 1.50, null, row(1, 'x,y')), (1, 'a', null, null, null)" "drop table t; drop type m; drop domain d; drop type p" \
  "drop table t with backup; drop object \"enum m\"; drop object \"domain d\"; drop object \"type p\";"
pg_is "a table and the types of its key: its rows are back" 'a,1, b c,1,1.50' "select string_agg(concat_ws(',', m, id, coalesce(d::text, '')), ' ' order by m) from t"
goes "a column of a table whose key has a type" "$e create table t (m m primary key, d d, a int); insert into t values ('a', 1, 5), ('b c', 2, 6)" "alter table t drop column d, drop column a; drop domain d" \
  "drop column t.a with backup; drop column t.d with backup; drop object \"domain d\";"
pg_is "a column of a table whose key has a type: values" 'a 1.00 5, b c 2.00 6' "select string_agg(concat_ws(' ', m, d, a), ', ' order by m) from t"
goes "rows and values of a type" "$e create table t (id int primary key, m m); insert into t values (1, 'a'), (2, 'b c'), (3, null); create table u (m m primary key, d d); insert into u values ('a', 1), ('b c', 2)" "create table more (a int)" \
  "backfill t set m = ('d\"') where (id < 3) with backup; drop rows of u where (m = 'a') with backup;"
pg_is "rows and values of a type: are back" 'a b c  a1.00 b c2.00' "select (select string_agg(coalesce(m::text, ''), ' ' order by id) from t) || ' ' || (select string_agg(m::text || d, ' ' order by m) from u)" 

# What reads a column in other words from now on goes before its new type comes.
goes "a policy beside a type" "create table t (id int primary key, a int); insert into t values (1, 20); alter table t enable row level security; create policy p on t using (a > 17); create rule r as on delete to t where old.a > 5 do instead nothing" \
  "drop policy p on t; drop rule r on t; alter table t alter a type text; create policy p on t using (a::int > 17); create rule r as on delete to t where length(old.a) > 5 do instead nothing" \
  "drop object \"row policy p on t\"; drop object \"rule r on t\"; retype t.a using (a::text);"
goes "a view and a trigger beside a type" "create table t (id int primary key, a int); insert into t values (1, 20); create view v as select id from t where a > 17; create function w() returns trigger language plpgsql as 'begin return new; end'; create trigger tr before update on t for each row when (old.a > 1) execute function w()" \
  "drop view v; drop trigger tr on t; alter table t alter a type text; create view v as select id from t where a::int > 17; create trigger tr before update on t for each row when (length(old.a) > 1) execute function w()" "drop trigger t.tr; retype t.a using (a::text);"

# What a partition has of its own takes part in a rename.
goes "a partition's own parts" "create table e (id int, at int, v int default 1) partition by range (at); create table e1 partition of e for values from (0) to (10) partition by list (v); create table e1a partition of e1 for values in (1, 2); create table e2 partition of e default; alter table e2 alter v set default 7, add constraint own check (v > -1), alter v set not null; alter table e1a add constraint deep check (v < 9 and id > 0), add constraint k unique (v); create index x on e2 (v, (v + 1)) where v > 0; comment on column e2.v is 'one'; insert into e values (1, 1, 1), (2, 20, 5)" \
  "alter table e rename v to worth" "rename column e.v to worth;"

# Who may not keep a ledger is told what to grant; where nobody may write, nothing is written.
pg_sql postgres "drop database if exists shop" "create database shop" "create role other login" "create role reader login"
rm -rf "$work/shop" && mkdir -p "$work/shop/schema" "$work/shop/changes" && cd "$work/shop" || exit 1
echo 'project shop { edition 1; }' >project.mig
echo "database shop on postgres 15 { schema s { table t { id int primary key; } } }" >schema/shop.mig
echo "change 1 'all';" >changes/0001.mig
quiet 0 "rights: compiles" compile
as() { echo "postgres://$1@/shop?host=$pg_folder&port=$pg_port"; }
runs() { quiet "$1" "$2" run plans/000$3.plan.json --on "shop=$(as "$4")" --yes --no-progress; }
told() { sed -n -E 's/.*says there:  (.*;) \[E0835\].*/\1/p' "$work/answer" | head -1; }
runs 3 "rights: no create" 1 other
ok "rights: what to grant" "grant create on database shop to other;" "$(told)"
pg_sql shop "$(told)"
runs 0 "rights: then it runs" 1 other
sed -i 's/id int primary key;/& a int;/' schema/shop.mig
echo "change 2 'more';" >changes/0002.mig
quiet 0 "rights: compiles again" compile
runs 3 "rights: another's ledger" 2 reader
has "rights: another's ledger: says so" "E0835"
grants=$(told)
ok "rights: what to grant of it" "grant usage on schema dmc to reader; grant select, insert, update, delete on all tables in schema dmc to reader; grant select, usage on all sequences in schema dmc to reader;" "$grants"
pg_sql shop "grant usage on schema dmc to reader" "grant select on all tables in schema dmc to reader" "grant select on all sequences in schema dmc to reader"
runs 3 "rights: half of them" 2 reader
ok "rights: the other half" "grant insert, update, delete on all tables in schema dmc to reader; grant usage on all sequences in schema dmc to reader;" "$(told)"
pg_sql shop "$(told)" "grant other to reader"
pg_sql postgres "alter database shop set default_transaction_read_only = on"
rows="select count(*) from dmc.history"
before=$(pg_sql shop "$rows")
runs 3 "read-only: the database" 2 reader
has "read-only: how to lift it" "alter database shop reset default_transaction_read_only; .* alter role reader in database shop set default_transaction_read_only = off; .E0836."
ok "read-only: nothing is written" "$before" "$(pg_sql shop "$rows")"
quiet 0 "read-only: can be looked at" status --on "shop=$(as reader)"
PGOPTIONS='-c default_transaction_read_only=off' pg_sql postgres "alter role reader in database shop set default_transaction_read_only = on"
runs 3 "read-only: the role there" 2 reader
has "read-only: where" "role reader in this database read-only"
PGOPTIONS='-c default_transaction_read_only=off' pg_sql postgres "alter role reader in database shop set default_transaction_read_only = off"
runs 0 "read-only: the role alone is let" 2 reader
quiet 0 "read-only: and takes it back" undo plans/0002.plan.json --on "shop=$(as reader)" --yes --no-progress --lossy all

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
