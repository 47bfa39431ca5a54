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

# goes NAME BEFORE AFTER: BEFORE makes the one database, AFTER leads from it to the other
goes() {
  local name=$1
  pg_sql postgres "drop database if exists shop" "drop database if exists wanted" "create database shop" 2>/dev/null
  pg_sql shop "$2" 2>&1 | grep -v -e '^WARNING' -e '^HINT'
  pg_sql postgres "create database wanted template shop"
  pg_sql wanted "$3"
  rm -rf "$work/shop" && mkdir "$work/shop" && cd "$work/shop" || exit 1
  local before wanted
  before=$(pg_shape shop) wanted=$(pg_shape wanted)
  quiet 0 "$name: adopted" adopt shop --from "$(pg_url shop)"
  "$DMC" inspect "$(pg_url wanted)" --name shop >schema/shop.mig
  "$DMC" draft --accept-all >"$work/answer" 2>&1
  quiet 0 "$name: compiles" compile
  quiet 0 "$name: runs" run plans/0002.plan.json --on "shop=$(pg_url shop)" --yes --no-progress
  ok "$name: as PostgreSQL's own statements leave it" "$wanted" "$(pg_shape shop)"
  quiet 0 "$name: nothing is left to do" compile --check
  quiet 0 "$name: taken back" undo plans/0002.plan.json --on "shop=$(pg_url shop)" --yes --no-progress --lossy all
  ok "$name: as it was" "$before" "$(pg_shape shop)"
}

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
