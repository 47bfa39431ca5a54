#!/usr/bin/env bash
# Two shards × two replicas of 18.16 with ZooKeeper: a database is built, changed, mutated and taken back on all of them; a replica is away for a whole
# plan, ZooKeeper stops, the runner and a server are killed, two runners come at once. In the end both replicas of a shard hold the same.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
. "$here/../support/clickhouse_cluster.sh"
faulty=$(dirname "$DMC")/faulty_dmc
cluster_or_skip "a cluster of ClickHouse"
said=$work/said.txt
says() {  # exit code, what, command…: addresses are others each time
  local wanted=$1 what=$2
  shift 2
  quiet "$wanted" "$what" "$@"
  { echo "== $what"; sed -E -e 's/:[0-9]{5}/:PORT/g' -e 's/change 1: first  \(plan [0-9a-f]+\)/change 1: first  (plan HASH)/' "$work/answer"; echo; } >>"$said"
}
cluster_project 30
prod="--cluster clusters/prod.mig"
schema() {  # columns of the raw table, more items
  cat >schema/shop.mig <<END
database shop on clickhouse 18.16 {
  table events on cluster 'events' {
    day   Date;
    id    UInt64;
    kind  String;
    $1

    engine = ReplicatedMergeTree('/clickhouse/tables/{shard}/shop/events', '{replica}');
    partition by (toYYYYMM(day));
    order by (kind, id);
  }
  table events_all on cluster 'events' {
    day   Date;
    id    UInt64;
    kind  String;
    $1

    engine = Distributed('events', 'shop', 'events', cityHash64(id));
  }
  $2
}
END
}
change() { printf "%s\n" "$2" >"changes/$(printf %04d "$1")_change.mig"; "$DMC" compile >"$work/answer" 2>&1; ok "change $1 compiles" 0 $?; [ -s "plans/$(printf %04d "$1").plan.json" ] || cat "$work/answer"; }
plan() { echo "plans/$(printf %04d "$1").plan.json"; }
run() { local wanted=$1 what=$2 number=$3; shift 3; quiet "$wanted" "$what" run "$(plan "$number")" $prod --yes --no-progress "$@"; }
back() { local wanted=$1 what=$2 number=$3; shift 3; quiet "$wanted" "$what" undo "$(plan "$number")" $prod --yes --no-progress --lossy all "$@"; }
goes_on() {  # what, number: what the servers still do for a runner that is gone is waited for
  local waited
  for waited in $(seq 20); do
    "$DMC" run "$(plan "$2")" $prod --yes --no-progress >"$work/answer" 2>&1
    local code=$?
    [ $code = 5 ] || break
    sleep 0.2
  done
  ok "$1" 0 $code
  [ $code = 0 ] || sed -n 1,40p "$work/answer"
}
all_are() { local host; for host in $hosts; do at_is "$1, on host $host" "$2" "$host" "$3"; done; }
rows="select count(), sum(cityHash64(day, id, kind)) from events"
same_replicas() {  # what, expression over all columns
  local shard one other waited
  for shard in 1 2; do
    for waited in $(seq 100); do
      one=$(at ${shard}1 "select count(), sum(cityHash64($2)) from events") other=$(at ${shard}2 "select count(), sum(cityHash64($2)) from events")
      [ "$one" = "$other" ] && break
      sleep 0.1
    done
    ok "$1: shard $shard" "$one" "$other"
  done
}
column() { echo "select count() from system.columns where database = 'shop' and table = '$1' and name = '$2'"; }

# Built from nothing, on every host by a statement of its own.
schema "amount Int32 default 0;" ""
change 1 "change 1 'first';"
says 1 "hosts of the cluster that are no targets" run "$(plan 1)" --on "shop/s1/a=$HOST11" --on "shop/s2/a=$HOST21" --yes --no-progress
quiet 1 "preflight says so too" preflight "$(plan 1)" --on "shop/s1/a=$HOST11" --on "shop/s2/a=$HOST21"
has "with its code" "hosts of cluster 'events' are the targets of this run.*E0627"
says 2 "a host that is named with too many names" run "$(plan 1)" --on "shop/s1/a/x=$HOST11" --yes --no-progress
run 0 "it is built" 1
says 1 "a replica that is not called so" run "$(plan 1)" --on "shop=$HOST11" --yes --no-progress
all_are "the table is there" ReplicatedMergeTree "select engine from system.tables where database = 'shop' and name = 'events'"
all_are "it has two replicas" 2 "select total_replicas from system.replicas where table = 'events'"
at 11 "insert into events_all select toDate('2026-01-01') + number % 60, number, concat('k', toString(number % 7)), toInt32(number % 100) from numbers(100000)"
for waited in $(seq 100); do [ "$(at 22 'select count() from events_all')" = 100000 ] && [ "$(at 11 'select count() from events_all')" = 100000 ] && break; sleep 0.1; done
at_is "100,000 rows through the Distributed table" 100000 22 "select count() from events_all"
quiet 0 "no drift" drift --on "shop/s1/a=$HOST11" --on "shop/s1/b=$HOST12" --on "shop/s2/a=$HOST21" --on "shop/s2/b=$HOST22"
quiet 0 "what a host shows" inspect "$HOST12"
has "is what was declared" "ReplicatedMergeTree('/clickhouse/tables/{shard}/shop/events', '{replica}')"

