#!/usr/bin/env bash
# The way of somebody who has a ClickHouse server: look at it, adopt it, change it, look again, take it back; a runner that is killed between any
# two events, one that stands still, and somebody who changes a table by hand. On 18.16, then the same on 26.x.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
. "$here/../support/clickhouse.sh"
faulty=$(dirname "$DMC")/faulty_dmc

whole_way() {  # what the server is
  local on="shop=$ch_url/shop"
  printf 'create database shop' | ch_send default
  ch "create table events (day Date, id UInt64, kind String, amount Int32 default 0) engine = MergeTree partition by toYYYYMM(day) order by (kind, id)"
  ch "insert into events select toDate('2026-01-01') + number % 60, number, concat('k', toString(number % 7)), toInt32(number) from numbers(10000)"
  local rows="select count(), sum(cityHash64(day, id, kind, amount)) from events" before
  before=$(ch "$rows")

  rm -rf "$work/shop"
  mkdir "$work/shop" && cd "$work/shop" || exit 1
  quiet 0 "$1: it is read" inspect "$ch_url/shop?timeout=30"
  has "$1: under its own name" "^database shop on clickhouse"
  quiet 0 "$1: it is adopted" adopt shop --from "$ch_url/shop"
  quiet 0 "$1: what was adopted compiles to nothing" drift --on "$on"
  quiet 0 "$1: status" status --on "$on"
  has "$1: at rest" "version"
  ch_is "$1: nothing of it was changed" "$before" "$rows"

  # A column, a table, a change of a type.
  sed -i -E 's/^( *)amount .*;/&\n\1note String default '"'none'"';\n\1seen UInt32;/' schema/shop.mig
  sed -i -e '$d' schema/shop.mig
  printf '  table visits {\n    day Date;\n    who String;\n    engine = MergeTree;\n    order by (who, day);\n  }\n}\n' >>schema/shop.mig
  echo "change 2 'more';" >changes/0002_more.mig
  quiet 0 "$1: the change compiles" compile
  local plan=plans/0002.plan.json
  quiet 0 "$1: dry run" run "$plan" --on "$on" --dry-run
  quiet 0 "$1: preflight" preflight "$plan" --on "$on"
  quiet 0 "$1: it runs" run "$plan" --on "$on" --yes --no-progress
  ch_is "$1: the column is there" String "select type from system.columns where database = 'shop' and table = 'events' and name = 'note'"
  ch_is "$1: with its default" 10000 "select count() from events where note = 'none'"
  ch_is "$1: and one without has what its type begins with" 10000 "select count() from events where seen = 0"
  ch_is "$1: the table is there" MergeTree "select engine from system.tables where database = 'shop' and name = 'visits'"
  quiet 0 "$1: status" status --on "$on"
  quiet 0 "$1: verify" verify --on "$on"
  quiet 0 "$1: no drift" drift --on "$on"
  ch "alter table events add column by_hand UInt8"
  quiet 6 "$1: what somebody did by hand is drift" drift --on "$on"
  has "$1: and named" "events"
  ch "alter table events drop column by_hand"
  quiet 0 "$1: undo" undo "$plan" --on "$on" --yes --no-progress --lossy all
  ch_is "$1: the rows are as they were" "$before" "$rows"
  ch_is "$1: the table is gone" 0 "select count() from system.tables where database = 'shop' and name = 'visits'"
  quiet 0 "$1: verify after undo" verify --on "$on"

  # Killed at every event, there and back; the next one goes on.
  [ -x "$faulty" ] || return
  DMC_FAULT_COUNT=$work/count "$faulty" run "$plan" --on "$on" --yes --no-progress >"$work/answer" 2>&1
  ok "$1: undisturbed" 0 $?
  "$DMC" undo "$plan" --on "$on" --yes --no-progress --lossy all >/dev/null 2>&1
  local events step at
  events=$(cat "$work/count") step=$((events / ${DMC_KILLS:-8} + 1))
  for ((at = 1; at <= events; at += step)); do
    for verb in run undo; do
      DMC_FAULT_AT=$at "$faulty" $verb "$plan" --on "$on" --yes --no-progress $([ $verb = run ] || echo --lossy all) >/dev/null 2>&1
      quiet 0 "$1: $verb, killed at event $at, goes on" $verb "$plan" --on "$on" --yes --no-progress $([ $verb = run ] || echo --lossy all)
    done
    ch_is "$1: there and back, killed at event $at" "$before" "$rows"
  done
  quiet 0 "$1: verify after all" verify --on "$on"

  # One that stands still loses the database, and does nothing when it wakes up.
  DMC_STOP_AT=$((events / 2)) "$faulty" run "$plan" --on "$on" --yes --no-progress >"$work/frozen" 2>&1 &
  local frozen=$!
  sleep 2
  quiet 0 "$1: another takes over from one that stands still" run "$plan" --on "$on" --yes --no-progress
  kill -CONT $frozen
  wait $frozen
  grep -q "another runner" "$work/frozen"  # before its first step: that it moved the target; later: that it has taken over
  ok "$1: which says so" 0 $?
  quiet 0 "$1: verify" verify --on "$on"
}

clickhouse_or_skip "a user of ClickHouse"
whole_way 18.16
chdb_server_here && whole_way 26.x
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
