#!/usr/bin/env bash
# What hangs on a thing that changes: for each case the database that holds the one is adopted, the other is made by PostgreSQL's own statements,
# dmc drafts and runs what leads there, and pg_dump shows the same of both; taken back, it shows what was there before. In between nothing is lost,
# and a second compile finds nothing to do.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
. "$here/../support/postgres.sh"
pg_options="-c wal_level=logical"
postgres_or_skip "what hangs on a thing that changes on PostgreSQL"
[ "$pg_major" -ge 15 ] || { echo "SKIPPED what hangs on a thing that changes: publications with columns and SQL bodies came with 15, and this is $pg_major"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
pg_sql postgres "create role app"

. "$here/../support/postgres_goes.sh"

t="create table t (id int primary key, b int, a int default 5); insert into t select i, i, i from generate_series(1, 500) i;"
goes "grants on a column" "$t grant update (a), select (b) on t to app" "alter table t alter a type bigint"
goes "statistics over a column" "$t create statistics st on b, a from t; comment on statistics st is 'why'" "alter table t alter a type bigint"
goes "defaults of a view's columns" "$t create view v as select id, a from t; alter view v alter column id set default 7" \
  "drop view v; alter table t alter a type bigint; create view v as select id, a from t; alter view v alter column id set default 7"
goes "an index on the new type" "create table t (id int primary key, j json); insert into t values (1, '{}')" \
  "alter table t alter j type jsonb; create index on t using gin (j)"
u="create table team (id int primary key, kind text); create table u (id int primary key, team_id int references team, a int, kind text);"
goes "a rule" "$u create rule ru as on delete to u where old.a = 1 do instead nothing" "alter table u rename a to alpha"
goes "a policy with a sub-query" "$u alter table u enable row level security; create policy p on u using (exists (select 1 from team t where t.id = u.team_id and t.kind = u.kind))" \
  "alter table u rename kind to sort"
goes "a policy whose sub-query does not say whose column it is" "$u alter table u enable row level security; create policy p on u using (exists (select 1 from team t where t.id = team_id and t.kind = u.kind))" \
  "alter table u rename team_id to group_id"
goes "a publication and a body in SQL" "$u create function f() returns bigint language sql begin atomic select count(*) from u where a > 1; end; create publication pb for table u (a, id) where (a > 0)" \
  "alter table u rename a to alpha"
goes "the row type in a signature" "$t create function g(r t) returns int language sql as 'select r.a'; comment on function g(t) is 'x'; grant execute on function g(t) to app; create function h() returns setof t language sql as 'select null::int, 1, 1'" \
  "alter table t rename to team"
goes "a comment on a constraint" "$t comment on constraint t_pkey on t is 'key'" "alter table t rename to team; alter index t_pkey rename to team_pkey"
goes "a policy that calls a function of another result" "$u create function ok(x int) returns boolean language sql immutable as 'select x > 1'; alter table u enable row level security; create policy p on u using (ok(a)::int > 0); comment on policy p on u is 'why'" \
  "drop policy p on u; drop function ok(int); create function ok(x int) returns int language sql immutable as 'select 1'; create policy p on u using (ok(a)::int > 0); comment on policy p on u is 'why'"
e="create table o (id int primary key); insert into o values (1); create table e (id int, at int, oid int references o, primary key (id, at)) partition by range (at); create table e1 partition of e for values from (0) to (10); create table e2 partition of e for values from (10) to (20); insert into e values (1, 1, 1), (2, 11, 1);"
r="create table r (id int primary key, eid int, eat int, foreign key (eid, eat) references e); insert into r values (1, 1, 1);"
goes "a partition beside a foreign key" "$e" "create table e3 partition of e for values from (20) to (30)"
goes "a partition between foreign keys" "$e $r" "create table e3 partition of e for values from (20) to (30)"
for more in "" "$r"; do
  goes "a partition that goes${more:+ between foreign keys}" "$e $more" "alter table e detach partition e2; drop table e2" "drop partition e.e2 with backup;"
  pg_is "a partition that goes: its rows are back" "2 2" "select count(*) || ' ' || count(distinct at / 10) from e"
done
goes "a table that is clustered" "$t cluster t using t_pkey; create table stays (a int)" "drop table t" "drop table t with backup;"
# What has a name elsewhere, a comment and a grant: adopted, and changed by a draft.
elsewhere="create schema s; create type s.m as enum ('a'); grant usage on type s.m to app; comment on type s.m is 'x'; create function s.f(a int) returns int language sql as 'select 1'; comment on function s.f(int) is 'f'; create sequence s.q; grant select on sequence s.q to app; create table s.t (id int primary key, a int); alter table s.t enable row level security; create policy p on s.t using (a > 1); comment on policy p on s.t is 'p'; create statistics s.st on id, a from s.t; comment on statistics s.st is 's'; create domain s.d as int; comment on domain s.d is 'd'; create rule ru as on delete to s.t do instead nothing; comment on rule ru on s.t is 'r'; create table s.p (id int, at int) partition by range (at); create table s.p1 partition of s.p for values from (0) to (10); grant select on s.p1 to app; comment on table s.p1 is 'one'; comment on column s.p1.id is 'i'; create table was (id int generated by default as identity primary key, n serial); alter table was rename to team; create table named (id int generated always as identity primary key); alter sequence named_id_seq rename to other;"
goes "things of another schema" "$elsewhere" "comment on domain s.d is null; comment on policy p on s.t is 'other'; alter table s.t add column b int" "drop object \"comment on domain s.d\";"

# Who owned it owns it again: owners are not declared, and nobody loses one.
goes "an owner of a table" "$t create table stays (a int); create role owner; alter table t owner to owner" "drop table t" "drop table t with backup;"
pg_is "an owner of a table: is back" "owner owner" "select string_agg(pg_get_userbyid(relowner), ' ') from pg_class where relname in ('t', 't_pkey')"
goes "an owner of a partition" "$e alter table e2 owner to owner" "alter table e detach partition e2; drop table e2" "drop partition e.e2 with backup;"
pg_is "an owner of a partition: is back" owner "select pg_get_userbyid(relowner) from pg_class where relname = 'e2'"
goes "an owner of an enum" "create type c as enum ('a', 'b', 'c'); alter type c owner to owner; create table t (id int primary key, c c); insert into t values (1, 'a')" \
  "drop table t; drop type c; create type c as enum ('a', 'b'); create table t (id int primary key, c c)" "accept rewrite.enum on \"enum c\" because 'nobody has it';"
pg_is "an owner of an enum: is back" owner "select pg_get_userbyid(typowner) from pg_type where typname = 'c'"

own="create function f(a int) returns int language sql as 'select a'; alter function f(int) owner to owner; grant execute on function f(int) to app; create sequence q; alter sequence q owner to owner; create table t (id int primary key, a int); create view v as select id from t; alter view v owner to owner; grant select on v to app; create type m as enum ('a'); alter type m owner to owner; create domain d as int; alter domain d owner to owner; create type p as (x int); alter type p owner to owner; create schema s; alter schema s owner to owner; create schema \"My App\"; alter schema \"My App\" owner to owner; create procedure pr() language sql as 'select 1'; alter procedure pr() owner to owner; create aggregate ag(int) (sfunc = int4pl, stype = int); alter aggregate ag(int) owner to owner; create table u (id int primary key, n serial) partition by range (id); create table u1 partition of u for values from (0) to (9); alter table u owner to owner; alter table u1 owner to owner; create materialized view mv as select id from t; alter materialized view mv owner to owner"
goes "owners of what goes" "$own" "drop function f(int); drop sequence q; drop view v; drop type m; drop domain d; drop type p; drop schema s; drop schema \"My App\"; drop procedure pr(); drop aggregate ag(int); drop table u; drop materialized view mv" \
  'drop object "function f(integer)"; drop object "sequence q"; drop view v; drop object "enum m"; drop object "domain d"; drop object "type p"; drop object "schema s"; drop object "schema My App"; drop object "procedure pr()"; drop object "aggregate ag(integer)"; drop table u without backup; drop view mv;'
pg_is "owners of what goes: are back" "ag:owner d:owner f:owner m:owner mv:owner p:owner pr:owner q:owner s:owner t:postgres u1:owner u:owner u_n_seq:owner v:owner" \
  "select string_agg(x, ' ' order by x) from (select proname || ':' || pg_get_userbyid(proowner) as x from pg_proc where pronamespace = 'public'::regnamespace union all select relname || ':' || pg_get_userbyid(relowner) from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm', 'S', 'r', 'p') union all select typname || ':' || pg_get_userbyid(typowner) from pg_type where typname in ('m', 'd', 'p') union all select nspname || ':' || pg_get_userbyid(nspowner) from pg_namespace where nspname = 's') z"
pg_is "owners of what goes: no note is left" "" "select nspname from pg_namespace where nspname = 'dmc_backup'"

# Who may not read a table may not read what is kept of it either.
pg_sql postgres "drop database if exists shop" "create database shop"
pg_sql shop "alter default privileges grant select on tables to app" "alter default privileges grant usage on schemas to app" "create table t (id int primary key, a int); insert into t values (1, 1)" "revoke select on t from app"
rm -rf "$work/shop" && mkdir "$work/shop" && cd "$work/shop" || exit 1
quiet 0 "kept: adopted" adopt shop --from "$(pg_url shop)"
sed -i -E '/^ +a +integer/d' schema/shop.mig
echo "change 2 'x' { drop column t.a with backup; }" >changes/0002.mig
quiet 0 "kept: compiles" compile
quiet 0 "kept: runs" run plans/0002.plan.json --on "shop=$(pg_url shop)" --yes --no-progress
pg_is "kept: nobody else reads it" "0 1" "select count(*) filter (where has_table_privilege('app', c.oid, 'select')) || ' ' || count(*) from pg_class c where relnamespace = 'dmc_backup'::regnamespace and relkind = 'r'"
pg_is "kept: nobody else enters" 0 "select count(*) from pg_namespace n, aclexplode(n.nspacl) a where n.nspname = 'dmc_backup' and a.grantee <> n.nspowner"

# What has no privileges of its own has the server's, whatever default privileges came after it: built from nothing, it has no others.
pg_sql postgres "drop database if exists shop" "drop database if exists wanted" "create database shop" "create database wanted"
pg_sql wanted "create table t (id serial primary key, a int); create function f() returns int language sql as 'select 1'; create view v as select 1 as x; alter default privileges grant select on tables to app; alter default privileges revoke execute on functions from public; create table later (id int); create function g() returns int language sql as 'select 1'"
rm -rf "$work/shop" && mkdir -p "$work/shop/schema" "$work/shop/changes" && cd "$work/shop" || exit 1
echo 'project shop { edition 1; }' >project.mig
"$DMC" inspect "$(pg_url wanted)" --name shop >schema/shop.mig
echo "change 1 'all';" >changes/0001.mig
quiet 0 "privileges: compiles" compile
quiet 0 "privileges: runs" run plans/0001.plan.json --on "shop=$(pg_url shop)" --yes --no-progress
privileges() {
  pg_sql "$1" "select c.relname, coalesce(r.rolname, 'public'), string_agg(a.privilege_type, ' ' order by a.privilege_type) from pg_class c, aclexplode(coalesce(c.relacl, acldefault(case c.relkind when 'S' then 's'::\"char\" else 'r'::\"char\" end, c.relowner))) a left join pg_roles r on r.oid = a.grantee where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'S') group by 1, 2 union all select p.proname, coalesce(r.rolname, 'public'), string_agg(a.privilege_type, ' ') from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a left join pg_roles r on r.oid = a.grantee where p.pronamespace = 'public'::regnamespace group by 1, 2 order by 1, 2"
}
ok "privileges: the same as there" "$(privileges wanted)" "$(privileges shop)"

pg_sql postgres "drop database if exists shop" "create database shop"
pg_sql shop "$t create publication pb for table t (id, a)"
rm -rf "$work/shop" && mkdir "$work/shop" && cd "$work/shop" || exit 1
quiet 0 "a published column: adopted" adopt shop --from "$(pg_url shop)"
sed -i -E 's/^( +a +)integer/\1bigint/' schema/shop.mig
echo "change 2 'wider' { retype t.a; }" >changes/0002.mig
quiet 1 "a published column: its type is refused" compile
has "a published column: says why" "error.E0904.: the type of 't.a' cannot change while publication pb names it"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
