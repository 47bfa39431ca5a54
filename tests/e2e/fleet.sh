#!/usr/bin/env bash
# A fleet of many SQLite files: several at once, halted, interrupted, with a list that changes between two runs, with
# targets that are behind. What is said stands in fleet.txt; DMC_ACCEPT=1 writes it.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
said=$work/said.txt
says() {  # exit code, what, command…
  local wanted=$1 what=$2
  shift 2
  local code=0
  "$@" >"$work/answer" 2>&1 || code=$?
  { echo "== $what"; sed -E "s/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]+Z/TIME/g; s/ in [0-9.]+ (ms|s)/ in TIME/; s/target [0-9a-f]{8}/target ID/g; s/\(plan [0-9a-f]{12}\)/(plan HASH)/; s/number [0-9]+/number N/" "$work/answer"; echo "exit $code"; echo; } >>"$said"
  ok "$what" "$wanted" "$code"
}

mkdir "$work/shop" && cd "$work/shop" || exit 1
mkdir schema changes clusters
echo "project shop { edition 1; }" >project.mig
schema() { printf 'database shop on sqlite 3.40 {\n  table users { id integer primary key; name text; %s }\n}\n' "$1" >schema/shop.mig; }
names() { seq -f 't%02g' "$1" "$2"; }
shards() {  # names…
  local sign='['
  for name in "$@"; do printf '%s{"name": "%s", "at": "sqlite:../%s.db", "tags": [], "gate": "ready"}' "$sign" "$name" "$name"; sign=$',\n'; done >clusters/shards.json
  echo ']' >>clusters/shards.json
}
cluster() {  # clauses of the wave
  printf "cluster fleet {\n  disposable;\n  database shop { shards from json './shards.json'; }\n  wave all %s;\n}\n" "$1" >clusters/fleet.mig
}
fleet="--cluster clusters/fleet.mig"
at() { for name in "$@"; do sqlite3 "$name.db" "select at_name || case when moving_plan is null then '' else ' moving' end from _dmc_target"; done | sort | uniq -c | xargs; }

schema ''
echo "change 1 'first';" >changes/0001_first.mig
"$DMC" compile >/dev/null
schema 'age integer;'
printf "change 2 'ages' {\n  gate 'app 2 is everywhere';\n}\n" >changes/0002_ages.mig
"$DMC" compile >log 2>&1 || cat log

cluster 'parallel 4'
shards $(names 1 30)
"$DMC" run plans/0001.plan.json $fleet --yes >log 2>&1; ok "thirty targets, four at once" 0 $?
ok "all at version 1" "30 1" "$(at $(names 1 30))"
says 0 "the second time there is nothing to do" "$DMC" run plans/0001.plan.json $fleet --yes --no-progress
says 0 "status of thirty" "$DMC" status $fleet
says 0 "drift of thirty" "$DMC" drift $fleet
ok "JSON holds them all" 30 "$("$DMC" status $fleet --format json | grep -o '"standing"' | wc -l)"

sqlite3 t07.db "create index behind_our_back on users (name)"
says 6 "one of thirty was changed by hand: nothing runs anywhere" "$DMC" run plans/0002.plan.json $fleet --yes --no-progress
ok "nothing was changed" "30 1" "$(at $(names 1 30))"
says 6 "drift of one in thirty, as a page" "$DMC" drift $fleet --format markdown
sqlite3 t07.db "drop index behind_our_back"

echo "cluster other { disposable; database elsewhere { shard a at 'sqlite:../t01.db'; } }" >clusters/other.mig
says 1 "a cluster without the database of the plan" "$DMC" run plans/0002.plan.json --cluster clusters/other.mig --yes --no-progress

# What one target makes impossible is found before another one is changed, and not forgotten behind it.
echo "cluster other { disposable; database shop { shard a at 'postgres://localhost/x'; shard b at 'sqlite:../new1.db'; } }" >clusters/other.mig
says 1 "an address of another engine, in front" "$DMC" run plans/0001.plan.json --cluster clusters/other.mig --yes --no-progress
echo "cluster other { disposable; database shop { shard b at 'sqlite:../new1.db'; shard c at 'sqlite:../nowhere/new2.db'; } }" >clusters/other.mig
says 6 "a folder that is not there" "$DMC" run plans/0001.plan.json --cluster clusters/other.mig --yes --no-progress
ok "nothing runs on any of them" no "$([ -e new1.db ] && echo yes || echo no)"

# One file under two names.
sqlite3 twin.db vacuum; ln twin.db other.db
shards t90 twin other
says 1 "two paths to one database" "$DMC" run plans/0001.plan.json $fleet --yes --no-progress
ok "nothing runs on any" "no 0" "$([ -e t90.db ] && echo yes || echo no) $(sqlite3 twin.db 'select count(*) from sqlite_schema')"

