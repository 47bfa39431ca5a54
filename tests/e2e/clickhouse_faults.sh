#!/usr/bin/env bash
# What becomes of a plan when the ClickHouse server itself fails: ended with kill -9 at many moments of a rebuild, a mutation and a type change, in both
# directions; a disk that is full; a table that is too large to be dropped; a mutation that one row fails. Each ends in a true report, and once
# the cause is gone the same command comes to the same end, with the same rows.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
. "$here/../support/clickhouse.sh"
faulty=$(dirname "$DMC")/faulty_dmc
rows=40000

events='day Date; id UInt64; kind String; amount Int32; engine = MergeTree; partition by (toYYYYMM(day));'
begin_with() {  # the first version, with rows
  rm -rf "$work/shop"
  mkdir -p "$work/shop/schema" "$work/shop/changes" && cd "$work/shop" || exit 1
  echo 'project shop { edition 1; }' >project.mig
  printf 'create database if not exists shop' | ch_send default
  version 1 "table events { $events order by (kind, id); }" "change 1 'events';"
  "$DMC" run plans/0001.plan.json --on "$on" --yes --no-progress >"$work/answer" 2>&1 || { cat "$work/answer"; exit 1; }
  ch "insert into events select toDate('2026-01-01') + number % 60, number, concat('k', toString(number % 7)), toInt32(number % 1000) from numbers($rows)"
}
version() {
  echo "database shop on clickhouse 18.16 { $2 }" >schema/shop.mig
  echo "$3" >"changes/000$1_x.mig"
  "$DMC" compile >"$work/answer" 2>&1 || { cat "$work/answer"; exit 1; }
}
forward() { "$DMC" run "$plan" --on "$on" --yes --no-progress >"$work/answer" 2>&1; }
back() { "$DMC" undo "$plan" --on "$on" --yes --no-progress --lossy all >"$work/answer" 2>&1; }
goes() { "$2"; local code=$?; ok "$1" 0 $code; [ $code = 0 ] || sed -n 1,20p "$work/answer"; }
all_rows() { ch "select count(), sum(cityHash64(day, id, kind, toInt64(amount))) from events"; }

# The runner stands still right behind what it sent, the server dies, and the runner never wakes up.
killed_at() {  # event, verb
  DMC_STOP_AT=$1 "$faulty" "$2" "$plan" --on "$on" --yes --no-progress $([ "$2" = run ] || echo --lossy all) >"$work/frozen" 2>&1 &
  local runner=$! waited
  for waited in $(seq 400); do
    case "$(ps -o stat= -p $runner 2>/dev/null)" in T*) break ;; "") break ;; esac
    sleep 0.02
  done
  ch_kill
  kill -9 $runner 2>/dev/null
  wait $runner 2>/dev/null
  ch_start || exit 1
}
many_kills() {  # what, how many
  local at events before after
  before=$(all_rows)
  DMC_FAULT_COUNT=$work/count "$faulty" run "$plan" --on "$on" --yes --no-progress >"$work/answer" 2>&1
  ok "$1: undisturbed" 0 $?
  events=$(cat "$work/count") after=$(all_rows)
  goes "$1: and back" back
  # What a backfill has written stays, and its backup too: that is what its plan says.
  [ "$1" = rebuild ] && ok "$1: and back, with every row" "$before" "$(all_rows)"
  before=$(all_rows)
  for ((at = events / ($2 * 2) + 1; at <= events; at += events / $2 + 1)); do
    killed_at "$at" run
    goes "$1: the server died at event $at of $events; it goes on" forward
    ok "$1: with every row" "$after" "$(all_rows)"
    killed_at "$at" undo
    goes "$1: the same on the way back" back
    ok "$1: with every row again" "$before" "$(all_rows)"
  done
  quiet 0 "$1: verify" verify --on "$on"
}

clickhouse_or_skip "faults of a ClickHouse server"
on="shop=$ch_url/shop?timeout=30"
plan=plans/0002.plan.json

begin_with
version 2 "table events { $events order by (id, kind); }" "change 2 'key' { rebuild table events; }"
many_kills "rebuild" 5

printf 'drop database shop' | ch_send default
begin_with
version 2 "table events { ${events/Int32/Int64} order by (kind, id); }" "change 2 'wider' { retype events.amount; backfill events set amount = (77) where (kind = 'k3') with backup; }"
many_kills "a type and a mutation" 3

