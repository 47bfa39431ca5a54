#!/usr/bin/env bash
# A Replicated table gets another sorting key and back, then other partitions, on two shards × two replicas of 18.16, while rows come without pause
# into all four hosts and through a Distributed table; with the runner killed and a replica away. No row is lost or doubled, replicas hold the
# same, and the view on the table saw every row. Then backups of Replicated tables, and a table of one host that gets replicas.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
. "$here/../support/clickhouse_cluster.sh"
faulty=$(dirname "$DMC")/faulty_dmc
cluster_or_skip "a rebuild on a cluster of ClickHouse"
cluster_project 120
prod="--cluster clusters/prod.mig" everyone="--on shop/s1/a=$HOST11 --on shop/s1/b=$HOST12 --on shop/s2/a=$HOST21 --on shop/s2/b=$HOST22"
notes="table notes on cluster 'events' {
    id UInt64; what String;
    engine = ReplicatedMergeTree('/clickhouse/tables/{shard}/shop/notes', '{replica}'); partition by (id % 3); order by (id);
  }"
version() {  # number, path of the replicas, partitions, order, the change, another table
  cat >schema/shop.mig <<END
database shop on clickhouse 18.16 {
  table events on cluster 'events' {
    day    Date;
    id     UInt64;
    kind   String;
    amount Int32;

    engine = ReplicatedMergeTree('/clickhouse/tables/{shard}/shop/$2', '{replica}');
    partition by ($3);
    order by ($4);
  }
  table events_all on cluster 'events' {
    day    Date;
    id     UInt64;
    kind   String;
    amount Int32;

    engine = Distributed('events', 'shop', 'events', cityHash64(id));
  }
  table daily on cluster 'events' {
    day Date;
    n   UInt64;

    engine = SummingMergeTree;
    order by (day);
  }
  ${6-$notes}
  materialized view daily_mv on cluster 'events' to daily as (select day, count() as n from events group by day);
}
END
  printf 'change %s %s\n' "$1" "$5" >"changes/000$1_x.mig"
  quiet 0 "version $1 compiles" compile
  plan=plans/000$1.plan.json
}
forward() { "$DMC" run "$plan" $prod --yes --no-progress >"$work/answer" 2>&1; }
back() { "$DMC" undo "$plan" $prod --yes --no-progress --lossy all >"$work/answer" 2>&1; }
goes() {  # what, forward or back: what the servers still do for a runner that is gone is waited for
  local waited code
  for waited in $(seq 40); do
    "$2"
    code=$?
    [ $code = 5 ] || break
    sleep 0.2
  done
  ok "$1" 0 $code
  [ $code = 0 ] || { grep -v "done in" "$work/answer" | grep -v "^  *[0-9]*  done" | head -30; [ -z "${DMC_STAYS:-}" ] || { echo "stays: $work"; sleep 120; touch "$work/enough"; }; }
}

# Fifty rows at a time, each with a number of its own; what was answered is noted, and what was not may be there or not.
# What comes through the Distributed table is of one partition at a time: a server sends it again when an alter meets it, and would store twice what of
# several partitions was stored before.
day="toDate('2026-01-01') + if(number < 5000000000, number, intDiv(number, 50)) % 50"
row="$day, number, concat('k', toString(number % 7)), toInt32(number % 100)"
writers=
writer() {  # host, table, number
  local first answer
  while [ ! -e "$work/enough" ]; do
    first=$(cat "$work/next.$3" 2>/dev/null || echo $(($3 * 1000000000)))
    echo $((first + 50)) >"$work/next.$3"
    if answer=$(at "$1" "insert into $2 (day, id, kind, amount) select ${row//number/(number + $first)} from numbers(50)" 2>&1) && [ -z "$answer" ]
    then echo "$first" >>"$work/answered"
    else echo "$first $1 $answer" >>"$work/unanswered"
    fi
    sleep "${DMC_PAUSE:-0.4}"
  done
}
writers_start() {
  local number=0 host
  rm -f "$work/enough"
  for host in $hosts; do number=$((number + 1)); writer "$host" events $number & writers="$writers $!"; done
  writer 11 events_all 5 & writers="$writers $!"
}
writers_stop() { touch "$work/enough"; wait $writers; writers=; }
touch "$work/answered" "$work/unanswered"