# At a gate the list changes.
cluster 'parallel 2'
shards $(names 1 6)
"$DMC" run plans/0002.plan.json $fleet --yes >log 2>&1; ok "all six wait at the gate" 4 $?
shards $(names 1 5)
says 1 "the list lost a target since the begin" "$DMC" run plans/0002.plan.json $fleet --yes --no-progress
shards $(names 1 7)
says 1 "the list has one more" "$DMC" run plans/0002.plan.json $fleet --yes --no-progress
says 1 "taking back with another list" "$DMC" undo plans/0002.plan.json $fleet --yes --no-progress
shards t08 t01 t02 t03 t04 t05
says 1 "one was replaced by another" "$DMC" run plans/0002.plan.json $fleet --yes --no-progress
ok "nothing went on" "6 1 moving" "$(at $(names 1 6))"
shards $(names 1 5)
"$DMC" run plans/0002.plan.json $fleet --yes --no-progress --rescope 't06 was closed' --through 'app 2 is everywhere' >log 2>&1; ok "the difference is meant" 0 $?
ok "five are through" "5 2" "$(at $(names 1 5))"
ok "why stands in the history" "t06 was closed (shop/t06 is missing)" "$(sqlite3 t01.db "select evidence from _dmc_history where move = 'rescope'")"
says 1 "a target of a cluster goes on by way of its inventory alone" "$DMC" run --on shop=sqlite:t06.db --through 'app 2 is everywhere' --no-progress
shards t06
"$DMC" run plans/0002.plan.json $fleet --through 'app 2 is everywhere' --rescope 'what was left behind' >log 2>&1; ok "the one that was left behind" 0 $?
"$DMC" verify $fleet >log 2>&1; ok "all of it holds" 0 $?

# Typed targets.
for name in p1 p2 p3; do "$DMC" run plans/0001.plan.json --on shop=sqlite:$name.db --yes >log 2>&1; done
says 1 "typed: one more than it was begun with" bash -c "'$DMC' run plans/0002.plan.json --on shop=sqlite:p1.db --on shop=sqlite:p2.db >/dev/null 2>&1; '$DMC' run plans/0002.plan.json --on shop=sqlite:p1.db --on shop=sqlite:p2.db --on shop=sqlite:p3.db --no-progress"
"$DMC" run plans/0002.plan.json --on shop=sqlite:p1.db --on shop=sqlite:p2.db --through 'app 2 is everywhere' >log 2>&1; ok "with those it was begun with" 0 $?

# Behind; one at a time, so that the lines of progress have an order.
cluster 'parallel 1'
schema 'age integer; city text;'
echo "change 3 'cities';" >changes/0003_cities.mig
"$DMC" compile >log 2>&1 || cat log
schema 'age integer; city text; mail text;'
echo "change 4 'mail';" >changes/0004_mail.mig
"$DMC" compile >log 2>&1 || cat log
shards t01 t02 t20 t21 t40
says 6 "targets that are behind" "$DMC" run plans/0004.plan.json $fleet --yes --no-progress
ok "a missing file is none of them without the option" no "$([ -e t40.db ] && echo yes || echo no)"
says 4 "led on as far as a gate of an earlier plan" "$DMC" run plans/0004.plan.json $fleet --yes --no-progress --catch-up
"$DMC" run plans/0002.plan.json $fleet --yes --through 'app 2 is everywhere' >log 2>&1; ok "through the gate of that plan" 0 $?
says 0 "caught up, and then the plan itself" "$DMC" run plans/0004.plan.json $fleet --yes --no-progress --catch-up
ok "all at version 4" "5 4" "$(at t01 t02 t20 t21 t40)"
sqlite3 empty.db "vacuum"
says 6 "an empty database and a late plan" "$DMC" run plans/0003.plan.json --on shop=sqlite:empty.db --no-progress
"$DMC" verify $fleet >log 2>&1; ok "all of it holds in the end" 0 $?
"$DMC" undo plans/0004.plan.json $fleet --yes >log 2>&1; ok "taken back everywhere" 0 $?
ok "all at version 3" "5 3" "$(at t01 t02 t20 t21 t40)"