# The table is away for a moment, as while a replica starts anew: what is not seen then is not gone.
away_at() {  # event of an undo
  DMC_STOP_AT=$1 "$faulty" undo "$plan" --on "$on" --yes --no-progress >"$work/frozen" 2>&1 &
  local runner=$! waited
  for waited in $(seq 400); do
    case "$(ps -o stat= -p $runner 2>/dev/null)" in T*) break ;; "") break ;; esac
    sleep 0.01
  done
  ch "detach table events"
  kill -CONT $runner 2>/dev/null
  for waited in $(seq 30); do kill -0 $runner 2>/dev/null || break; sleep 0.01; done
  ch "attach table events"
  wait $runner 2>/dev/null
}
printf 'drop database shop' | ch_send default
begin_with
version 2 "table events { $events more String default 'x'; order by (kind, id); }" "change 2 'more';"
goes "a column comes" forward
DMC_FAULT_COUNT=$work/count "$faulty" undo "$plan" --on "$on" --yes --no-progress >"$work/answer" 2>&1
looks=$(cat "$work/count")
for ((at = looks / 4; at <= looks * 3 / 4; at += 6)); do
  forward
  away_at $at
  goes "its table was away at event $at of $looks; it goes all the same" back
  ok "and the column with it ($at)" 0 "$(ch "select count() from system.columns where table = 'events' and name = 'more'")"
done

# One row that the expression fails for.
printf 'drop database shop' | ch_send default
begin_with
version 2 "table events { $events order by (kind, id); }" "change 2 'shares' { backfill events set amount = (toInt32(intDiv(1000, amount - 7))) where (amount >= 7) without backup; }"
before=$(all_rows)
forward
code=$?
ok "a mutation that a row would fail: the run does not begin" yes "$([ $code -ne 0 ] && echo yes)"
has "and says why" "[Dd]ivision by zero"
ch_is "no mutation is left" 0 "select count() from system.mutations where is_done = 0"
ok "with every row" "$before" "$(all_rows)"
ch "alter table events update amount = 8 where amount = 7" && sleep 1
goes "once the row is mended, it goes" forward

# A table too large to be dropped, as the server is set.
printf 'drop database shop' | ch_send default
begin_with
version 2 "" "change 2 'gone' { drop table events without backup; }" 2>/dev/null
ch_kill
sed -i 's#</yandex>#<max_table_size_to_drop>1000</max_table_size_to_drop><max_partition_size_to_drop>1000</max_partition_size_to_drop></yandex>#' "$ch_folder/config.xml"
ch_start || exit 1
forward
ok "a table too large to be dropped: the run stops" 3 $?
has "and says which limit" "max_table_size_to_drop\|max_\[table/partition\]_size_to_drop\|size_to_drop"
ch_kill
sed -i 's#<max_table_size_to_drop>.*_to_drop></yandex>#</yandex>#' "$ch_folder/config.xml"
ch_start || exit 1
goes "once the limit is gone, it goes on" forward
ch_is "the table is gone" 0 "select count() from system.tables where database = 'shop' and name = 'events'"

# A disk that is full.
mkdir "$work/small"
trap 'ch_stop; umount "$work/small" 2>/dev/null; rm -rf "$work" $ch_folders' EXIT
if mount -t tmpfs -o size=30m tmpfs "$work/small" 2>/dev/null; then
  ch_kill
  mv "$ch_folder/data" "$ch_folder/data.before"
  mkdir "$work/small/data"
  ln -s "$work/small/data" "$ch_folder/data"
  ch_start || exit 1
  begin_with
  ch "insert into events select toDate('2026-01-01') + number % 60, number, concat('k', toString(cityHash64(number))), toInt32(number) from numbers(300000)"
  version 2 "table events { $events order by (id, kind); }" "change 2 'key' { rebuild table events; }"
  before=$(all_rows)
  dd if=/dev/zero of="$work/small/ballast" bs=1k count=$(($(df --output=avail -k "$work/small" | tail -1) - 3000)) 2>/dev/null
  # What the server itself tries again, a mutation, is waited for; what it refuses stops the run.
  forward &
  runner=$!
  sleep 6
  if kill -0 $runner 2>/dev/null; then
    tail -n 1 "$work/answer" >"$work/step"
    ok "a full disk: the run waits for a mutation" 1 "$(ch "select count() from system.mutations where is_done = 0")"
  else
    wait $runner
    ok "a full disk: the run stops" 3 $?
    has "and says so" "[Nn]o space\|[Cc]annot reserve\|[Nn]ot enough space"
  fi
  ok "every row is there" "$before" "$(all_rows)"
  rm "$work/small/ballast"
  mount -o remount,size=300m "$work/small"
  wait $runner
  goes "once there is room, it goes on" forward
  ok "with every row" "$before" "$(all_rows)"
  goes "and back" back
  ok "with every row again" "$before" "$(all_rows)"
  skipped=0
else
  echo "SKIPPED a full disk of a ClickHouse server: no file system can be mounted here"
  skipped=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