unsent() { find "$cl_folder/11/data/data/shop/events_all" -name '*.bin'; }  # a folder that is not there is an error, and no silence
all_is_there() {  # what
  local answered found waited one other shard
  at 11 "drop table if exists answered"
  at 11 "create table answered (first UInt64) engine = Memory"
  { echo "insert into answered format TabSeparated"; cat "$work/answered"; } | cl_send 11 shop
  answered=$(($(wc -l <"$work/answered") * 50))
  # The Distributed table sends in its own time: what it could not send waits in files, half a minute at a time after many failures. So do replicas.
  for waited in $(seq 1200); do
    [ -z "$(unsent 2>&1)" ] && break
    sleep 0.1
  done
  ok "$1: the Distributed table has sent what it was given" "" "$(unsent 2>&1)"
  for waited in $(seq 100); do
    found=$(at 11 "select count() from events_all where toUInt64(id - id % 50) global in (select first from answered)")
    [ "$found" = "$answered" ] && break
    sleep 0.1
  done
  at 11 "drop table answered"
  ok "$1: every answered row is there" "$answered" "$found"
  at_is "$1: the first rows too" 100000 22 "select count() from events_all where id < 1000000000"
  at_is "$1: no row is there twice" 0 11 "select count() - uniqExact(id) from events_all"
  at_is "$1: each is as it was written" 0 12 "select countIf(day != ${day//number/id} or kind != concat('k', toString(id % 7)) or amount != id % 100) from events_all"
  for shard in 1 2; do
    for waited in $(seq 100); do
      one=$(at ${shard}1 "select count(), sum(cityHash64(day, id, kind, amount)) from events") other=$(at ${shard}2 "select count(), sum(cityHash64(day, id, kind, amount)) from events")
      [ "$one" = "$other" ] && break
      sleep 0.1
    done
    ok "$1: both replicas of shard $shard hold the same" "$one" "$other"
  done
  # A row that was not answered may be in the table alone.
  local seen=0 all host
  all=$(at 11 "select count() from events_all")
  for host in $hosts; do seen=$((seen + $(at "$host" "select sum(n) from daily"))); done
  ok "$1: the view saw every row ($all of the table, $seen of the view, $(wc -l <"$work/unanswered") inserts without an answer)" yes \
    "$([ $seen -le "$all" ] && [ $seen -ge $((answered + 100000)) ] && echo yes)"
  quiet 0 "$1: nothing drifted" drift $everyone
}
lies_at() {  # what, the path's last word
  local host
  for host in $hosts; do at_is "$1, on host $host" "/clickhouse/tables/0${host:0:1}/shop/$2" "$host" "select zookeeper_path from system.replicas where table = 'events'"; done
}
began=$SECONDS
took() { [ -z "${DMC_TIMES:-}" ] || echo "took $((SECONDS - began)) s: $1, $(wc -l <"$work/answered") batches"; began=$SECONDS; }

version 1 events "toYYYYMM(day)" "kind, id" "'first';"
goes "it is built" forward
at 11 "insert into events_all select $row from numbers(100000)"
took "built"

killed_at() {  # event, run or undo
  DMC_FAULT_AT=$1 "$faulty" "$2" "$plan" $prod --yes --no-progress $([ "$2" = run ] || echo --lossy all) >"$work/killed" 2>&1
  ok "$2, killed at event $1" 137 $?
}

# There undisturbed, and back with the runner killed again and again, while rows come.
version 2 events_2 "toYYYYMM(day)" "id, kind" "'key' { rebuild table events; }"
writers_start
DMC_FAULT_COUNT=$work/count "$faulty" run "$plan" $prod --yes --no-progress >"$work/answer" 2>&1
ok "another sorting key" 0 $?
events=$(cat "$work/count")
took "forward"
lies_at "the new table is there" events_2
killed_at $((events / 4)) undo
for waited in $(seq 40); do forward; code=$?; [ $code = 5 ] || break; sleep 0.2; done
ok "half taken back, it does not go forward" 1 $code
has "it says what comes first" "finish the undo first"
for part in ${DMC_KILLS:-7 6}; do killed_at $((events / part)) undo; done
goes "it goes back all the way" back
writers_stop
took "back, with kills"
lies_at "the old table is back" events
all_is_there "back"
took "checked"

