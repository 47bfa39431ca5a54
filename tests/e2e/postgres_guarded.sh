#!/usr/bin/env bash
# Row policies, rules and triggers that read a column otherwise once it has another type get their new words in the transaction in which the type
# comes, and their old ones in the one in which it goes: a session that reads under the policies all the time never sees a row more or less.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
. "$here/../support/postgres.sh"
postgres_or_skip "policies beside a type that changes on PostgreSQL"
[ "$pg_major" -ge 15 ] || { echo "SKIPPED policies beside a type that changes: written for 15, and this is $pg_major"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
pg_sql postgres "create role app login"

. "$here/../support/postgres_goes.sh"
# acts WHAT COMMAND…: runs `dmc …` while `app` reads and writes; every answer must be the one that it gets at rest
acts() {
  local name=$1
  shift
  : >"$work/seen"
  yes "select count(*), count(*) filter (where a::text::int < 18) from t; update t set b = b where id = 2; delete from t where id = 3;" |
    PGOPTIONS= "$pg_bin/psql" -X -q -At -h "$pg_folder" -p "$pg_port" -U app -d shop >"$work/seen" 2>"$work/wrong" &
  local reader=$!
  while [ "$(wc -l <"$work/seen")" -lt 20 ]; do sleep 0.05; done
  local before
  before=$(wc -l <"$work/seen")
  quiet 0 "$name" "$@"
  local during=$(($(wc -l <"$work/seen") - before))
  kill "$reader" 2>/dev/null
  wait "$reader" 2>/dev/null
  sed -i '$d' "$work/seen"
  ok "$name: what was seen all the while" "1500|0" "$(sort -u "$work/seen" | tr '\n' ' ' | sed 's/ $//')"
  ok "$name: nothing that was asked failed" "" "$(grep -v -e 'could not' -e 'terminat' "$work/wrong" | sort -u | head -3)"
  [ "$during" -gt 20 ] || ok "$name: was asked often enough" "more than 20" "$during"
  echo "   $name: $during answers meanwhile"
}

# along NAME BEFORE CHANGE SQL: BEFORE is what stands on the table, SQL what leads from there; without CHANGE a draft is to say it
along() {
  goes "$1" "create table t (id int primary key, b int default 0, c int, a int); insert into t select i, 0, i, case when i <= 1500 then 18 + i % 60 else i % 18 end from generate_series(1, 2000) i; create table told (id int); grant select, update, delete on t to app; grant insert on told to app; alter table t enable row level security; create function w() returns trigger language plpgsql as 'begin return new; end'; $2" "$4" "$3"
}

old="create policy known on t using (a is not null and a < 1000); create policy adults on t as restrictive to app using (a > 17) with check (a > 17); comment on policy adults on t is 'why'; create rule kept as on delete to t where old.a > 5 do instead nothing; create trigger tr before update of a on t for each row when (old.a > 1) execute function w(); comment on trigger tr on t is 'what for'"
gone="drop policy known on t; drop policy adults on t; drop rule kept on t; drop trigger tr on t"
new="create policy known on t using (length(a) < 4); create policy adults on t as restrictive to app using (a::int > 17) with check (a::int > 17); comment on policy adults on t is 'why'; create rule kept as on delete to t where length(old.a) > 0 do instead nothing; create trigger tr before update of a on t for each row when (length(old.a) > 1) execute function w(); comment on trigger tr on t is 'what for'"
along "another type" "$old" "retype t.a using (a::text);" "$gone; alter table t alter a type text; $new"
# What is written anew for a draft is no other text for its author.
along "drafted" "$old" "" "$gone; alter table t alter a type text; $new"
# A type that the server changes without touching a row.
short="create policy known on t using (true); create policy adults on t as restrictive to app using (a::text::int > 17); create rule kept as on delete to t do instead nothing; alter table t add d varchar(20) default 'x'; create policy named on t as restrictive using (length(d) < 20)"
along "a type that is free" "$short" "retype t.d;" "drop policy named on t; alter table t alter d type text; create policy named on t as restrictive using (length(d) < 30)"
# What goes with the old type goes in front of it, as a draft says.
along "what goes" "$old; create policy more on t as restrictive using (a < 500); create view v as select id from t where a > 3; create view vv as select * from v; create trigger tr2 before update on t for each row when (old.a > 2) execute function w()" "" \
  "$gone; drop policy more on t; drop view vv; drop view v; drop trigger tr2 on t; alter table t alter a type text; $new"

# A trigger that only lists the column, and one of the same name that goes from another table.
listed="create policy known on t using (id <= 1500); create rule kept as on delete to t do instead nothing; create table u (id int primary key); create trigger tr before update of a on t for each row execute function w(); create trigger tr2 before update on t for each row when (new.a > 1) execute function w(); create trigger tr2 before update on u for each row when (new.id > 1) execute function w()"
along "triggers" "$listed" "retype t.a using (a::text); rename column t.c to n; drop trigger u.tr2;" "drop trigger tr on t; drop trigger tr2 on t; drop trigger tr2 on u; alter table t alter a type text; alter table t rename c to n; create trigger tr before update of a, n on t for each row execute function w(); create trigger tr2 before update on t for each row when (length(new.a) > 1) execute function w()"

# A policy on two columns of which one fits any type: a draft has that one first, so that the policy changes with the last.
rm -rf "$work/two" && mkdir -p "$work/two/schema" "$work/two/changes" && cd "$work/two" || exit 1
echo "project two { edition 1; }" >project.mig
two() { echo "database shop on postgres 15 { table a { id bigint primary key; x $1; y $2; settings row_security = 'on'; } row policy p on a using ($3 > 1 and y is not null); }" >schema/shop.mig; }
two integer integer x
echo "change 1 'first';" >changes/0001_first.mig
quiet 0 "two types: the first compiles" compile
two text bigint "length(x)"
quiet 0 "two types: drafted" draft --accept-all
ok "two types: in this order" "retype a.y; retype a.x using (cast(x as text));" "$(grep -ho 'retype [^;]*;' changes/0002* | tr '\n' ' ' | sed 's/ $//')"
quiet 0 "two types: what was drafted compiles" compile

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