# A plan that only moves rows leaves the state as it is, and is not left out.
mkdir "$work/rows" && cd "$work/rows" || exit 1
mkdir schema changes
echo "project shop { edition 1; }" >project.mig
schema ''
echo "change 1 'first';" >changes/0001.mig
"$DMC" compile >/dev/null
"$DMC" run plans/0001.plan.json --on shop=sqlite:a.db --yes >log 2>&1
sqlite3 a.db "insert into users (name) values (null), ('x')"
schema 'age integer;'
echo "change 2 'age';" >changes/0002.mig
"$DMC" compile >/dev/null
"$DMC" run plans/0001.plan.json --on shop=sqlite:b.db --yes >log 2>&1; "$DMC" run plans/0002.plan.json --on shop=sqlite:b.db --yes >>log 2>&1; ok "one stands right before it" 0 $?
sqlite3 b.db "insert into users (name) values (null)"
echo "change 3 'fill' { backfill users set name = ('somebody') where (name is null) without backup; }" >changes/0003.mig
"$DMC" compile >/dev/null
for number in 1 2 3; do "$DMC" run plans/000$number.plan.json --on shop=sqlite:c.db --yes >log 2>&1 || cat log; done
echo "change 3 'fill' { backfill users set name = ('nobody') where (name is null) without backup; }" >changes/0003.mig
"$DMC" compile >/dev/null
schema 'age integer; city text;'
echo "change 4 'city';" >changes/0004.mig
"$DMC" compile >/dev/null
says 0 "through a plan that only moves rows" "$DMC" run plans/0004.plan.json --on shop=sqlite:a.db --yes --no-progress --catch-up
ok "its rows were moved" "nobody x" "$(sqlite3 a.db 'select name from users order by id' | xargs)"
says 6 "the state fits, and the plan that only moves rows has not run" "$DMC" run plans/0004.plan.json --on shop=sqlite:b.db --yes --no-progress
says 0 "the history tells so, and the catch-up does not pass over it" "$DMC" run plans/0004.plan.json --on shop=sqlite:b.db --yes --no-progress --catch-up
ok "its rows were moved as well" nobody "$(sqlite3 b.db 'select name from users order by id' | xargs)"
says 6 "another plan moved rows in its place: a catch-up cannot tell" "$DMC" run plans/0004.plan.json --on shop=sqlite:c.db --yes --no-progress --catch-up
says 0 "and the plan alone says so" "$DMC" run plans/0004.plan.json --on shop=sqlite:c.db --yes --no-progress

# Two databases: a step of one was built on a step of the other, which is then restored from a backup.
mkdir "$work/two" && cd "$work/two" || exit 1
mkdir schema changes
echo "project two { edition 1; }" >project.mig
both() { for name in events shop; do printf 'database %s on sqlite 3.40 {\n  table t { id integer primary key; %s }\n}\n' $name "$1" >schema/$name.mig; done; }
both ''
echo "change 1 'first';" >changes/0001.mig
"$DMC" compile >/dev/null
where="--on events=sqlite:events.db --on shop=sqlite:shop.db"
"$DMC" run plans/0001.plan.json $where --yes >log 2>&1; ok "both at version 1" 0 $?
both 'more integer;'
printf "change 2 'more' {\n  gate 'app 2 is everywhere';\n}\n" >changes/0002.mig
"$DMC" compile >log 2>&1 || cat log
"$DMC" run plans/0002.plan.json $where --yes >log 2>&1; ok "both wait at the gate" 4 $?
"$DMC" run plans/0002.plan.json $where --yes --through 'app 2 is everywhere' >log 2>&1; ok "both at version 2" 0 $?
"$DMC" undo plans/0002.plan.json $where --lossy all --yes >log 2>&1; ok "and back" 0 $?
both 'more integer; late integer;'
printf "change 2 'more' {\n  verify 'nothing is late' on shop (select count(*) from t where more > 5) = 0;\n  gate 'app 3 is everywhere';\n}\n" >changes/0002.mig
"$DMC" compile >log 2>&1 || cat log
for name in events shop; do sqlite3 $name.db "vacuum into '$name.base'"; done
"$DMC" run plans/0002.plan.json $where --yes >log 2>&1; ok "they wait at another gate" 4 $?
ok "steps remember those of the other database" 1 "$(for name in events shop; do sqlite3 $name.db "select count(*) from _dmc_step where facts like '%target_id%'"; done | sort -n | tail -1 | sed 's/^[1-9].*/1/')"
for name in events shop; do
  cp $name.db $name.kept
  cp $name.base $name.db
  "$DMC" run plans/0002.plan.json $where --yes >log 2>&1; echo "$name restored: exit $?" >>"$said"
  grep -h 'E0614' log | sort -u >>"$said"
  cp $name.kept $name.db
done
echo >>"$said"
says 0 "brought back, it goes on" "$DMC" run plans/0002.plan.json $where --yes --no-progress --through 'app 3 is everywhere'

if [ "${DMC_ACCEPT:-}" = 1 ]; then cp "$said" "$here/fleet.txt"; fi
if diff "$here/fleet.txt" "$said"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