# Other partitions; the runner is killed on the way there, and a replica goes away in the middle.
rm -rf changes/0002* plans/0002* catalog/0002*
version 2 events_3 "toDayOfWeek(day)" "id" "'parts' { rebuild table events; }"
writers_start
for part in ${DMC_KILLS:-9 7 5}; do killed_at $((events / part)) run; done
forward &
runner=$!
for waited in $(seq 400); do
  [ "$(at 21 "select count() from system.tables where database = 'shop' and name like '\\_dmc\\_more%'")" = 1 ] && break
  kill -0 $runner 2>/dev/null || break
  sleep 0.05
done
host_kill 22
wait $runner
ok "a replica goes away in the middle: the run stops" 3 $?
forward
ok "and does not go on without it" 3 $?
has "it says for whom it waits" "shop/s2/b"
host_start 22
goes "it goes on once it is back" forward
writers_stop
took "forward, with kills"
lies_at "the new table is there" events_3
all_is_there "killed"
quiet 0 "verify" verify $everyone
took "checked"

# Backups: every replica keeps all rows, and one of them brings them back.
for host in 11 12 21 22; do at "$host" "insert into notes select number * 100 + $host, 'n' from numbers(1000)"; done
noted() { local host; for host in $hosts; do for waited in $(seq 50); do [ "$(at "$host" "$3")" = "$2" ] && break; sleep 0.1; done; at_is "$1, on host $host" "$2" "$host" "$3"; done; }
noted "the rows are there" 2000 "select count() from notes"
before=$(at 11 "select sum(cityHash64(id, what)) from notes") before_2=$(at 22 "select sum(cityHash64(id, what)) from notes")
version 3 events_3 "toDayOfWeek(day)" "id" "'gone' { drop table notes with backup; }" ""
goes "a table is dropped, and its rows are kept" forward
noted "it is gone" 0 "select count() from system.tables where database = 'shop' and name = 'notes'"
noted "and its rows are kept" 1 "select count() from system.tables where database = 'shop' and name like '\\_dmc\\_backup%' and engine = 'MergeTree'"
DMC_FAULT_AT=35 "$faulty" undo "$plan" $prod --yes --no-progress --lossy all >"$work/killed" 2>&1
ok "the runner is killed on the way back" 137 $?
goes "the rows come back" back
noted "all of them" 2000 "select count() from notes"
for host in $hosts; do at_is "as they were, on host $host" "$([ ${host:0:1} = 1 ] && echo "$before" || echo "$before_2")" "$host" "select sum(cityHash64(id, what)) from notes"; done
rm -rf changes/0003* plans/0003* catalog/0003*
version 3 events_3 "toDayOfWeek(day)" "id" "'filled' { backfill notes set what = ('y') where (id < 1000) with backup; }"
goes "rows are filled, and what they were is kept" forward
noted "they are filled" 20 "select count() from notes where what = 'y'"
for host in $hosts; do
  at_is "and kept, on host $host" 20 "$host" "select sum(rows) from system.parts where database = 'shop' and table like '\\_dmc\\_backup%' and active"
done
quiet 0 "nothing drifted" drift $everyone
quiet 0 "the filling is taken back" undo "$plan" $prod --yes --no-progress --lossy all
rm -rf changes/0003* plans/0003* catalog/0003*
# Rows are deleted and come back, twice the same ones, with the runner killed on the way back.
before=$(at 11 "select count(), sum(cityHash64(id, what)) from notes") before_2=$(at 22 "select count(), sum(cityHash64(id, what)) from notes")
version 3 events_3 "toDayOfWeek(day)" "id" "'fewer' { drop rows of notes where (id % 2 = 1) with backup; }"
for round in 1 2; do
  goes "rows go, time $round" forward
  noted "they are gone" 0 "select count() from notes where id % 2 = 1"
  [ $round = 2 ] || {
    DMC_FAULT_AT=80 "$faulty" undo "$plan" $prod --yes --no-progress --lossy all >"$work/killed" 2>&1
    ok "the runner is killed while they come back" 137 $?
  }
  goes "they come back, time $round" back
  for host in $hosts; do at_is "as they were, on host $host, time $round" "$([ ${host:0:1} = 1 ] && echo "$before" || echo "$before_2")" "$host" "select count(), sum(cityHash64(id, what)) from notes"; done
  noted "nothing of it stays in the table" 0 "select count() from system.columns where database = 'shop' and table = 'notes' and startsWith(name, '_dmc_')"