# A column, another type, an update of every row.
schema "amount Int64 default 0; note String default 'none'; grade UInt8 default 0;" ""
change 2 "change 2 'more' {
  retype events.amount;
  retype events_all.amount;
  backfill events set grade = (toUInt8(amount % 10) + 1);
}"
run 0 "the change runs" 2
all_are "the type is new" Int64 "select type from system.columns where database = 'shop' and table = 'events' and name = 'amount'"
all_are "no mutation was sent twice" 1 "select count() > 0 and count() = uniqExact(command) from system.mutations where table = 'events' and position(command, 'dmc:') > 0"
at_is "every row has its grade" 100000 21 "select count() from events_all where grade = amount % 10 + 1"
same_replicas "after the change" "day, id, kind, amount, note, grade"
quiet 0 "status" status --on "shop/s1/a=$HOST11"
has "names the replica" "s1/a"
back 0 "it is taken back" 2
all_are "the column is gone" 0 "$(column events note)"
same_replicas "after the undo" "day, id, kind, amount"
run 0 "it runs again" 2

# What must not be done twice: every run of this adds one to every row.
schema "amount Int64 default 0; note String default 'none'; grade UInt8 default 0; seen UInt32 default 7;" ""
change 3 "change 3 'once' { backfill events set amount = (amount + 1) without backup; }"
added() {  # what, how much in all
  same_replicas "$1" "day, id, kind, amount, note, grade, seen"
  at_is "$1: every row counts once" "$2" 11 "select sum(amount - toInt64(id % 100)) / 100000 from events_all"
}

# One replica is away for the whole plan. The rest goes as far as it may, nothing is taken back, and what comes back is no zombie.
host_kill 12
run 3 "a replica is away" 3
has "it is named as unknown" "shop/s1/b .*cannot be asked\|shop/s1/b .*unknown"
has "its shard waits in front of the mutation" "it waits in front of"
at_is "the other replica has the column" 1 11 "$(column events seen)"
at_is "and no mutation" 0 11 "select count() from system.mutations where table = 'events' and position(command, 'amount + 1') > 0"
at_is "the other shard is done" 1 22 "select count() from system.mutations where table = 'events' and position(command, 'amount + 1') > 0"
back 3 "nothing is taken back while it is away" 3
has "which is said" "cannot be asked\|cannot be reached"
host_start 12
goes_on "it is back" 3
added "it has everything" 1
back 0 "all of it goes" 3
sleep 1
all_are "no statement comes after its undo" 0 "$(column events seen)"

# The runner is killed again and again, and goes on each time.
for at in ${DMC_KILLS:-9 16 23 41}; do DMC_FAULT_AT=$at "$faulty" run "$(plan 3)" $prod --yes --no-progress >"$work/killed" 2>&1; ok "killed at event $at" 137 $?; done
goes_on "it goes on" 3
added "killed" 2
back 0 "taken back" 3

# A server is killed while its mutation goes on.
"$DMC" run "$(plan 3)" $prod --yes --no-progress >"$work/answer" 2>&1 &
runner=$!
for waited in $(seq 300); do [ "$(at 11 "select count() from system.mutations where table = 'events' and position(command, 'amount + 1') > 0" 2>/dev/null)" = 3 ] && break; sleep 0.02; done
host_kill 11
wait $runner
ok "the run ends with an error" 3 $?
host_start 11
goes_on "it goes on with the server" 3
added "the server was killed" 3

# ZooKeeper goes and comes back in the middle. 18.16 may sleep over what ZooKeeper has from then on, until somebody starts its replica anew: the
# run waits for that, and says that it does. While a replica starts its table is away for a moment, with every column: nothing is taken for gone.
"$DMC" undo "$(plan 3)" $prod --yes --no-progress --lossy all >"$work/answer" 2>&1 &
runner=$!
sleep 0.3
keeper_stop
sleep 0.5
keeper_start
for host in $hosts; do for waited in $(seq 100); do [ "$(at "$host" "select is_readonly + is_session_expired from system.replicas where active_replicas = 2")" = 0 ] && break; sleep 0.2; done; done
everywhere "system restart replica events"
wait $runner
code=$?
everywhere "system restart replica events"
[ $code = 0 ] || { cp "$work/answer" "$work/first"; back 0 "it goes on with ZooKeeper" 3; [ $failed = 0 ] || sed 's/^/the first one: /' "$work/first"; }
all_are "taken back" 0 "$(column events seen)"

# Two runners come at once.
"$DMC" run "$(plan 3)" $prod --yes --no-progress >"$work/one" 2>&1 &
runner=$!
"$DMC" run "$(plan 3)" $prod --yes --no-progress >"$work/two" 2>&1
second=$?
wait $runner
first=$?
[ $first = 0 ] || [ $second = 0 ] || goes_on "one after the other" 3
added "two runners" 4
quiet 0 "nothing drifted" drift --on "shop/s1/a=$HOST11" --on "shop/s1/b=$HOST12" --on "shop/s2/a=$HOST21" --on "shop/s2/b=$HOST22"
quiet 0 "verify" verify --on "shop/s1/a=$HOST11" --on "shop/s1/b=$HOST12" --on "shop/s2/a=$HOST21" --on "shop/s2/b=$HOST22"

if [ "${DMC_ACCEPT:-}" = 1 ]; then cp "$said" "$here/clickhouse_cluster.txt"; fi
if diff "$here/clickhouse_cluster.txt" "$said"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: what is said (DMC_ACCEPT=1 writes it)"; fi
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