done
took "backups"

# Of one host alone: a table gets replicas, and has none again. Several hosts would have rows of their own each.
mkdir -p "$work/alone/schema" "$work/alone/changes" && cd "$work/alone" || exit 1
echo "project alone { edition 1; }" >project.mig
for host in 21 22; do printf 'create database alone' | cl_send "$host" default; done
alone() {  # number, engine, the change
  echo "database alone on clickhouse 18.16 { table seen { id UInt64; what String default ''; engine = $2; order by (id); } }" >schema/alone.mig
  printf 'change %s %s\n' "$1" "$3" >"changes/000$1_x.mig"
  quiet 0 "version $1 of one host compiles" compile
}
on="alone=$(host_url 21)/alone?timeout=30"
seen() { ok "$1" "$2" "$(printf "select any(engine), (select count() from seen), (select sum(cityHash64(id, what)) from seen) = (select sum(cityHash64(number, 'x')) from numbers(1000)) from system.tables where database = 'alone' and name = 'seen'" | cl_send 21 alone)"; }
alone 1 MergeTree "'first';"
quiet 0 "a table of one host" run plans/0001.plan.json --on "$on" --yes --no-progress
quiet 0 "and of another" run plans/0001.plan.json --on "alone=$(host_url 22)/alone?timeout=30" --yes --no-progress
printf "insert into seen select number, 'x' from numbers(1000)" | cl_send 21 alone
alone 2 "ReplicatedMergeTree('/clickhouse/tables/{shard}/alone/seen', '{replica}')" "'replicas' { rebuild table seen; }"
quiet 0 "it gets replicas" run plans/0002.plan.json --on "$on" --yes --no-progress
seen "with every row" "ReplicatedMergeTree	1000	1"
quiet 0 "and has none again" undo plans/0002.plan.json --on "$on" --yes --no-progress --lossy all
seen "with every row again" "MergeTree	1000	1"
quiet 1 "not on several hosts" run plans/0002.plan.json --on "alone/s2/a=$(host_url 21)/alone" --on "alone/s2/b=$(host_url 22)/alone" --yes --no-progress
has "which is said" "the shard has one host"
# Rows that are the same many times, and the same rows again: a server knows parts that it has attached by their bytes.
quiet 0 "it gets replicas once more" run plans/0002.plan.json --on "$on" --yes --no-progress
every() { curl -s "$(host_url 21 | sed 's/^clickhouse/http/')/?database=alone&insert_deduplicate=0" --data-binary "$1"; }
every "insert into seen select 7, 'y' from numbers(3000000)"
alone 3 "ReplicatedMergeTree('/clickhouse/tables/{shard}/alone/seen_2', '{replica}')" "'other replicas' { rebuild table seen; }"
for round in 1 2; do
  quiet 0 "other replicas, time $round" run plans/0003.plan.json --on "$on" --yes --no-progress
  every "insert into seen select 8, 'z'"
  quiet 0 "and back, time $round" undo plans/0003.plan.json --on "$on" --yes --no-progress --lossy all
done
ok "no row was taken for another one" "3000000 2" "$(printf "select countIf(id = 7 and what = 'y'), countIf(id = 8 and what = 'z') from seen" | cl_send 21 alone | tr '\t' ' ')"
printf "alter table seen delete where what in ('y', 'z')" | cl_send 21 alone
for waited in $(seq 100); do [ "$(printf "select count() from seen" | cl_send 21 alone)" = 1000 ] && break; sleep 0.1; done
rm -rf changes/0003* plans/0003* catalog/0003*
# The mark of the first rebuild is still in it: what is made to take its partitions has it too.
echo "database alone on clickhouse 18.16 { table other { id UInt64; engine = MergeTree; order by (id); } }" >schema/alone.mig
echo "change 3 'gone' { drop table seen with backup; }" >changes/0003_x.mig
quiet 0 "version 3 compiles" compile
quiet 0 "a table that was rebuilt goes with a backup" run plans/0003.plan.json --on "$on" --yes --no-progress
quiet 0 "and comes back" undo plans/0003.plan.json --on "$on" --yes --no-progress --lossy all
seen "with its rows" "ReplicatedMergeTree	1000	1"
took "one host"
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
